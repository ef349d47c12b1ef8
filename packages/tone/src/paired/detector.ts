/** How a compressor takes the level: the mean over a window, or a mean in which what is past counts for less and less. */
export interface Detector {
  readonly kind: 'window' | 'decay'
  /** Seconds of the window, or the time constant. */
  readonly seconds: number
}

/** What renderers do: long enough for a period of a low voice. */
export const ownDetector: Detector = { kind: 'window', seconds: 0.01 }

/** What compressors do that others have made. */
export const otherDetectors: readonly Detector[] = [0.003, 0.01, 0.03].map((seconds) => ({ kind: 'decay', seconds }))

/** Levels, LUFS, at the end of each block. @param power K-weighted mean square of each block @param blockSeconds how long a block lasts */
export function detectedLevel(power: Float32Array, { kind, seconds }: Detector, blockSeconds: number): Float32Array {
  return (kind === 'window' ? meanOverWindow : meanThatDecays)(power, seconds / blockSeconds)
}

const loudness = (power: number): number => -0.691 + 10 * Math.log10(power + 1e-12)

function meanOverWindow(power: Float32Array, blocks: number): Float32Array {
  const window = Math.max(1, Math.round(blocks))
  const sums = new Float64Array(power.length + 1)
  for (let i = 0; i < power.length; i++) sums[i + 1] = sums[i]! + power[i]!
  return power.map((_, i) => {
    const first = Math.max(0, i + 1 - window)
    return loudness((sums[i + 1]! - sums[first]!) / (i + 1 - first))
  })
}

function meanThatDecays(power: Float32Array, blocks: number): Float32Array {
  const keep = Math.exp(-1 / blocks)
  let state = power[0] ?? 0
  return power.map((value) => {
    state = keep * state + (1 - keep) * value
    return loudness(state)
  })
}
