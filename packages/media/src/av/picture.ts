import type { Frame, SoftwareScaleContext } from 'node-av/lib'
import { damaged } from '../failures.ts'
import type { Size } from '../geometry/fit.ts'
import type { Av } from './library.ts'
import { isHdrTransfer } from './names.ts'

/** Pixels in memory: rows of `channels` bytes a pixel (red, green, blue, alpha), in sRGB, without gaps. */
export interface Pixels extends Size {
  readonly data: Uint8Array
  readonly channels: 3 | 4
}

const bt709 = 1
const smpte170m = 6
const bt2020 = 9
const unspecified = 2
const rgbMatrix = 0
const fullRange = 2
const srgb = 13

const hasAlpha = (pixelFormat: string): boolean =>
  /^(yuva|gbrap|rgba|bgra|argb|abgr|ya\d|ayuv|vuya|pal8)/.test(pixelFormat)

/**
 * Turns decoded frames into sRGB pixels of a wanted size, whatever their pixel format, matrix, range and bit depth. High dynamic
 * range (PQ, HLG) and BT.2020 primaries are mapped to sRGB; other primaries are taken for sRGB's, as players do.
 */
export class FrameScaler implements Disposable {
  readonly #av: Av
  readonly #context: SoftwareScaleContext

  constructor(av: Av) {
    this.#av = av
    this.#context = new av.SoftwareScaleContext()
    this.#context.allocContext()
    // Without these flags the result depends on the processor's instruction set.
    this.#context.setOption('sws_flags', 'bicubic+accurate_rnd+full_chroma_int+full_chroma_inp+bitexact')
    this.#context.setOption('threads', 1)
  }

  /** @param size of the pixels as coded, before any rotation */
  async scale(frame: Frame, size: Size): Promise<Pixels> {
    const av = this.#av
    const name = av.avGetPixFmtName(frame.format as Parameters<Av['avGetPixFmtName']>[0]) ?? ''
    const channels = hasAlpha(name) ? 4 : 3
    using target = new av.Frame()
    target.alloc()
    target.width = size.width
    target.height = size.height
    target.format = channels === 4 ? av.AV_PIX_FMT_RGBA : av.AV_PIX_FMT_RGB24
    target.colorSpace = rgbMatrix as Frame['colorSpace']
    target.colorRange = fullRange as Frame['colorRange']
    settleColour(frame, target, /^(rgb|bgr|gbr|argb|abgr|pal8|x2|0|gray|ya|mono|xyz)/.test(name))
    // A frame of two fields is scaled as one picture; scaling it down blends them.
    frame.clearFlags(av.AV_FRAME_FLAG_INTERLACED)
    if (target.allocBuffer() < 0) throw damaged(`its frames of ${frame.width}x${frame.height} do not fit in memory`)
    const done = await this.#context.scaleFrame(target, frame)
    if (done < 0) throw damaged(`a frame cannot be converted (${name}: ${av.FFmpegError.strerror(done)})`)
    return {
      ...size,
      channels,
      data: packed(target.data![0]!, target.linesize[0]!, size.width * channels, size.height),
    }
  }

  [Symbol.dispose](): void {
    this.#context.freeContext()
  }
}

/** Fills in what the frame leaves unsaid, and decides which primaries and transfer functions are converted. */
function settleColour(frame: Frame, target: Frame, plain: boolean): void {
  if (!plain && (frame.colorSpace as number) === unspecified)
    frame.colorSpace = guessedMatrix(frame) as Frame['colorSpace']
  const hdr = isHdrTransfer(frame.colorTrc)
  const wide = (frame.colorPrimaries as number) === bt2020
  target.colorPrimaries = bt709 as Frame['colorPrimaries']
  if (hdr) {
    target.colorTrc = srgb as Frame['colorTrc']
    return
  }
  if (!wide) frame.colorPrimaries = bt709 as Frame['colorPrimaries']
  frame.colorTrc = bt709 as Frame['colorTrc']
  target.colorTrc = bt709 as Frame['colorTrc']
}

/** Players take standard definition for BT.601 and anything larger for BT.709 when nothing is said. */
export const guessedMatrix = ({ width, height }: Size): number => (width >= 1280 || height > 576 ? bt709 : smpte170m)

/** Rows without the gaps that decoders leave between them. */
function packed(data: Uint8Array, stride: number, row: number, rows: number): Uint8Array {
  const result = new Uint8Array(row * rows)
  for (let y = 0; y < rows; y++) result.set(data.subarray(y * stride, y * stride + row), y * row)
  return result
}
