import type { FormatContext, Packet, Stream } from 'node-av/lib'
import { checkLimit, damaged, notRecognised } from '../failures.ts'
import { limits } from '../limits.ts'
import type { Bytes } from '../read/bytes.ts'
import type { Format } from '../read/formats.ts'
import { checkClaims, checkCovers, hasCovers } from './claims.ts'
import { type Av, av } from './library.ts'
import { rangeInput } from './range-input.ts'

/** An opened media file. Dispose of it with `await using`. */
export interface Container extends AsyncDisposable {
  readonly av: Av
  readonly context: FormatContext
  readonly streams: readonly Stream[]
  /** Seconds; undefined where the file does not tell. */
  readonly duration: number | undefined
  /** Time stamp that counts as 0, in seconds. */
  readonly start: number
  /**
   * Reads the next packet of any stream that is not discarded. Returns false at the end.
   *
   * @throws ColophonError MEDIA_DAMAGED where no more can be read; what the source of the bytes threw; the reason of the abort
   */
  read(packet: Packet): Promise<boolean>
}

/** A time stamp in seconds, or undefined where FFmpeg has none. */
export const secondsOf = (time: bigint, base: { num: number; den: number }): number | undefined =>
  time === noTime || base.den === 0 ? undefined : (Number(time) * base.num) / base.den

const noTime = -(2n ** 63n)
/** Bytes of a packet of a WAV file: a third of a second at 48 kHz. */
const wavPacket = 2 ** 16

const microseconds = { num: 1, den: 1_000_000 }

/**
 * Opens a media file for reading its packets, and reads its headers.
 *
 * The demuxer is the one that the signature calls for, and nothing but the file itself can be opened: no other protocol, no other
 * format, no data reference that leads elsewhere.
 *
 * @param input path of a local file, or its bytes wherever they are
 * @throws ColophonError MEDIA_DAMAGED, MEDIA_TOO_LARGE
 */
export async function openContainer(input: string | Bytes, format: Format, signal?: AbortSignal): Promise<Container> {
  const library = await av()
  signal?.throwIfAborted()
  let opened = await openDemuxer(library, input, format, signal)
  try {
    if (hasCovers(library, opened.context)) {
      await checkCovers(library, opened.context)
      await opened.close()
      opened = await openDemuxer(library, input, format, signal)
    }
    const { context, close, failed, failure } = opened
    const found = await context.findStreamInfo()
    signal?.throwIfAborted()
    if (found < 0) throw failed('its streams', found)
    const streams = context.streams
    checkClaims(library, context)
    const duration = secondsOf(context.duration, microseconds)
    if (duration !== undefined) checkLimit('hours', Math.ceil(duration / 3600), limits.seconds / 3600)
    return {
      av: library,
      context,
      streams,
      duration: duration !== undefined && duration >= 0 ? duration : undefined,
      start: secondsOf(context.startTime, microseconds) ?? 0,
      async read(packet) {
        signal?.throwIfAborted()
        const code = await context.readFrame(packet)
        signal?.throwIfAborted()
        if (code >= 0) return true
        if (code === library.AVERROR_EOF && !failure()) return false
        // Taken for the end, what follows would be missing from whatever is made of the file, and nobody would know.
        throw failed('all of it', code)
      },
      [Symbol.asyncDispose]: close,
    }
  } catch (error) {
    await opened.close()
    signal?.throwIfAborted()
    throw error
  }
}

/** A container whose header is read and whose claims are checked. */
interface Demuxer {
  readonly context: FormatContext
  /** What reading the bytes threw, once it did. */
  failure(): unknown
  /** Why FFmpeg could not read something: what the one who gives the bytes said goes before what FFmpeg made of it. */
  failed(what: string, code: number): unknown
  close(): Promise<void>
}

async function openDemuxer(
  library: Av,
  input: string | Bytes,
  format: Format,
  signal: AbortSignal | undefined,
): Promise<Demuxer> {
  const demuxer = library.InputFormat.findInputFormat(format.demuxer!)
  if (!demuxer) throw notRecognised(`this build of FFmpeg does not read ${format.name}`)
  const context = new library.FormatContext()
  context.allocContext()
  context.maxStreams = limits.streams + 1
  const range = typeof input === 'string' ? undefined : rangeInput(library, input)
  if (range) context.pb = range.io
  const interrupt = () => context.interrupt()
  let closed = false
  const close = async () => {
    if (closed) return
    closed = true
    signal?.removeEventListener('abort', interrupt)
    await context.closeInput()
    range?.io.freeContext()
  }
  const failure = () => range?.failure()
  const failed = (what: string, code: number) =>
    failure() ?? damaged(`${what} cannot be read (${library.FFmpegError.strerror(code)})`)
  try {
    using options = library.Dictionary.fromObject({
      protocol_whitelist: 'file',
      format_whitelist: demuxer.name,
      ...(format.demuxer === 'mov' && { enable_drefs: 0, use_absolute_path: 0 }),
      // Its packets are as long as one likes, and each costs the same.
      ...(format.demuxer === 'wav' && { max_size: wavPacket }),
    })
    const opened = await context.openInput(range ? '' : `file:${input}`, demuxer, options)
    if (opened < 0) throw failed('its header', opened)
    signal?.addEventListener('abort', interrupt)
    checkClaims(library, context)
    return { context, failure, failed, close }
  } catch (error) {
    await close()
    signal?.throwIfAborted()
    throw error
  }
}
