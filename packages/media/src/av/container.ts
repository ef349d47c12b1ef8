import type { FormatContext, Stream } from 'node-av/lib'
import { checkLimit, damaged, notRecognised } from '../failures.ts'
import { limits } from '../limits.ts'
import type { Format } from '../read/formats.ts'
import { type Av, av } from './library.ts'

/** An opened media file. Dispose of it with `await using`. */
export interface Container extends AsyncDisposable {
  readonly av: Av
  readonly context: FormatContext
  readonly streams: readonly Stream[]
  /** Seconds; undefined where the file does not tell. */
  readonly duration: number | undefined
  /** Time stamp that counts as 0, in seconds. */
  readonly start: number
}

/** A time stamp in seconds, or undefined where FFmpeg has none. */
export const secondsOf = (time: bigint, base: { num: number; den: number }): number | undefined =>
  time === noTime || base.den === 0 ? undefined : (Number(time) * base.num) / base.den

const noTime = -(2n ** 63n)
const microseconds = { num: 1, den: 1_000_000 }

/**
 * Opens a media file for reading its packets, and reads its headers.
 *
 * The demuxer is the one that the signature calls for, and nothing but the file itself can be opened: no other protocol, no other
 * format, no data reference that leads elsewhere.
 *
 * @param path a local file
 * @throws ColophonError MEDIA_DAMAGED, MEDIA_TOO_LARGE
 */
export async function openContainer(path: string, format: Format, signal?: AbortSignal): Promise<Container> {
  const library = await av()
  signal?.throwIfAborted()
  const demuxer = library.InputFormat.findInputFormat(format.demuxer!)
  if (!demuxer) throw notRecognised(`this build of FFmpeg does not read ${format.name}`)
  const context = new library.FormatContext()
  context.allocContext()
  context.maxStreams = limits.streams + 1
  const interrupt = () => context.interrupt()
  const close = async () => {
    signal?.removeEventListener('abort', interrupt)
    await context.closeInput()
  }
  try {
    using options = library.Dictionary.fromObject({
      protocol_whitelist: 'file',
      format_whitelist: demuxer.name,
      ...(format.demuxer === 'mov' && { enable_drefs: 0, use_absolute_path: 0 }),
    })
    const opened = await context.openInput(`file:${path}`, demuxer, options)
    if (opened < 0) throw damaged(`its header cannot be read (${library.FFmpegError.strerror(opened)})`)
    signal?.addEventListener('abort', interrupt)
    checkStreams(library, context)
    const found = await context.findStreamInfo()
    signal?.throwIfAborted()
    if (found < 0) throw damaged(`its streams cannot be read (${library.FFmpegError.strerror(found)})`)
    const streams = context.streams
    checkStreams(library, context)
    const duration = secondsOf(context.duration, microseconds)
    if (duration !== undefined) checkLimit('hours', Math.ceil(duration / 3600), limits.seconds / 3600)
    return {
      av: library,
      context,
      streams,
      duration: duration !== undefined && duration >= 0 ? duration : undefined,
      start: secondsOf(context.startTime, microseconds) ?? 0,
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await close()
    signal?.throwIfAborted()
    throw error
  }
}

/** Before anything is decoded: what the headers claim must lie within the limits. */
function checkStreams(library: Av, context: FormatContext): void {
  checkLimit('streams', context.nbStreams, limits.streams)
  for (const { codecpar } of context.streams) {
    if (codecpar.codecType !== library.AVMEDIA_TYPE_VIDEO) continue
    checkLimit('pixels in a frame', codecpar.width * codecpar.height, limits.framePixels)
  }
}
