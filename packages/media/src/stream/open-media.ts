import { secondsOf } from '../av/container.ts'
import { mainStream } from '../facts.ts'
import { renamed, wrongKind } from '../failures.ts'
import { probeRecording } from '../probe/recording.ts'
import type { AudioStreamReport, RecordingReport } from '../probe/report.ts'
import { FrameConverter } from './frame-converter.ts'
import { Reading } from './reading.ts'
import { reblocked } from './reblocked.ts'
import { layoutOf, type Precision, precisionOf, type SampleBlock, samplesOf, stampTolerance } from './samples.ts'
import { type Located, locate, type MediaSource, nameOf } from './source.ts'
import { timedFrames } from './timed-frames.ts'
import type { VideoFrame } from './video-frame.ts'

/** What is common to reading frames and samples. */
export interface ReadOptions {
  /** Index of the stream, as in the report. Default: the main one of its kind. */
  readonly stream?: number
  /** Seconds from the beginning: only what is shown or heard from then on. */
  readonly from?: number
  /** Seconds from the beginning: only what begins before then. */
  readonly to?: number
  readonly signal?: AbortSignal
  /** Called now and then with the part that is done, 0 to 1, where the duration is known. */
  readonly onProgress?: (fraction: number) => void
}

export interface FrameOptions extends ReadOptions {
  /** Pixel format to convert to, by FFmpeg's name. Default: the file's own. */
  readonly format?: string
  /** Size to scale to. Default: as coded. */
  readonly size?: { readonly width: number; readonly height: number }
}

export interface SampleOptions extends ReadOptions {
  /** Default `float32`; `float64` where the recording has more bits than that. */
  readonly precision?: Precision
  /** Samples in each block but the last. Default: as the decoder gives them. */
  readonly blockSize?: number
}

/**
 * An opened recording: what it holds, its frames and its samples. Each iteration reads the file anew and on its own, so several may
 * go on at once.
 */
export class Media {
  readonly report: RecordingReport
  readonly #located: Located
  readonly #source: MediaSource

  constructor(source: MediaSource, located: Located, report: RecordingReport) {
    this.#source = source
    this.#located = located
    this.report = report
  }

  /**
   * The frames of a video stream, in the order in which they are shown. Each is good until the next is asked for; no more than one
   * is decoded ahead.
   *
   * @throws ColophonError MEDIA_WRONG_KIND, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED
   */
  frames(options: FrameOptions = {}): AsyncGenerator<VideoFrame, void, void> {
    return this.#named(this.#frames(options))
  }

  /**
   * The samples of an audio stream, from the first that is to be heard: what encoders put before the beginning is left out.
   *
   * @throws ColophonError MEDIA_WRONG_KIND, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED
   */
  samples(options: SampleOptions = {}): AsyncGenerator<SampleBlock, void, void> {
    const blocks = this.#named(this.#samples(options))
    return options.blockSize === undefined ? blocks : reblocked(blocks, options.blockSize)
  }

  async *#frames(options: FrameOptions): AsyncGenerator<VideoFrame, void, void> {
    const index = this.#choose('video', options.stream)
    await using reading = await Reading.open(this.#located, index, options)
    const { av, container, stream } = reading
    using converter = new FrameConverter(av, options.format, options.size)
    const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = options
    for await (const decoded of timedFrames(reading.decoded(), container, stream)) {
      const time = secondsOf(decoded.pts, stream.timeBase)! - container.start
      const duration = decoded.duration > 0n ? secondsOf(decoded.duration, stream.timeBase) : undefined
      if (time >= to) {
        decoded.free()
        return
      }
      // Of the last frame a file may not tell how long it is shown; then only its beginning counts.
      if (time + Math.max(duration ?? 0, 1e-6) <= from) {
        decoded.free()
        continue
      }
      using frame = await converter.convert(decoded, time, duration)
      yield frame
      reading.progress(time)
    }
  }

  async *#samples(options: SampleOptions): AsyncGenerator<SampleBlock, void, void> {
    const index = this.#choose('audio', options.stream)
    await using reading = await Reading.open(this.#located, index, options)
    const { av, container, stream } = reading
    const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = options
    const precision = options.precision ?? precisionOf(this.report.streams[index] as AudioStreamReport)
    let next: number | undefined
    for await (const decoded of reading.decoded()) {
      using frame = decoded
      const { sampleRate } = frame
      const stamp = secondsOf(frame.bestEffortTimestamp, stream.timeBase)
      const stamped = stamp === undefined ? (next ?? 0) : stamp - container.start
      // Samples tell the time better than stamps.
      const time = next !== undefined && Math.abs(stamped - next) < stampTolerance ? next : stamped
      next = time + frame.nbSamples / sampleRate
      const skip = Math.max(0, Math.ceil((from - time) * sampleRate - 1e-3))
      const end = Math.min(frame.nbSamples, Math.ceil((to - time) * sampleRate - 1e-3))
      if (time >= to) return
      if (skip >= end) continue
      const all = samplesOf(av, frame, precision)
      const channels = skip > 0 || end < frame.nbSamples ? all.map((samples) => samples.slice(skip, end)) : all
      const layout = layoutOf(av, frame.channelLayout, frame.channels)
      yield { time: time + skip / sampleRate, sampleRate, layout, channels, length: end - skip }
      reading.progress(next)
    }
  }

  #choose(kind: 'video' | 'audio', index: number | undefined): number {
    const { streams } = this.report
    const chosen = index === undefined ? mainStream(streams, kind) : streams[index]
    if (chosen?.kind === kind) return chosen.index
    const found =
      index === undefined ? `a recording without ${kind}` : `a recording whose stream ${index} is not ${kind}`
    throw renamed(wrongKind(found, `one with ${kind}`), nameOf(this.#source))
  }

  async *#named<T>(items: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
    try {
      yield* items
    } catch (error) {
      throw renamed(error, nameOf(this.#source))
    }
  }
}

/**
 * Opens a recording and reads its headers. What is larger than the limits is refused before anything is decoded.
 *
 * @example
 * const media = await openMedia('episode.mkv')
 * for await (const frame of media.frames({ from: 60, to: 70 })) console.log(frame.time, frame.planes[0].data[0])
 *
 * @throws ColophonError FILE_NOT_FOUND, FILE_IS_DIRECTORY, MEDIA_NOT_RECOGNISED, MEDIA_WRONG_KIND, MEDIA_DAMAGED, MEDIA_TOO_LARGE
 */
export async function openMedia(source: MediaSource, { signal }: { signal?: AbortSignal } = {}): Promise<Media> {
  try {
    const located = await locate(source)
    if (located.format.reader === 'image') throw wrongKind('a still picture', 'a recording')
    return new Media(source, located, await probeRecording(located.input, located.format, signal))
  } catch (error) {
    throw renamed(error, nameOf(source))
  }
}
