import type { Candidate } from './candidates.ts'
import type { SoundFile } from './pairs.ts'
import { readSound, writeSound } from './sound.ts'

/** Nothing but a gain that brings the target to the loudness of the reference, into floats: whatever else is better has been earned. */
export const gainOnly = (loudness: (file: SoundFile) => Promise<number>): Candidate => ({
  name: 'gain',
  version: '1',
  async make({ target, reference }, output) {
    const gain = 10 ** (((await loudness(reference)) - (await loudness(target))) / 20)
    const { sampleRate, channels } = await readSound(target.path)
    const louder = channels.map((samples) => samples.map((value) => value * gain))
    await writeSound(output, { sampleRate, channels: louder }, true)
    return {}
  },
})
