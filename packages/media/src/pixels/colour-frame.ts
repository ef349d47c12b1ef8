import { notRecognised } from '../failures.ts'
import type { PixelLayout } from '../stream/pixel-layout.ts'
import type { FrameColour } from '../stream/video-frame.ts'
import type { ChromaSiting, ColourMatrix, ColourRange, YuvFormat } from './colour-format.ts'
import { lumaOf } from './colour-luma.ts'
import { type ColourPlane, type Component, checkRgb, component, type Rgb } from './colour-planes.ts'
import { yuvToRgb } from './colour-to-rgb.ts'
import { rgbToLuma, rgbToYuv } from './colour-to-yuv.ts'

/** What is used of a {@link VideoFrame}. */
export interface ColourFrame {
  readonly width: number
  readonly height: number
  readonly planes: readonly ColourPlane[]
  readonly layout: PixelLayout
  readonly colour: Pick<FrameColour, 'matrix' | 'range'>
}

/** What to take colours for in place of what the frame says. */
export interface ColourOptions {
  readonly matrix?: ColourMatrix
  readonly range?: ColourRange
  /** Default `left`: frames do not say it. */
  readonly siting?: ChromaSiting
}

/** FFmpeg's names. */
const matrices: Readonly<Record<string, ColourMatrix>> = {
  bt709: 'bt709',
  fcc: 'fcc',
  bt470bg: 'bt601',
  smpte170m: 'bt601',
  smpte240m: 'smpte240m',
  bt2020nc: 'bt2020',
}

/**
 * How a frame's luma and chroma stand for colours: as the frame says, or where it does not, by BT.601 up to 576 lines and BT.709
 * above, in limited range. Grey without a range is taken as full, as FFmpeg does.
 *
 * @throws ColophonError MEDIA_NOT_RECOGNISED if the frame names a matrix that is none of {@link ColourMatrix}
 */
export function yuvFormatOf(frame: Omit<ColourFrame, 'planes'>, options: ColourOptions = {}): YuvFormat {
  const { layout, height, colour } = frame
  const { bits, shift, family } = layout
  const { matrix = colour.matrix === undefined ? undefined : matrices[colour.matrix] } = options
  // A frame may well say "gbr" and have one grey plane.
  if (!matrix && colour.matrix !== undefined && family === 'yuv')
    throw notRecognised(`its colours are told by the matrix "${colour.matrix}"; give the matrix to take them for`)
  const { range = colour.range ?? (layout.fullRange || family === 'grey' ? 'full' : 'limited'), siting = 'left' } =
    options
  return { matrix: matrix ?? (height > 576 ? 'bt709' : 'bt601'), range, bits, shift, siting }
}

const white = (samples: Uint8Array | Uint16Array): number => (samples instanceof Uint8Array ? 255 : 65_535)

/** Brings the numbers of one component into another, from one greatest number to another. */
function copy(from: Component, most: number, to: Component, wanted: number): void {
  const factor = wanted / most
  for (let y = 0; y < from.height; y++) {
    let at = to.offset + y * to.stride
    for (let x = 0, source = from.offset + y * from.stride; x < from.width; x++, source += from.step, at += to.step)
      to.data[at] = from.data[source]! * factor + 0.5
  }
}

/** The component of packed colours; of a picture that was checked. */
const packed = ({ samples, width, height, channels = 3 }: Rgb, letter: 'r' | 'g' | 'b'): Component => ({
  data: samples,
  width,
  height,
  stride: width * channels,
  step: channels,
  offset: 'rgb'.indexOf(letter),
  shiftX: 0,
  shiftY: 0,
})

/**
 * The colours of a frame, packed: a `Uint8Array` for frames of 8 bits, else a `Uint16Array`. Matrix and range are the frame's
 * ({@link yuvFormatOf}); {@link yuvToRgb} says how chroma is interpolated. Alpha is left out. Nothing is done about primaries and
 * transfer.
 *
 * @throws ColophonError MEDIA_NOT_RECOGNISED if the frame names a matrix that is none of {@link ColourMatrix}
 */
export function frameToRgb(frame: ColourFrame, options: ColourOptions = {}): Rgb {
  const { planes, layout, width, height } = frame
  const format = yuvFormatOf(frame, options)
  if (layout.family === 'yuv') return yuvToRgb(planes, format)
  const samples = new (layout.bits === 8 ? Uint8Array : Uint16Array)(3 * width * height)
  const rgb: Rgb = { width, height, samples }
  if (layout.family === 'rgb') {
    for (const letter of ['r', 'g', 'b'] as const)
      copy(component(planes, letter), 2 ** layout.bits - 1, packed(rgb, letter), white(samples))
    return rgb
  }
  const shades = lumaOf(planes, format)
  for (let pixel = 0; pixel < shades.length; pixel++) {
    const shade = Math.round(Math.min(1, Math.max(0, shades[pixel]!)) * white(samples))
    samples.fill(shade, 3 * pixel, 3 * pixel + 3)
  }
  return rgb
}

/**
 * Writes colours into a frame of the same size, which must be writable, by its matrix and range ({@link yuvFormatOf});
 * {@link rgbToYuv} says how chroma is made. A grey frame gets luma alone. Alpha stays as it is.
 *
 * @throws ColophonError MEDIA_NOT_RECOGNISED if the frame names a matrix that is none of {@link ColourMatrix}; RangeError if the
 *   sizes differ
 */
export function rgbIntoFrame(rgb: Rgb, frame: ColourFrame, options: ColourOptions = {}): void {
  const { planes, layout } = frame
  checkRgb(rgb)
  if (rgb.width !== frame.width || rgb.height !== frame.height)
    throw new RangeError(`Colours of ${rgb.width}x${rgb.height} do not fit a frame of ${frame.width}x${frame.height}.`)
  const format = yuvFormatOf(frame, options)
  if (layout.family === 'yuv') return rgbToYuv(rgb, planes, format)
  if (layout.family === 'grey') return rgbToLuma(rgb, planes, format)
  for (const letter of ['r', 'g', 'b'] as const)
    copy(packed(rgb, letter), white(rgb.samples), component(planes, letter), 2 ** layout.bits - 1)
}
