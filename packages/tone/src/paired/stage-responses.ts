import { convolve } from '@colophon/media'
import { firOf } from '../design/fir.ts'
import type { Curve } from '../profile.ts'
import type { EqualiserStages } from './equaliser-stage.ts'
import type { Response, Responses } from './responses.ts'

/** Responses in time of stages of a preset: equaliser, width and reverberation. */
export class StageResponses {
  readonly #rate: number
  readonly #fraction: number
  readonly #sides: boolean
  readonly #filters = new Map<Curve, Float64Array>()

  /** @param fraction part of a sample that the reference comes later @param sides whether there is a side */
  constructor(sampleRate: number, fraction: number, sides: boolean) {
    this.#rate = sampleRate
    this.#fraction = fraction
    this.#sides = sides
  }

  /** The filter of a curve, of minimum phase. */
  firOf(curve: Curve): Float64Array {
    const known = this.#filters.get(curve) ?? firOf(curve, this.#rate, 'minimum')
    this.#filters.set(curve, known)
    return known
  }

  /**
   * What the stages make of the target.
   *
   * @param tails what follows the direct sound, left and right
   */
  responses({ eq, side }: EqualiserStages, tails?: readonly Float32Array[]): Responses {
    const mid = this.firOf(eq.mid.curve)
    const width = 10 ** ((side ?? 0) / 20)
    const sides = this.#sides ? (eq.side ? this.firOf(eq.side.curve) : mid).map((value) => value * width) : undefined
    // The reference comes a part of a sample later, and its gain is measured along its waveform.
    const response = (samples: Float64Array) => delayed(samples, this.#fraction)
    if (!tails) return { mid: response(mid), side: sides ? response(sides) : null }
    const [left, right] = [tails[0]!, tails[1] ?? tails[0]!]
    const both = Float64Array.from(left, (value, n) => (value + right[n]!) / 2)
    const apart = Float64Array.from(left, (value, n) => (value - right[n]!) / 2)
    const withTail = (samples: Float64Array) => {
      const out = convolve(samples, both) as Float64Array
      for (let n = 0; n < samples.length; n++) out[n]! += samples[n]!
      return response(out)
    }
    return {
      mid: withTail(mid),
      side: sides ? withTail(sides) : null,
      ...(sides && { cross: response(convolve(mid, apart) as Float64Array) }),
    }
  }

  /** What reaches the reference by way of the reverberation alone. @param middle dB of gain besides the stages */
  tail(equaliser: EqualiserStages, tails: readonly Float32Array[], middle: number): Responses {
    const scale = 10 ** (middle / 20)
    const [direct, whole] = [this.responses(equaliser), this.responses(equaliser, tails)]
    const less = ({ samples, zero }: Response, without?: Response): Response => ({
      samples: samples.map((value, n) => scale * (value - (without?.samples[n] ?? 0))),
      zero,
    })
    return {
      mid: less(whole.mid, direct.mid),
      side: whole.side && less(whole.side, direct.side!),
      ...(whole.cross && { cross: less(whole.cross) }),
    }
  }
}

/** Samples on either side that a delay of a part of a sample reaches. */
const reach = 16

/** A response that comes later by a part of a sample: with a sinc under a Hann window. */
function delayed(samples: Float64Array, fraction: number): Response {
  const sinc = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const x = i - reach - fraction
    const window = 0.5 + 0.5 * Math.cos((Math.PI * x) / (reach + 1))
    return (Math.abs(x) < 1e-9 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) * window
  })
  return { samples: convolve(samples, sinc) as Float64Array, zero: reach }
}
