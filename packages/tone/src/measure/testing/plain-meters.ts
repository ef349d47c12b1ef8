import type { Biquad } from '../k-weighting.ts'
import { kWeighting } from '../k-weighting.ts'
import type { GapFilter } from '../true-peak-filter.ts'

function filtered(samples: Float64Array, { b, a }: Biquad): Float64Array {
  const out = new Float64Array(samples.length)
  const x = (i: number) => samples[i] ?? 0
  const y = (i: number) => out[i] ?? 0
  for (let i = 0; i < samples.length; i++) {
    out[i] = b[0] * x(i) + b[1] * x(i - 1) + b[2] * x(i - 2) - a[0] * y(i - 1) - a[1] * y(i - 2)
  }
  return out
}

/** K-weighted samples, by the difference equations as the standard writes them. */
export function plainKWeighted(samples: ArrayLike<number>, sampleRate: number): Float64Array {
  const { shelf, highPass } = kWeighting(sampleRate)
  return filtered(filtered(Float64Array.from(samples), shelf), highPass)
}

/** A channel at `filter.points + 1` times its rate, from sample `from` to sample `to` and with it; zeros lie outside. */
export function plainInterpolated(
  samples: ArrayLike<number>,
  filter: GapFilter,
  from: number,
  to: number,
): Float64Array {
  const x = (i: number) => samples[i] ?? 0
  const factor = filter.points + 1
  const out = new Float64Array(factor * (to - from) + 1)
  for (let i = from; i <= to; i++) {
    out[factor * (i - from)] = x(i)
    if (i === to) break
    for (let phase = 1; phase < factor; phase++) {
      const nearest = Math.min(phase, factor - phase)
      let sum = 0
      for (let pair = 0; pair < filter.pairs; pair++) {
        const [a, b] = phase <= factor / 2 ? [x(i - pair), x(i + 1 + pair)] : [x(i + 1 + pair), x(i - pair)]
        if (nearest === factor / 2) sum += filter.middle[pair]! * (a + b)
        else sum += filter.sides[nearest - 1]!.even[pair]! * (a + b) + filter.sides[nearest - 1]!.odd[pair]! * (a - b)
      }
      out[factor * (i - from) + phase] = sum
    }
  }
  return out
}

/** Samples that look like noise with bursts, the same for the same seed. */
export function noise(length: number, seed: number, level = 0.25): Float32Array {
  let state = (seed * 2654435761 + 12345) >>> 0
  return Float32Array.from({ length }, (_, i) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    const burst = Math.floor(i / 500) % 5 === 0 ? 1 : 0.1
    return level * burst * (state / 2 ** 31 - 1)
  })
}
