/** Numbers of one channel of a picture or frame. Planes of frames that {@link Media.frames} gives may be used as they are. */
export interface Plane {
  readonly data: Uint8Array | Uint8ClampedArray | Uint16Array | Float32Array | Float64Array
  readonly width: number
  readonly height: number
  /** Elements from one row to the next. Default: `width * step`. */
  readonly stride?: number
  /** Elements from one pixel to the next, for interleaved channels. Default 1. */
  readonly step?: number
  /** Element of the first pixel. Default 0. */
  readonly offset?: number
}

export const strideOf = ({ stride, width, step = 1 }: Plane): number => stride ?? width * step

/** @throws RangeError if two planes are not of one size, or their data are too short for it */
export function checkPlanes(a: Plane, b: Plane): void {
  if (a.width !== b.width || a.height !== b.height)
    throw new RangeError(`Planes of ${a.width}x${a.height} and ${b.width}x${b.height} cannot be compared.`)
  for (const plane of [a, b]) {
    const { data, width, height, step = 1, offset = 0 } = plane
    if (!(width >= 1 && height >= 1)) throw new RangeError(`A plane of ${width}x${height} has no pixels.`)
    const needed = offset + strideOf(plane) * (height - 1) + step * (width - 1) + 1
    if (data.length < needed)
      throw new RangeError(`A plane of ${width}x${height} needs ${needed} numbers and has ${data.length}.`)
  }
}

/** @throws RangeError if two pictures do not have the same number of planes, or any at all */
export function checkSameCount(a: readonly Plane[], b: readonly Plane[]): void {
  if (a.length !== b.length || a.length === 0)
    throw new RangeError(`Pictures of ${a.length} and ${b.length} planes cannot be compared.`)
}

/** Pixels of each plane: what its measure counts for in that of the whole picture, as in FFmpeg. */
export const planeWeights = (planes: readonly Plane[]): number[] => planes.map(({ width, height }) => width * height)

/** The mean of numbers by weights. Equal numbers have themselves as their mean, to the bit. */
export function weighted(values: readonly number[], weights: readonly number[]): number {
  let [sum, total] = [0, 0]
  values.forEach((value, index) => {
    sum += value * weights[index]!
    total += weights[index]!
  })
  return sum / total
}
