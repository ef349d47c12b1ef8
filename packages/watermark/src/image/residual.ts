import { blurred, type GreyPlane } from './plane.ts'
import { whitened } from './whiten.ts'

/** Deviation in pixels of the blur that is taken away first, so that edges' lowest waves do not drown their neighbours. */
const coarse = 3

/** Root mean squares of the residual at which it is cut off. */
const most = 3

/**
 * What is left of luma when the picture has been taken away as far as can be told: its coarse part goes, then in every small block
 * each wave is divided by how strong waves like it are there. A mark, which is nowhere stronger than a few grey levels but
 * everywhere the same, stands out; so does its lattice.
 *
 * @param luma 0 black to 255 white
 * @returns numbers of no unit, mostly within -1 and 1
 */
export function residualOf(luma: GreyPlane): GreyPlane {
  const { width, height } = luma
  const fine = blurred(luma, coarse).data
  for (let at = 0; at < fine.length; at++) fine[at] = luma.data[at]! - fine[at]!
  const { data } = whitened({ data: fine, width, height })
  let power = 0
  for (let at = 0; at < data.length; at++) power += data[at]! * data[at]!
  const limit = most * Math.sqrt(power / data.length)
  for (let at = 0; at < data.length; at++) {
    const value = data[at]!
    data[at] = value > limit ? limit : value < -limit ? -limit : value
  }
  return { data, width, height }
}
