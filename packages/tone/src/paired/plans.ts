import { RealFft } from '@colophon/media'

const most = 3
const plans = new Map<number, RealFft>()

/** A plan for transforms of a length, in single precision. The last few are kept: making one takes longer than using it. */
export function planOf(length: number): RealFft {
  const known = plans.get(length)
  const plan = known ?? new RealFft(length, 'float32')
  plans.delete(length)
  plans.set(length, plan)
  if (plans.size > most) plans.delete(plans.keys().next().value!)
  return plan
}
