import { canonicalOf } from '../image/canonical.ts'
import { blurred, type GreyPlane } from '../image/plane.ts'

/** Pixels that each side needs: two tiles of the mark. */
export const leastSide = 128

/** Standard deviation of the levels around a pixel below which it is flat. A slow ramp is not: its steps are there. */
const flatLevels = 0.1

/** Share of flat pixels from which a picture is refused. */
const mostFlat = 0.97

/** Why a picture cannot be marked, as far as it can be told without trying; undefined where it may be. */
export function whyNot(luma: GreyPlane): string | undefined {
  const { width, height } = luma
  if (Math.min(width, height) < leastSide)
    return `it is ${width}x${height} pixels, too small: each side needs ${leastSide}`
  const flat = flatShare(canonicalOf(luma).luma)
  if (flat < mostFlat) return undefined
  return flat > 0.999
    ? 'it is flat, and what is flat hides nothing'
    : `${Math.floor(100 * flat)} % of it is flat, and what is flat hides nothing`
}

/** Share of pixels around which nothing happens. */
export function flatShare(luma: GreyPlane): number {
  const mean = blurred(luma, 1.5).data
  const squares = blurred({ ...luma, data: luma.data.map((value) => value * value) }, 1.5).data
  let count = 0
  // Squares of levels up to 255 are exact to a few thousandths in 32 bits.
  for (let at = 0; at < mean.length; at++) if (squares[at]! - mean[at]! * mean[at]! < flatLevels * flatLevels) count++
  return count / mean.length
}
