/** Mid or side while its curve is being found. */
export interface Part {
  readonly of: 'mid' | 'side'
  /** Spectra of the target and the reference, dB. */
  readonly own: Float64Array
  readonly wanted: Float64Array
  /** How far the wanted gain at each frequency can be trusted. */
  readonly weight: Float64Array
  /** How much it counts where the result is louder than the reference, whatever is there. */
  readonly free: Float64Array
  /** The curve before limits, dB, with the overall level. */
  raw: Float64Array
}

export interface Curves {
  /** Curves as the limits let them be, dB, and as they are used. */
  readonly limited: Float64Array
  readonly limitedSide?: Float64Array
  readonly mid: Float64Array
  readonly side?: Float64Array
  /** dB of the overall level that is left to loudness. */
  readonly middle: number
  /** dB of the broadband gain of the side. */
  readonly broad: number
  /** Power of gains at bins; that of the side with its broadband gain. */
  readonly midPower: Float64Array
  readonly sidePower: Float64Array | undefined
  /** dB that the side was held back. */
  readonly heldSide: number
}

/** Mean distance of a predicted spectrum from the wanted one, where that can be trusted. */
export function errorOf(part: Part, predicted: Float64Array, align: number): number {
  let [total, weights] = [0, 0]
  for (const [i, weight] of part.weight.entries()) {
    total += weight * Math.abs(part.wanted[i]! - align - predicted[i]!)
    weights += weight
  }
  return weights > 0 ? total / weights : 0
}
