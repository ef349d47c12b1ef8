import { CoarserRgb } from './colour-chroma.ts'
import { lumaShares, quantisation, type YuvFormat } from './colour-format.ts'
import { takesPlanes } from './colour-kernel.ts'
import { type ColourPlane, type Component, checkRgb, component, type Rgb, type RgbPlanes } from './colour-planes.ts'
import { simdToYuv } from './colour-simd-to-yuv.ts'

/** Gives rows of colours, 0 to 1, pixel after pixel; always in the same array. */
function rowsOf(rgb: Rgb | RgbPlanes): (y: number) => Float64Array {
  const { width } = rgb
  const row = new Float64Array(3 * width)
  if ('planes' in rgb) {
    return (y) => {
      for (const [colour, plane] of rgb.planes.entries())
        for (let x = 0, from = y * width, at = colour; x < width; x++, at += 3) row[at] = plane[from + x]!
      return row
    }
  }
  const { samples, channels = 3 } = rgb
  const share = samples instanceof Uint8Array ? 1 / 255 : 1 / 65_535
  return (y) => {
    for (let at = 0, from = y * width * channels; at < row.length; at += 3, from += channels) {
      row[at] = samples[from]! * share
      row[at + 1] = samples[from + 1]! * share
      row[at + 2] = samples[from + 2]! * share
    }
    return row
  }
}

/** Fills one row of a component with weighted sums of colours, as the nearest whole numbers. */
function store(
  to: Component,
  y: number,
  row: Float64Array,
  [red, green, blue]: readonly [number, number, number],
  added: number,
  { most, shift }: { readonly most: number; readonly shift: number },
): void {
  const { data, step, width } = to
  let at = to.offset + y * to.stride
  for (let x = 0; x < 3 * width; x += 3, at += step) {
    const value = red * row[x]! + green * row[x + 1]! + blue * row[x + 2]! + added
    data[at] = (value <= 0 ? 0 : value >= most ? most : (value + 0.5) | 0) << shift
  }
}

function checkSize(rgb: Rgb | RgbPlanes, luma: Component): void {
  if (luma.width !== rgb.width || luma.height !== rgb.height)
    throw new RangeError(`Colours of ${rgb.width}x${rgb.height} do not fit luma of ${luma.width}x${luma.height}.`)
}

/**
 * Writes luma alone, as {@link rgbToYuv} does.
 *
 * @param planes those of a frame of which one holds luma, or a single one
 */
export function rgbToLuma(rgb: Rgb | RgbPlanes, planes: readonly ColourPlane[], format: YuvFormat): void {
  checkRgb(rgb)
  const { lumaScale, black, most } = quantisation(format)
  const { shift = 0 } = format
  const luma = component(planes, 'y')
  checkSize(rgb, luma)
  const [red, green, blue] = lumaShares(format.matrix)
  const weights = [red * lumaScale, green * lumaScale, blue * lumaScale] as const
  const rowOf = rowsOf(rgb)
  for (let y = 0; y < luma.height; y++) store(luma, y, rowOf(y), weights, black, { most, shift })
}

/**
 * Writes luma and chroma of colours: the nearest whole numbers (of 8 bits, those within 0.53), clipped to those that the bits hold. Chroma of fewer samples stands
 * for the mean of its pixels, or a triangle over three (1 2 1) along a direction in which `format.siting` puts it on a pixel.
 *
 * @param planes where to write: those of a writable frame; or three: luma, Cb and Cr. Chroma's width and height are luma's, or half
 *   or a quarter of it
 * @throws RangeError if planes are missing, too short or of sizes that do not go together
 */
export function rgbToYuv(rgb: Rgb | RgbPlanes, planes: readonly ColourPlane[], format: YuvFormat): void {
  checkRgb(rgb)
  const [luma, u, v] = [component(planes, 'y'), component(planes, 'u'), component(planes, 'v')]
  checkSize(rgb, luma)
  if (u.width !== v.width || u.height !== v.height)
    throw new RangeError('The two planes of chroma are not of one size.')
  const packed = 'samples' in rgb && (rgb.channels ?? 3) === 3 ? rgb.samples : undefined
  if (packed instanceof Uint8Array && takesPlanes(format, luma, u, v)) simdToYuv(packed, luma, [u, v], format)
  else plainToYuv(rgb, planes, format)
}

/** {@link rgbToYuv} without the kernel. */
export function plainToYuv(rgb: Rgb | RgbPlanes, planes: readonly ColourPlane[], format: YuvFormat): void {
  rgbToLuma(rgb, planes, format)
  const { chromaScale, neutral, most } = quantisation(format)
  const { shift = 0, siting = 'left' } = format
  const [u, v] = [component(planes, 'u'), component(planes, 'v')]
  const [red, green, blue] = lumaShares(format.matrix)
  const [forU, forV] = [chromaScale / (2 * (1 - blue)), chromaScale / (2 * (1 - red))]
  const weightsU = [-red * forU, -green * forU, (1 - blue) * forU] as const
  const weightsV = [(1 - red) * forV, -green * forV, -blue * forV] as const
  const rowOf = rowsOf(rgb)
  const coarser = new CoarserRgb(rgb.width, rgb.height, u, siting)
  for (let y = 0; y < u.height; y++) {
    const row = coarser.row(y, rowOf)
    store(u, y, row, weightsU, neutral, { most, shift })
    store(v, y, row, weightsV, neutral, { most, shift })
  }
}
