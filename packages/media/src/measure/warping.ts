import { checkPlanes, checkSameCount, type Plane, strideOf } from './plane.ts'

/** Motion from one frame to another: the pixel at (x, y) of the one is at (x + u, y + v) of the other. Rows without gaps. */
export interface Flow {
  readonly width: number
  readonly height: number
  readonly u: Float32Array | Float64Array
  readonly v: Float32Array | Float64Array
}

function checkFlows(forward: Flow, backward: Flow): void {
  const { width, height } = forward
  if (width !== backward.width || height !== backward.height)
    throw new RangeError(`Flows of ${width}x${height} and ${backward.width}x${backward.height} do not belong together.`)
  for (const { u, v } of [forward, backward])
    if (u.length !== width * height || v.length !== width * height)
      throw new RangeError(`A flow of ${width}x${height} has ${u.length} and ${v.length} numbers.`)
}

/**
 * Which pixels of the first frame can be compared with the second: 1 if they are seen in both, 0 if they are hidden, leave the
 * picture, or lie on the edge of a moving thing (Ruder, Dosovitskiy, Brox, "Artistic style transfer for videos", 2016, equations 5
 * and 6, from where each pixel goes to and back).
 *
 * @param forward from the first frame to the second
 * @param backward from the second to the first
 * @throws RangeError if sizes differ
 */
export function visibleInBoth(forward: Flow, backward: Flow): Uint8Array {
  checkFlows(forward, backward)
  const { width, height, u, v } = forward
  const mask = new Uint8Array(width * height)
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const [dx, dy] = [u[at]!, v[at]!]
      const [back, down] = [
        bilinear(backward.u, width, height, x + dx, y + dy),
        bilinear(backward.v, width, height, x + dx, y + dy),
      ]
      // NaN where the target is outside: no comparison with it holds.
      const there = dx * dx + dy * dy
      const gap = (dx + back) ** 2 + (dy + down) ** 2
      const returns = gap <= 0.01 * (there + back * back + down * down) + 0.5
      mask[at] = returns && gradient(forward, x, y, at) <= 0.01 * there + 0.002 ? 1 : 0
    }
  }
  return mask
}

/** Squared length of the gradients of both components, by the next pixel to the right and the next below. */
function gradient({ width, height, u, v }: Flow, x: number, y: number, at: number): number {
  const right = x + 1 < width ? at + 1 : at
  const below = y + 1 < height ? at + width : at
  return (u[right]! - u[at]!) ** 2 + (v[right]! - v[at]!) ** 2 + (u[below]! - u[at]!) ** 2 + (v[below]! - v[at]!) ** 2
}

function bilinear(
  data: ArrayLike<number>,
  width: number,
  height: number,
  x: number,
  y: number,
  stride = width,
  step = 1,
  offset = 0,
): number {
  if (!(x >= 0 && y >= 0 && x <= width - 1 && y <= height - 1)) return Number.NaN
  const left = Math.min(Math.floor(x), Math.max(0, width - 2))
  const top = Math.min(Math.floor(y), Math.max(0, height - 2))
  const [fx, fy] = [x - left, y - top]
  const at = offset + top * stride + left * step
  const right = width > 1 ? step : 0
  const below = height > 1 ? stride : 0
  const upper = data[at]! * (1 - fx) + data[at + right]! * fx
  const lower = data[at + below]! * (1 - fx) + data[at + below + right]! * fx
  return upper * (1 - fy) + lower * fy
}

/** Temporal warping error of two frames. */
export interface WarpingError {
  /** Mean squared difference over the pixels and planes that were compared, of samples from 0 to 1. 0 if there are none. */
  readonly error: number
  /** The share of pixels that were compared. */
  readonly compared: number
}

/**
 * Temporal warping error of two frames that follow one another: how much the second, moved back along the flow, differs from the
 * first, where both show the same thing (Lai et al., "Learning blind video temporal consistency", ECCV 2018, equation 10). Planes
 * must have the size of the flow.
 *
 * @param first planes of the earlier frame
 * @param forward flow from the first frame to the second
 * @param mask of {@link visibleInBoth}
 * @param peak the range of the samples: 255 for 8 bits
 * @throws RangeError if sizes differ
 */
export function warpingError(
  first: readonly Plane[],
  second: readonly Plane[],
  forward: Flow,
  mask: Uint8Array,
  peak = 255,
): WarpingError {
  checkSameCount(first, second)
  const { width, height, u, v } = forward
  if (mask.length !== width * height) throw new RangeError(`A mask of ${mask.length} pixels is not ${width}x${height}.`)
  first.forEach((plane, index) => {
    checkPlanes(plane, second[index]!)
    if (plane.width !== width || plane.height !== height)
      throw new RangeError(`Planes of ${plane.width}x${plane.height} do not go with a flow of ${width}x${height}.`)
  })
  let [sum, compared] = [0, 0]
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      if (!mask[at]) continue
      const [tx, ty] = [x + u[at]!, y + v[at]!]
      if (!(tx >= 0 && ty >= 0 && tx <= width - 1 && ty <= height - 1)) continue
      compared++
      for (let index = 0; index < first.length; index++) {
        const [a, b] = [first[index]!, second[index]!]
        const from = (a.offset ?? 0) + y * strideOf(a) + x * (a.step ?? 1)
        const moved = bilinear(b.data, width, height, tx, ty, strideOf(b), b.step ?? 1, b.offset ?? 0)
        sum += (moved - a.data[from]!) ** 2
      }
    }
  }
  const error = compared === 0 ? 0 : sum / (compared * first.length * peak * peak)
  return { error, compared: compared / (width * height) }
}

/** Mean of {@link warpingError} over the pairs of frames of a video. */
export class WarpingMeter {
  readonly #peak: number
  #sum = 0
  #pairs = 0

  /** @param peak the range of the samples */
  constructor(peak = 255) {
    this.#peak = peak
  }

  /**
   * Takes in two frames that follow one another, with the flow between them in both directions.
   *
   * @throws RangeError if sizes differ
   */
  add(first: readonly Plane[], second: readonly Plane[], forward: Flow, backward: Flow): WarpingError {
    const found = warpingError(first, second, forward, visibleInBoth(forward, backward), this.#peak)
    this.#sum += found.error
    this.#pairs++
    return found
  }

  /** `NaN` where there were no pairs. */
  get result(): number {
    return this.#sum / this.#pairs
  }
}
