import type { Frame } from 'node-av/lib'
import type { Av } from '../av/library.ts'
import { notRecognised } from '../failures.ts'
import type { AudioStreamReport } from '../probe/report.ts'

/** Samples of one channel, -1 to 1 for what fits into whole numbers. */
export type Samples = Float32Array | Float64Array

/** A stretch of sound. */
export interface SampleBlock {
  /** Seconds from the beginning of the file. */
  readonly time: number
  readonly sampleRate: number
  /** Name of the channel layout, e.g. `stereo`, `5.1(side)`. */
  readonly layout: string
  /** Samples of each channel, in the order of the layout. They are the receiver's own. */
  readonly channels: readonly Samples[]
  /** Samples in each channel. */
  readonly length: number
}

/** `float32` holds 24 bits exactly; `float64` is for 32-bit and double precision recordings. */
export type Precision = 'float32' | 'float64'

/**
 * Seconds that time stamps may be off before they mean a gap: containers round them to milliseconds, and demuxers guess those of Vorbis,
 * which then wobble by 10 ms.
 */
export const stampTolerance = 0.05

/** Recordings of 32-bit whole numbers and of double precision do not fit into single precision. */
export const precisionOf = ({ sampleFormat = '', bitDepth = 32 }: AudioStreamReport): Precision =>
  /^(s64|dbl)/.test(sampleFormat) || (/^s32/.test(sampleFormat) && bitDepth > 24) ? 'float64' : 'float32'

type Source = Uint8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array

interface SampleFormat {
  readonly bytes: number
  readonly view: (buffer: Buffer, length: number) => Source
  /** What full scale is in the format. */
  readonly scale: number
  readonly offset: number
}

const viewAs =
  <T>(type: new (buffer: ArrayBufferLike, offset: number, length: number) => T) =>
  (buffer: Buffer, length: number): T =>
    new type(buffer.buffer, buffer.byteOffset, length)

const sampleFormats: Readonly<Record<string, SampleFormat>> = {
  u8: { bytes: 1, view: viewAs(Uint8Array), scale: 2 ** 7, offset: 128 },
  s16: { bytes: 2, view: viewAs(Int16Array), scale: 2 ** 15, offset: 0 },
  s32: { bytes: 4, view: viewAs(Int32Array), scale: 2 ** 31, offset: 0 },
  s64: { bytes: 8, view: viewAs(BigInt64Array), scale: 2 ** 63, offset: 0 },
  flt: { bytes: 4, view: viewAs(Float32Array), scale: 1, offset: 0 },
  dbl: { bytes: 8, view: viewAs(Float64Array), scale: 1, offset: 0 },
}

/** Makes an array for samples, whatever is in it. */
export type MakeSamples = (precision: Precision, length: number) => Samples

const fresh: MakeSamples = (precision, length) =>
  precision === 'float64' ? new Float64Array(length) : new Float32Array(length)

/** The samples of a decoded frame, one array a channel. */
export function samplesOf(av: Av, frame: Frame, precision: Precision, make: MakeSamples = fresh): Samples[] {
  const { nbSamples, channels } = frame
  const name = av.avGetSampleFmtName(frame.format as never) ?? 'unknown'
  const planar = name.endsWith('p')
  const format = sampleFormats[planar ? name.slice(0, -1) : name]
  if (!format) throw notRecognised(`its samples are written as ${name}`)
  const buffers = frame.extendedData ?? frame.data!
  const together = planar ? undefined : format.view(buffers[0]!, nbSamples * channels)
  const samples = Array.from({ length: channels }, (_, channel) => {
    const target = make(precision, nbSamples)
    if (together) take(target, together, channel, channels, format)
    else take(target, format.view(buffers[channel]!, nbSamples), 0, 1, format)
    return target
  })
  // Views of FFmpeg's memory are dear to the garbage collector, which would hear of them only later.
  for (const { buffer } of buffers) (buffer as ArrayBuffer).transfer(0)
  return samples
}

function take(target: Samples, source: Source, first: number, step: number, { scale, offset }: SampleFormat): void {
  if (source instanceof BigInt64Array) {
    for (let i = 0, at = first; i < target.length; i++, at += step) target[i] = Number(source[at]!) / scale
    return
  }
  const factor = 1 / scale
  for (let i = 0, at = first; i < target.length; i++, at += step) target[i] = (source[at]! - offset) * factor
}

/**
 * Writes samples as an encoder wants them. Whole numbers are rounded to the nearest and cut off at full scale, so samples that came
 * from whole numbers of the same width come out as they were.
 *
 * @param name FFmpeg's name of a sample format, e.g. `s16`, `fltp`
 * @param from the first sample of each channel to be written
 * @param into memory to write to, where it is large enough
 * @returns bytes as FFmpeg lays them out: interleaved, or one channel after the other
 */
export function packSamples(
  name: string,
  channels: readonly Samples[],
  from: number,
  length: number,
  into?: Buffer,
): Buffer {
  const planar = name.endsWith('p')
  const format = sampleFormats[planar ? name.slice(0, -1) : name]
  if (!format || (format.bytes === 8 && format.scale !== 1)) throw new RangeError(`Samples are not written as ${name}.`)
  const size = format.bytes * length * channels.length
  const buffer = into && into.length >= size ? into.subarray(0, size) : Buffer.alloc(size)
  const target = format.view(buffer, length * channels.length) as Exclude<Source, BigInt64Array>
  channels.forEach((source, channel) => {
    if (planar) put(target, channel * length, 1, source, from, length, format)
    else put(target, channel, channels.length, source, from, length, format)
  })
  return buffer
}

function put(
  target: Exclude<Source, BigInt64Array>,
  first: number,
  step: number,
  source: Samples,
  from: number,
  length: number,
  { scale, offset }: SampleFormat,
): void {
  if (scale === 1) {
    for (let i = from, at = first; i < from + length; i++, at += step) target[at] = source[i]!
    return
  }
  const [least, most] = [-scale, scale - 1]
  for (let i = from, at = first; i < from + length; i++, at += step) {
    // Halves go to the even neighbour, as FFmpeg's own conversion has it; NaN becomes silence.
    const level = source[i]! * scale
    let whole = Math.round(level)
    if (whole - level === 0.5 && whole % 2 !== 0) whole--
    target[at] = (whole > most ? most : whole >= least ? whole : whole < least ? least : 0) + offset
  }
}

/** Name of a frame's channel layout; what the file does not say is taken as usual for that many channels. */
export function layoutOf(av: Av, channelLayout: Frame['channelLayout'], channels: number): string {
  const said = channelLayout.order !== av.AV_CHANNEL_ORDER_UNSPEC
  const layout = said ? channelLayout : av.avChannelLayoutDefault(channels)
  return av.avChannelLayoutDescribe(layout) ?? `${channels} channels`
}
