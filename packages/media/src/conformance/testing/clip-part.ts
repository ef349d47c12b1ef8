import { existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { readPicture } from '../../image/read-picture.ts'
import { writePicture } from '../../image/write-picture.ts'
import { cell, type Part, table } from './part.ts'
import { see } from './seen.ts'
import { rewriteSound } from './try-sound.ts'
import { tryPartOfFile, tryVideoFile } from './try-video.ts'

/** Recordings that are not part of the repository, beside it. */
const folder = join(import.meta.dirname, '../../../../../../shared/media')

interface ClipResult {
  readonly name: string
  readonly what: string
  readonly read: string
  readonly again: string
  readonly problems: readonly string[]
}

type Measure = (clip: string, path: (name: string) => string) => Promise<Omit<ClipResult, 'name'>>

/** All pictures are encoded again, and then two of them. */
const wholeVideo: Measure = async (clip, path) => {
  const name = (which: string) => path(`${which}${extname(clip)}`)
  const { report } = await see(clip)
  const { read, rewritten, partly, groups, frames } = await tryVideoFile(clip, name('again'), name('part'))
  const [picture] = report.streams
  return {
    what: `${picture!.codec}, ${frames} frames`,
    read: cell(read),
    again: `${cell(rewritten)}; two frames changed: ${cell(partly)}; ${groups}`,
    problems: [...read, ...rewritten, ...partly],
  }
}

/** Two frames change. */
const partOfVideo: Measure = async (clip, path) => {
  const { report } = await see(clip)
  const { partly, groups, frames } = await tryPartOfFile(clip, path(`part${extname(clip)}`))
  const codecs = report.streams.map(({ codec }) => codec).join(' and ')
  return {
    what: `${codecs}, ${frames} frames`,
    read: '✓',
    again: `two frames changed: ${cell(partly.map(said), `✓`)}; ${groups}`,
    problems: partly,
  }
}

const sound =
  (lossless: boolean): Measure =>
  async (clip, path) => {
    const { report } = await see(clip)
    const { rewritten: again, length, sampleRate } = await rewriteSound(clip, path(`again${extname(clip)}`), lossless)
    return {
      what: `${report.streams[0]!.codec}, ${length} samples at ${sampleRate} Hz`,
      read: '✓',
      again: cell(again, lossless ? '✓ every sample' : '✓'),
      problems: again,
    }
  }

/** Written again in the formats that keep every sample. */
const still: Measure = async (clip, path) => {
  const source = path(`source${extname(clip)}`)
  await copyFile(clip, source)
  const picture = await readPicture(source)
  const problems: string[] = []
  for (const format of ['png', 'tiff', 'webp'] as const) {
    const target = path(`again.${format}`)
    await writePicture(picture, target, format === 'webp' ? { lossless: true } : {})
    const again = await readPicture(target)
    const same = Buffer.from(again.samples.buffer).equals(Buffer.from(picture.samples.buffer))
    if (!same || again.width !== picture.width) problems.push(`${format}: pixels differ`)
  }
  return {
    what: `${picture.width}x${picture.height} pixels`,
    read: '✓',
    again: cell(problems, '✓ every pixel, as PNG, TIFF and WebP'),
    problems,
  }
}

/** The end of the sound lies behind that of the source's list of edits, which FFmpeg's muxer does not write. */
const soundGoesOn = 'copied audio: samples to skip of packet 1413 (00000000000100000000 became )'

const said = (problem: string): string =>
  problem === soundGoesOn
    ? '256 samples of sound more at the end, which the source cuts off by its list of edits'
    : problem

const clips: readonly (readonly [name: string, measure: Measure, known?: readonly string[]])[] = [
  ['video/book.mkv', wholeVideo],
  ['video/car-detection.mp4', partOfVideo, [soundGoesOn]],
  ['audio/break12.wav', sound(true)],
  ['audio/human-voice.mp3', sound(false)],
  ['audio/solo-trumpet.ogg', sound(false)],
  ['audio/speech-198-209.ogg', sound(false)],
  ['images/coffee.png', still],
  ['images/kodim19.png', still],
]

/** Real recordings. */
export const clipPart: Part<ClipResult> = {
  name: 'recordings',
  ...(existsSync(folder) ? {} : { skip: `no recordings in ${folder}` }),
  trials: clips.map(([name, measure, known]) => ({
    name: `${name} is read and written again`,
    measure: async (path) => ({ name, ...(await measure(join(folder, name), path)) }),
    problems: ({ problems }) => problems,
    ...(known && { known }),
  })),
  render: (found) =>
    table(
      ['recording', 'what it is', 'read', 'written again'],
      found.map(({ name, what, read, again }) => [`\`${name}\``, what, read, again]),
    ),
}
