/** A plane of whole numbers. Planes of frames that {@link Media.frames} gives may be used as they are. */
export interface ColourPlane {
  readonly data: Uint8Array | Uint16Array
  readonly width: number
  readonly height: number
  /** Elements from one row to the next. Default: `width * step`. */
  readonly stride?: number
  /** Elements from one pixel to the next. Default: as many letters as `holds` has. */
  readonly step?: number
  /** What its elements hold, by letter: `y`, `u`, `v`, `uv`, `rgb`. Default: luma, then the two of chroma, by order of planes. */
  readonly holds?: string
  /** How often the picture's width was halved, rounded up, to give this one's. Default: the fewest times that do. */
  readonly shiftX?: number
  readonly shiftY?: number
}

/** One component of a picture: the number of pixel (x, y) is `data[offset + y * stride + x * step]`. */
export interface Component {
  readonly data: Uint8Array | Uint16Array
  readonly width: number
  readonly height: number
  readonly stride: number
  readonly step: number
  readonly offset: number
  readonly shiftX: number | undefined
  readonly shiftY: number | undefined
}

/** The component of that letter, or undefined if no plane holds it. */
export function findComponent(planes: readonly ColourPlane[], letter: string): Component | undefined {
  for (const [index, plane] of planes.entries()) {
    const { data, width, height, shiftX, shiftY, holds = 'yuv'[index] ?? '' } = plane
    const offset = holds.indexOf(letter)
    if (offset < 0) continue
    const { step = holds.length } = plane
    const { stride = width * step } = plane
    if (!(Number.isInteger(width) && Number.isInteger(height) && width >= 1 && height >= 1))
      throw new RangeError(`A plane of ${width}x${height} has no pixels.`)
    const needed = offset + stride * (height - 1) + step * (width - 1) + 1
    if (data.length < needed)
      throw new RangeError(`A plane of ${width}x${height} needs ${needed} numbers and has ${data.length}.`)
    return { data, width, height, stride, step, offset, shiftX, shiftY }
  }
  return undefined
}

/** @throws RangeError if no plane holds that letter */
export function component(planes: readonly ColourPlane[], letter: string): Component {
  const found = findComponent(planes, letter)
  if (!found) throw new RangeError(`The picture has no plane of "${letter}".`)
  return found
}

function halved(luma: number, chroma: number, told: number | undefined): number {
  for (const count of told === undefined ? [0, 1, 2] : [told]) if (Math.ceil(luma / 2 ** count) === chroma) return count
  throw new RangeError(`Chroma of ${chroma} samples does not belong to luma of ${luma}.`)
}

/** How often luma's width and height were halved, rounded up, to give those of chroma. */
export const halvings = (
  luma: { readonly width: number; readonly height: number },
  chroma: Component,
): readonly [across: number, down: number] => [
  halved(luma.width, chroma.width, chroma.shiftX),
  halved(luma.height, chroma.height, chroma.shiftY),
]

/** Red, green, blue of each pixel. Their range is that of the array: 0 to 255 in a `Uint8Array`, 0 to 65535 in a `Uint16Array`. */
export interface Rgb {
  readonly width: number
  readonly height: number
  /** Rows from the top, without gaps. */
  readonly samples: Uint8Array | Uint16Array
  /** Elements a pixel: 4 with alpha, which is not looked at. Default 3. */
  readonly channels?: 3 | 4
}

/** Red, green and blue as planes without gaps: 0 is black, 1 the most that the range holds. */
export interface RgbPlanes {
  readonly width: number
  readonly height: number
  readonly planes: readonly [red: Float32Array, green: Float32Array, blue: Float32Array]
}

/** @throws RangeError if the arrays do not have the length that the size asks for */
export function checkRgb(rgb: Rgb | RgbPlanes): void {
  const pixels = rgb.width * rgb.height
  const arrays = 'planes' in rgb ? rgb.planes : [rgb.samples]
  const wanted = 'planes' in rgb ? pixels : pixels * (rgb.channels ?? 3)
  for (const { length } of arrays)
    if (length !== wanted)
      throw new RangeError(`A picture of ${rgb.width}x${rgb.height} has ${wanted} numbers here, not ${length}.`)
}
