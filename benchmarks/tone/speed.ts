import { join } from 'node:path'
import type { Preset } from '@colophon/tone'
import type { Candidate, OutputCache } from './candidates.ts'
import { doTask } from './ours.ts'
import { type Pair, soundFile } from './pairs.ts'
import type { Recording } from './recordings.ts'
import { atRate, looped, type Sound, withChannels } from './sound.ts'

export interface SpeedOptions {
  /** Of the long file. */
  readonly seconds: number
  readonly rounds: number
  readonly folder: string
  /** Its outputs of the long file. */
  readonly matchering?: Candidate
  readonly cache: OutputCache
  readonly tell: (line: string) => void
}

/** Values of each round. */
export interface Speeds {
  /** Seconds of sound in a second, and peaks of memory in MB. */
  readonly match: number[]
  readonly matchRss: number[]
  /** Seconds of sound in a second of all processors together: what a busy machine changes less. */
  readonly matchCpu: number[]
  readonly matcheringCpu: number[]
  readonly analysis: number[]
  readonly reverb: number[]
  readonly matchering: number[]
  readonly matcheringRss: number[]
}

const MB = 1e6

/** Measures ours on a long file, each run a process of its own; Matchering takes its turn among them. */
export async function speedFigures(music: readonly Recording[], options: SpeedOptions): Promise<Speeds> {
  const { seconds, rounds, folder, matchering, cache, tell } = options
  const reference = music.at(-1)!
  tell(`a file of ${(seconds / 60).toFixed(1)} minutes`)
  const pair: Pair = {
    name: 'long',
    set: 'music',
    target: await soundFile(join(folder, 'long.wav'), joined(music, seconds)),
    reference: await soundFile(join(folder, 'long-reference.wav'), reference.sound),
  }
  const found: Speeds = {
    match: [],
    matchRss: [],
    matchCpu: [],
    matcheringCpu: [],
    analysis: [],
    reverb: [],
    matchering: [],
    matcheringRss: [],
  }
  const output = join(folder, 'long-output.wav')
  const task = { work: 'match', mode: 'style', kind: 'music', output } as const
  // Compiles the code of all threads.
  await doTask({ ...task, target: pair.reference.path, reference: pair.reference.path }, folder)
  for (let round = 1; round <= rounds; round++) {
    tell(`speed, round ${round} of ${rounds}`)
    const done = await doTask({ ...task, target: pair.target.path, reference: pair.reference.path }, folder)
    found.match.push(seconds / done.seconds)
    found.matchRss.push(done.rss / MB)
    found.matchCpu.push(seconds / done.cpuSeconds)
    if (matchering && round === 1) {
      const { seconds: theirs, cpuSeconds, rss } = await cache.made(matchering, pair)
      if (theirs !== undefined) found.matchering.push(seconds / theirs)
      if (cpuSeconds !== undefined) found.matcheringCpu.push(seconds / cpuSeconds)
      if (rss !== undefined) found.matcheringRss.push(rss / MB)
    }
    const analysed = await doTask({ work: 'analyze', target: pair.target.path }, folder)
    found.analysis.push(seconds / analysed.seconds)
    const wet = { work: 'render', target: pair.target.path, output, preset: reverberant(done.preset!) } as const
    found.reverb.push(seconds / (await doTask(wet, folder)).seconds)
  }
  return found
}

/** The preset with a reverberation of three seconds. */
const reverberant = (preset: Preset): Preset => ({
  ...preset,
  reverb: {
    on: true,
    wet: -12,
    preDelay: 0.02,
    frequency: [125, 500, 2000, 8000],
    decay: [3, 3, 3, 3],
    tone: [0, 0, -3, -9],
    seed: 1,
  },
})

/** One recording after the other, again and again. */
function joined(music: readonly Recording[], seconds: number): Sound {
  const { sampleRate } = music[0]!.sound
  const parts = music.map(({ sound }) => withChannels(atRate(sound, sampleRate), 2))
  const channels = [0, 1].map((channel) => {
    const length = parts.reduce((sum, part) => sum + part.channels[channel]!.length, 0)
    const whole = new Float32Array(length)
    let at = 0
    for (const part of parts) {
      whole.set(part.channels[channel]!, at)
      at += part.channels[channel]!.length
    }
    return whole
  })
  const all = looped({ sampleRate, channels }, seconds)
  const length = Math.round(seconds * sampleRate)
  return { sampleRate, channels: all.channels.map((samples) => samples.subarray(0, length)) }
}
