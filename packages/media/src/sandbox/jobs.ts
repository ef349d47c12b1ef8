/** What the child of a sandbox does with a file. Its errors call the file "The file"; the parent knows the name. */

import { damaged } from '../failures.ts'
import { openImage, plainReason } from '../image/open.ts'
import { probeImage } from '../probe/image.ts'
import { readReport } from '../probe/read-report.ts'
import type { ProbeReport } from '../probe/report.ts'
import { identify } from '../read/identify.ts'
import { type Media, openMedia } from '../stream/open-media.ts'
import { makeThumbnail } from '../thumbnail/make.ts'
import type { ThumbnailParams, ThumbnailReport } from '../thumbnail/report.ts'
import { type Told, told } from './failures.ts'
import type { Inside } from './messages.ts'

const blob = (path: string) => ({ path: async () => path })

/** What came out when all of a stream was decoded. */
export interface CountedStream {
  readonly index: number
  readonly kind: 'video' | 'audio'
  /** Frames of a video, or samples of each channel of a sound. */
  readonly count: number
  /** Seconds at which the last frame is shown or the last sample heard; undefined if there is none. */
  readonly end: number | undefined
  /** What stopped it, if it did not come to the end. */
  readonly error?: Told
}

/** What a file holds, and what of it can be decoded. */
export interface Counted {
  readonly report: ProbeReport
  /** Those of pictures and sound; of a still picture a single one. */
  readonly streams: readonly CountedStream[]
}

/** How much is decoded of each stream at most. */
export interface DecodeLimits {
  readonly frames: number
  readonly samples: number
}

export const probeFile = (path: string): Promise<ProbeReport> => readReport(blob(path))

export const thumbnailFile = (
  path: string,
  target: string,
  params: ThumbnailParams,
  { progress }: Inside,
): Promise<ThumbnailReport> => makeThumbnail(blob(path), params, target, { signal: neverAborted, progress })

/** Who aborts ends the whole process. */
const neverAborted = new AbortController().signal

export async function decodeFile(path: string, limits: DecodeLimits, { progress }: Inside): Promise<Counted> {
  const { format } = await identify(blob(path))
  if (format.reader === 'image') {
    const report = await probeImage(path, format)
    const stream = { index: 0, kind: 'video' as const }
    return { report, streams: [{ ...stream, ...(await counted((seen) => decodePicture(path, seen))) }] }
  }
  const media = await openMedia(path)
  const wanted = media.report.streams.filter(({ kind }) => kind === 'video' || kind === 'audio')
  const streams: CountedStream[] = []
  for (const { index, kind } of wanted) {
    const decode = kind === 'video' ? decodeFrames : decodeSamples
    streams.push({
      index,
      kind: kind as 'video' | 'audio',
      ...(await counted((seen) => decode(media, index, limits, seen))),
    })
    progress(streams.length / wanted.length)
  }
  return { report: media.report, streams }
}

interface Seen {
  count: number
  end: number | undefined
  touched: number
}

/** Counts what a decoder gives; an error of the file ends it and is told beside. */
async function counted(decode: (seen: Seen) => Promise<void>): Promise<Omit<CountedStream, 'index' | 'kind'>> {
  const seen: Seen = { count: 0, end: undefined, touched: 0 }
  try {
    await decode(seen)
    return { count: seen.count, end: seen.end }
  } catch (error) {
    const ours = told(error)
    if (!ours) throw error
    return { count: seen.count, end: seen.end, error: ours }
  }
}

async function decodePicture(path: string, seen: Seen): Promise<void> {
  await (await openImage(path)).stats().catch((error: Error) => {
    throw damaged(`its pixels cannot be decoded (${plainReason(error)})`, error)
  })
  seen.count = 1
  seen.end = 0
}

async function decodeFrames(media: Media, stream: number, { frames }: DecodeLimits, seen: Seen): Promise<void> {
  for await (const { time, planes } of media.frames({ stream })) {
    // Memory that is not there must be found out here.
    for (const { data, width, height, stride } of planes) if (width * height > 0) seen.touched ^= touch(data, stride)
    seen.count++
    seen.end = time
    if (seen.count >= frames) return
  }
}

async function decodeSamples(media: Media, stream: number, { samples }: DecodeLimits, seen: Seen): Promise<void> {
  for await (const { time, length, sampleRate } of media.samples({ stream })) {
    seen.count += length
    seen.end = time + length / sampleRate
    if (seen.count >= samples) return
  }
}

/** Reads something of each row. */
function touch(data: Uint8Array | Uint16Array, stride: number): number {
  let sum = data.at(-1) ?? 0
  for (let at = 0; at < data.length; at += stride) sum ^= data[at]!
  return sum
}
