import type { Av } from '../av/library.ts'
import { FrameScaler } from '../av/picture.ts'
import type { TimedFrame, VideoReader } from '../av/video-reader.ts'
import { fitInside, type Size } from '../geometry/fit.ts'
import type { KeptFrame } from './kept-frame.ts'
import { type Looks, look } from './score.ts'

/** A frame that could stand for the video. */
export interface Candidate {
  readonly at: number
  readonly score: number
}

/** The frame that was chosen, and all that were looked at. */
export interface Choice {
  readonly at: number
  /** What was measured of it, if there was a choice. */
  readonly looks?: Looks
  readonly candidates: readonly Candidate[]
}

/** What is known of a video before it is decoded. */
export interface VideoShape extends Size {
  readonly duration: number | undefined
  readonly frameRate: number | undefined
}

/** Frames are compared at this size, so that the choice does not depend on how large the thumbnail will be. */
const comparedSize = { width: 256, height: 256 }

/** Time stamps in seconds are equal if they differ by less. */
const rounding = 1e-6

/** Pixels that may be decoded on the way to candidates: about 300 frames of 1080p. */
const budget = 600e6

/**
 * Times of the candidates: the very beginning, which every video has, and ten between 5 % and 85 % of the duration. Without a known
 * duration they lie ever further apart.
 */
export function candidateTimes(duration: number | undefined): number[] {
  if (duration === undefined || duration <= 0) return [0, 0.5, 1, 2, 4, 8, 16, 32, 64]
  return [0, ...Array.from({ length: 10 }, (_, index) => duration * (0.05 + (0.8 * index) / 9))]
}

/**
 * Finds a frame that stands for the video: not black, not white, not blurred, full of detail. Looks at eleven moments, at fewer if the
 * key frames lie so far apart that more would be slow. The same video always gives the same frame.
 *
 * @param kept receives the frame
 * @returns undefined if no frame can be decoded
 */
export async function chooseFrame(
  av: Av,
  reader: VideoReader,
  video: VideoShape,
  kept: KeptFrame,
  onProgress: (fraction: number) => void,
): Promise<Choice | undefined> {
  using scaler = new FrameScaler(av, 'none')
  const size = fitInside(video, comparedSize)
  const candidates: Candidate[] = []
  let best: { at: number; looks: Looks; rank: number } | undefined
  for await (const { frame, time, broken } of candidateFrames(reader, video, onProgress)) {
    const looks = look(await scaler.scale(frame, size))
    const at = roundTo(time, 6)
    candidates.push({ at, score: roundTo(looks.score, 4) })
    // Videos begin with fades, logos and slates more often than not: the first frame must be better by a tenth. A broken frame
    // is better than none, and worse than any other.
    const rank = looks.score * (candidates.length === 1 ? 0.9 : 1) - (broken ? 1 : 0)
    if (best && rank <= best.rank) continue
    kept.keep(frame)
    best = { at, looks: rounded(looks), rank }
  }
  return best && { at: best.at, looks: best.looks, candidates }
}

/** Reports are read by people: measures to four digits. */
const rounded = (looks: Looks): Looks =>
  Object.fromEntries(Object.entries(looks).map(([name, value]) => [name, roundTo(value, 4)])) as unknown as Looks

const roundTo = (value: number, digits: number): number => Math.round(value * 10 ** digits) / 10 ** digits

async function* candidateFrames(
  reader: VideoReader,
  video: VideoShape,
  onProgress: (fraction: number) => void,
): AsyncGenerator<TimedFrame> {
  const times = candidateTimes(video.duration)
  const pixels = video.width * video.height
  const frames = (video.duration ?? 64) * (video.frameRate ?? 30)
  let found = false
  const source =
    frames * pixels <= budget ? nextInLine(reader, times, onProgress) : bySeeking(reader, video, times, onProgress)
  for await (const frame of source) {
    found = true
    yield frame
  }
  if (found) return
  // Nothing at all those moments: take whatever comes first.
  await reader.seek(0)
  const first = await reader.next()
  if (first) yield first
}

/** Short videos are decoded once from the beginning; at each time the first frame at or after it is a candidate. */
async function* nextInLine(
  reader: VideoReader,
  times: readonly number[],
  onProgress: (fraction: number) => void,
): AsyncGenerator<TimedFrame> {
  let index = 0
  while (index < times.length) {
    const found = await reader.next()
    if (!found) return
    if (index > 0 && found.time < times[index]!) continue
    yield found
    do index++
    while (index < times.length && times[index]! <= found.time)
    onProgress(index / times.length)
  }
}

/**
 * Long videos are looked at where their key frames are. Where several times fall into one group of pictures, its frames are decoded
 * up to the last of them, as long as the budget lasts.
 */
async function* bySeeking(
  reader: VideoReader,
  video: VideoShape,
  times: readonly number[],
  onProgress: (fraction: number) => void,
): AsyncGenerator<TimedFrame> {
  let left = budget
  let done = 0
  for (const { key, within } of await groupsOf(reader, times)) {
    const cost = (within.at(-1)! - key) * (video.frameRate ?? 30) * video.width * video.height
    await reader.seek(within[0]!)
    if (within.length === 1 || cost > left) {
      const frame = await reader.keyFrame()
      if (frame) yield frame
    } else {
      left -= cost
      // The key frame stands for the first of the times.
      yield* nextInLine(reader, within, () => {})
    }
    done += within.length
    onProgress(done / times.length)
  }
}

/** The times by the key frame that one must begin at to decode them. Nothing is decoded for that. */
async function groupsOf(reader: VideoReader, times: readonly number[]): Promise<{ key: number; within: number[] }[]> {
  const groups = new Map<number, number[]>()
  for (const time of times) {
    const key = await reader.keyTime(time)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group) group.push(time)
    else groups.set(key, [time])
  }
  return [...groups].toSorted(([a], [b]) => a - b).map(([key, within]) => ({ key, within }))
}

/**
 * Finds the frame that is shown at a time: the last one that begins at or before it, or the very first.
 *
 * @param kept receives the frame
 * @returns undefined if no frame can be decoded
 */
export async function frameAt(reader: VideoReader, time: number, kept: KeptFrame): Promise<Choice | undefined> {
  await reader.seek(time)
  let at: number | undefined
  for (let found = await reader.next(); found; found = await reader.next()) {
    if (at !== undefined && found.time > time + rounding) break
    kept.keep(found.frame)
    at = found.time
    if (at > time) break
  }
  return at === undefined ? undefined : { at: roundTo(at, 6), candidates: [] }
}
