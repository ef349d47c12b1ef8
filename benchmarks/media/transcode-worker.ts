/** Does one piece of work on a clip in a process of its own, and says how long it took from the first call to the finished file. */
import { type OnFrame, openMedia, rewriteVideo } from '@colophon/media'

/** What is done: pictures are decoded, decoded and encoded, or changed in between. */
export type Work = 'decode' | 'encode' | 'touch'

export interface Task {
  readonly work: Work
  readonly source: string
  readonly target: string
  readonly preset: string
  readonly quality: number
}

/** Inverts every sample of every plane. */
const inverted: OnFrame = ({ planes }) => {
  for (const { data } of planes) for (let at = 0; at < data.length; at++) data[at] = 255 - data[at]!
}

if (import.meta.main) {
  const { work, source, target, preset, quality } = JSON.parse(process.argv[2]!) as Task
  const began = performance.now()
  let frames = 0
  if (work === 'decode') for await (const _ of (await openMedia(source)).frames()) frames++
  else {
    const encoding = { codec: 'h264', preset, quality } as const
    const report = await rewriteVideo(source, target, work === 'touch' ? inverted : () => {}, { encoding })
    frames = report.video!.frames
  }
  console.log(JSON.stringify({ frames, ms: performance.now() - began }))
}
