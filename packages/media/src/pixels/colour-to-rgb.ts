import { FinerChroma } from './colour-chroma.ts'
import { lumaShares, quantisation, type YuvFormat } from './colour-format.ts'
import { takesPlanes } from './colour-kernel.ts'
import { type ColourPlane, component, type Rgb, type RgbPlanes } from './colour-planes.ts'
import { simdToRgb } from './colour-simd-to-rgb.ts'

/** What is done with each row: luma of its pixels and `total` times their chroma. */
type Row = (luma: Int32Array, u: Int32Array, v: Int32Array, y: number) => void

/** Goes through the rows of a picture with chroma brought to luma's size. */
function eachRow(planes: readonly ColourPlane[], format: YuvFormat, make: (size: Size, scale: Scale) => Row): void {
  const { black, lumaScale, chromaScale, neutral } = quantisation(format)
  const { shift = 0, siting = 'left' } = format
  const luma = component(planes, 'y')
  const u = new FinerChroma(component(planes, 'u'), luma, siting, shift)
  const v = new FinerChroma(component(planes, 'v'), luma, siting, shift)
  if (u.total !== v.total) throw new RangeError('The two planes of chroma are not of one size.')
  const [red, green, blue] = lumaShares(format.matrix)
  const chroma = 1 / (chromaScale * u.total)
  const row = make(luma, {
    black,
    neutral: neutral * u.total,
    luma: 1 / lumaScale,
    redV: 2 * (1 - red) * chroma,
    greenU: ((-2 * (1 - blue) * blue) / green) * chroma,
    greenV: ((-2 * (1 - red) * red) / green) * chroma,
    blueU: 2 * (1 - blue) * chroma,
  })
  const line = new Int32Array(luma.width)
  for (let y = 0; y < luma.height; y++) {
    let from = luma.offset + y * luma.stride
    for (let x = 0; x < line.length; x++, from += luma.step) line[x] = luma.data[from]! >> shift
    row(line, u.row(y), v.row(y), y)
  }
}

interface Size {
  readonly width: number
  readonly height: number
}

/** From numbers to colours of 0 to 1. */
interface Scale {
  readonly black: number
  readonly neutral: number
  readonly luma: number
  readonly redV: number
  readonly greenU: number
  readonly greenV: number
  readonly blueU: number
}

/**
 * Colours of luma and chroma, packed: red, green, blue of each pixel. They are the nearest whole numbers (of 8 bits, those within
 * 0.53); what lies outside black
 * and white is clipped. Chroma of fewer samples is interpolated linearly between the places where `format.siting` says that they
 * lie.
 *
 * @param planes those of a frame; or three: luma, Cb and Cr. Chroma's width and height are luma's, or half or a quarter of it
 * @param into where to put them, of 3 elements a pixel. Default: a new `Uint8Array` for 8 bits, else a new `Uint16Array`. The type of
 *   the array says what white is: 255 or 65535
 * @throws RangeError if planes are missing, too short or of sizes that do not go together
 */
export function yuvToRgb<A extends Uint8Array | Uint16Array = Uint8Array | Uint16Array>(
  planes: readonly ColourPlane[],
  format: YuvFormat,
  into?: A,
): Rgb & { readonly samples: A } {
  const { width, height } = component(planes, 'y')
  const samples = (into ?? new (format.bits === 8 ? Uint8Array : Uint16Array)(3 * width * height)) as A
  if (samples.length !== 3 * width * height)
    throw new RangeError(
      `Colours of ${width}x${height} pixels are ${3 * width * height} numbers, not ${samples.length}.`,
    )
  const [luma, u, v] = [component(planes, 'y'), component(planes, 'u'), component(planes, 'v')]
  if (u.width !== v.width || u.height !== v.height)
    throw new RangeError('The two planes of chroma are not of one size.')
  if (samples instanceof Uint8Array && takesPlanes(format, luma, u, v)) simdToRgb(luma, [u, v], format, samples)
  else plainToRgb(planes, format, samples)
  return { width, height, samples }
}

/** {@link yuvToRgb} without the kernel. */
export function plainToRgb(planes: readonly ColourPlane[], format: YuvFormat, samples: Uint8Array | Uint16Array): void {
  // Storing there rounds and clips.
  const bytes =
    samples instanceof Uint8Array
      ? new Uint8ClampedArray(samples.buffer, samples.byteOffset, samples.length)
      : undefined
  const white = bytes ? 255 : 65_535
  eachRow(planes, format, ({ width }, scale) => {
    const [luma, redV, greenU] = [scale.luma * white, scale.redV * white, scale.greenU * white]
    const [greenV, blueU] = [scale.greenV * white, scale.blueU * white]
    const { black, neutral } = scale
    if (bytes)
      return (line, u, v, y) => {
        let at = 3 * width * y
        for (let x = 0; x < width; x++, at += 3) {
          const light = (line[x]! - black) * luma
          const [du, dv] = [u[x]! - neutral, v[x]! - neutral]
          bytes[at] = light + dv * redV
          bytes[at + 1] = light + du * greenU + dv * greenV
          bytes[at + 2] = light + du * blueU
        }
      }
    const clipped = (value: number): number => (value <= 0 ? 0 : value >= white ? white : value + 0.5)
    return (line, u, v, y) => {
      let at = 3 * width * y
      for (let x = 0; x < width; x++, at += 3) {
        const light = (line[x]! - black) * luma
        const [du, dv] = [u[x]! - neutral, v[x]! - neutral]
        samples[at] = clipped(light + dv * redV)
        samples[at + 1] = clipped(light + du * greenU + dv * greenV)
        samples[at + 2] = clipped(light + du * blueU)
      }
    }
  })
}

/**
 * Colours of luma and chroma as three planes: 0 is black, 1 is white. Nothing is clipped: numbers blacker than black or beyond white
 * give values below 0 and above 1, so that {@link rgbToYuv} gives them back. For what else see {@link yuvToRgb}.
 */
export function yuvToRgbPlanes(planes: readonly ColourPlane[], format: YuvFormat): RgbPlanes {
  const { width, height } = component(planes, 'y')
  const [red, green, blue] = [0, 1, 2].map(() => new Float32Array(width * height)) as unknown as RgbPlanes['planes']
  eachRow(planes, format, (_, { black, neutral, luma, redV, greenU, greenV, blueU }) => (line, u, v, y) => {
    let at = width * y
    for (let x = 0; x < width; x++, at++) {
      const light = (line[x]! - black) * luma
      const [du, dv] = [u[x]! - neutral, v[x]! - neutral]
      red[at] = light + dv * redV
      green[at] = light + du * greenU + dv * greenV
      blue[at] = light + du * blueU
    }
  })
  return { width, height, planes: [red, green, blue] }
}
