import { checkPlanes, type Plane } from '../measure/plane.ts'
import { ResizePlan } from './resize-plan.ts'
import type { ResizeFilter } from './resize-taps.ts'

export type { ResizeFilter } from './resize-taps.ts'

/** Plans of late, the last used at the end: frames of a video have few sizes. */
const plans = new Map<string, ResizePlan>()
const mostPlans = 6

/**
 * Resizes one plane of a picture, with the pixels' centres at halves as everywhere in images: across first, then down. Where it gets
 * smaller the filter is widened by as much, so that nothing is left out and nothing folds back.
 *
 * @param filter `bicubic` (Catmull-Rom) by default
 * @returns rows of `width` numbers without gaps, not rounded and not cut off: fine filters overshoot at edges
 * @throws RangeError for sizes that are none, or if the plane's data are too short for its size
 */
export function resize(plane: Plane, width: number, height: number, filter: ResizeFilter = 'bicubic'): Float32Array {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0))
    throw new RangeError(`A plane has a width and a height in whole pixels, not ${width}x${height}.`)
  checkPlanes(plane, plane)
  const name = `${plane.width}x${plane.height} ${width}x${height} ${filter}`
  const plan = plans.get(name) ?? new ResizePlan(plane, width, height, filter)
  plans.delete(name)
  plans.set(name, plan)
  if (plans.size > mostPlans) plans.delete(plans.keys().next().value!)
  return plan.run(plane)
}
