import type { Frame, SoftwareScaleContext } from 'node-av/lib'
import { damaged, notRecognised } from '../failures.ts'
import type { Size } from '../geometry/fit.ts'
import type { Av } from './library.ts'
import { colourNames } from './names.ts'
import { type Transfer, toSrgb } from './wide-colour.ts'

/** Pixels in memory: rows of `channels` bytes a pixel (red, green, blue, alpha), in sRGB, without gaps. */
export interface Pixels extends Size {
  readonly data: Uint8Array
  readonly channels: 3 | 4
}

const bt709 = 1
const smpte170m = 6
const bt2020 = 9
const rgbMatrix = 0
const fullRange = 2

/** Matrices that swscale converts. */
const knownMatrices = new Set([1, 4, 5, 6, 7, 9])
const knownPrimaries = new Set([1, 4, 5, 6, 7, 8, 9, 10, 11, 12, 22])
const transfers: Readonly<Record<number, Transfer>> = { 16: 'pq', 18: 'hlg' }

const hasAlpha = (pixelFormat: string): boolean =>
  /^(yuva|gbrap|rgba|bgra|argb|abgr|ya\d|ayuv|vuya|pal8)/.test(pixelFormat)

/** Formats without chroma planes: what is said of their matrix means nothing. */
const isPlain = (pixelFormat: string): boolean =>
  /^(rgb|bgr|gbr|argb|abgr|0rgb|0bgr|x2|pal8|bayer|xyz)/.test(pixelFormat)

/** Whether wide colours and high dynamic range are brought into sRGB, or left as they are written. */
type Mapping = 'srgb' | 'none'

/**
 * Turns decoded frames into sRGB pixels of a wanted size, whatever their pixel format, matrix, range and bit depth. High dynamic
 * range (PQ, HLG) and BT.2020 primaries are mapped to sRGB; other primaries are taken for sRGB's, as players do.
 */
export class FrameScaler implements Disposable {
  readonly #av: Av
  readonly #context: SoftwareScaleContext
  readonly #mapping: Mapping

  constructor(av: Av, mapping: Mapping = 'srgb') {
    this.#av = av
    this.#mapping = mapping
    this.#context = new av.SoftwareScaleContext()
    this.#context.allocContext()
    // Without these flags the result depends on the processor's instruction set.
    this.#context.setOption('sws_flags', 'bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact')
    this.#context.setOption('threads', 1)
  }

  /** @param size of the pixels as coded, before any rotation */
  async scale(decoded: Frame, size: Size): Promise<Pixels> {
    const av = this.#av
    const name = av.avGetPixFmtName(decoded.format as Parameters<Av['avGetPixFmtName']>[0]) ?? ''
    // Another view of the same pixels, since colour properties are filled in.
    using frame = decoded.clone()!
    const wide = (frame.colorPrimaries as number) === bt2020
    const transfer = transfers[frame.colorTrc] ?? 'sdr'
    const mapped = this.#mapping === 'srgb' && (wide || transfer !== 'sdr')
    frame.colorSpace = (isPlain(name) ? rgbMatrix : matrixOf(frame)) as Frame['colorSpace']
    // swscale would convert primaries by a table that takes a second to prepare, and ends the process on reserved numbers.
    frame.colorPrimaries = bt709 as Frame['colorPrimaries']
    frame.colorTrc = bt709 as Frame['colorTrc']
    // A frame of two fields is scaled as one picture; scaling it down blends them.
    frame.clearFlags(av.AV_FRAME_FLAG_INTERLACED)
    if (mapped) {
      const samples = await this.#convert(frame, size, av.AV_PIX_FMT_RGB48LE, 6, name)
      // High dynamic range comes with the primaries of BT.2020 when nothing is said.
      const unsaid = !knownPrimaries.has(decoded.colorPrimaries)
      const data = toSrgb(new Uint16Array(samples.buffer), transfer, wide || unsaid)
      return { ...size, channels: 3, data }
    }
    const channels = hasAlpha(name) ? 4 : 3
    const format = channels === 4 ? av.AV_PIX_FMT_RGBA : av.AV_PIX_FMT_RGB24
    return { ...size, channels, data: await this.#convert(frame, size, format, channels, name) }
  }

  async #convert(frame: Frame, size: Size, format: Frame['format'], bytes: number, name: string): Promise<Uint8Array> {
    const av = this.#av
    using target = new av.Frame()
    target.alloc()
    target.width = size.width
    target.height = size.height
    target.format = format
    target.colorSpace = rgbMatrix as Frame['colorSpace']
    target.colorRange = fullRange as Frame['colorRange']
    target.colorPrimaries = frame.colorPrimaries
    target.colorTrc = frame.colorTrc
    if (target.allocBuffer() < 0) throw damaged(`its frames of ${frame.width}x${frame.height} do not fit in memory`)
    const done = await this.#context.scaleFrame(target, frame)
    if (done < 0) throw notRecognised(`frames of the pixel format ${name} are not converted`)
    return packed(target.data![0]!, target.linesize[0]!, size.width * bytes, size.height)
  }

  [Symbol.dispose](): void {
    this.#context.freeContext()
  }
}

/** Players take standard definition for BT.601 and anything larger for BT.709 when nothing sensible is said. */
export function matrixOf({ colorSpace, width, height }: Size & { colorSpace: number }): number {
  if (knownMatrices.has(colorSpace)) return colorSpace
  if (colorSpace === 10) return bt2020 // its constant luminance variant, near enough
  const name = colourNames.matrices[colorSpace]
  if (name && colorSpace !== rgbMatrix) throw notRecognised(`its colours are written as ${name}`)
  return width >= 1280 || height > 576 ? bt709 : smpte170m
}

/** Rows without the gaps that decoders leave between them. */
function packed(data: Uint8Array, stride: number, row: number, rows: number): Uint8Array {
  const result = new Uint8Array(row * rows)
  for (let y = 0; y < rows; y++) result.set(data.subarray(y * stride, y * stride + row), y * row)
  return result
}
