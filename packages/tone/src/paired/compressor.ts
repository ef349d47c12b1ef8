import { type Detector, detectedLevel, otherDetectors, ownDetector } from './detector.ts'
import type { GainTrack } from './gain-track.ts'
import { blocksOfPoint } from './gain-track.ts'

/** A feed-forward compressor, as `dynamics.compressor` of a preset has it, without its make-up gain. */
export interface Compressor {
  /** LUFS of the K-weighted level. */
  readonly threshold: number
  readonly ratio: number
  /** dB over which the one slope goes over into the other. */
  readonly knee: number
  /** Seconds, time constants. */
  readonly attack: number
  readonly release: number
}

/** A compressor and how well it explains what was measured. */
export interface CompressorFit extends Compressor {
  /** dB of the gain where the compressor is at rest. */
  readonly rest: number
  /** dB rms between the gain that was measured and the compressor's. */
  readonly residual: number
  /** dB rms of the measured gain around its mean. */
  readonly spread: number
  /** Mean of the compressor's gain, dB. */
  readonly mean: number
}

/** dB from where on an error counts for less: what is that far off is not the compressor's doing. */
const outlier = 2
/**
 * How much worse a fit may be for each dB of mean gain, or of knee, that it does without. A recording that is always above the threshold
 * has the same gain with a lower threshold and more make-up, or with a softer knee; then the highest threshold with the hardest knee is
 * meant. Errors below `fine`, dB², are as good as none.
 */
const [parsimony, fine] = [0.01, 0.01]
/** Seconds at the beginning of a run that the compressor settles in. */
const settling = 0.5
/** Blocks that the search looks at; the end looks at all. */
const searched = 7_000

/**
 * The gain of a compressor with slope 1 (an infinite ratio), dB: the static curve with its quadratic knee, smoothed in dB with the attack
 * while it falls and the release while it rises, one step for each block. Means of four blocks, a point, are what comes out.
 *
 * D. Giannoulis, M. Massberg, J. D. Reiss, Digital dynamic range compressor design, JAES 60(6), 2012: gain computer (4), smooth
 * branching detector (17).
 */
export function limiterGain(
  level: Float32Array,
  { threshold, knee, attack, release }: Omit<Compressor, 'ratio'>,
  blockSeconds: number,
  out: Float32Array,
): void {
  const down = attack > 0 ? Math.exp(-blockSeconds / attack) : 0
  const up = release > 0 ? Math.exp(-blockSeconds / release) : 0
  const half = knee / 2
  const bend = knee > 0 ? 1 / (2 * knee) : 0
  let state = 0
  for (let p = 0, i = 0; p < out.length; p++) {
    let sum = 0
    for (const end = i + blocksOfPoint; i < end; i++) {
      const over = level[i]! - threshold
      let wanted = 0
      if (over >= half) wanted = -over
      else if (over > -half) wanted = -(over + half) * (over + half) * bend
      const keep = wanted < state ? down : up
      state = i === 0 ? wanted : keep * state + (1 - keep) * wanted
      sum += state
    }
    out[p] = sum / blocksOfPoint
  }
}

interface Tracks {
  readonly tracks: readonly GainTrack[]
  readonly blockSeconds: number
  readonly scratch: readonly Float32Array[]
}

interface Line {
  readonly rest: number
  /** 1 - 1 / ratio */
  readonly slope: number
  /** Mean square of what it leaves unexplained, dB² */
  readonly error: number
  /** Mean gain, dB */
  readonly mean: number
}

/**
 * The compressor whose gain comes nearest to the one measured. Threshold, knee, attack and release are searched; for each the slope
 * and the gain at rest follow by least squares, since the smoothed gain is proportional to the slope.
 *
 * @param near where to begin, if it is known about
 */
export function fitCompressor(
  tracks: readonly GainTrack[],
  sampleRate: number,
  near?: Compressor,
): CompressorFit | undefined {
  const blockSeconds = (tracks[0]?.block ?? 64) / sampleRate
  const all = prepared(tracks, blockSeconds)
  const spreads = spreadOf(tracks)
  if (!spreads) return undefined
  const some = prepared(shortened(tracks), blockSeconds)
  const levels = levelQuantiles(tracks)
  const from = levels.low
  const to = levels.high
  let best = { at: [0, 0, 0, 0] as readonly number[], error: Number.POSITIVE_INFINITY }
  const consider = (at: readonly number[]) => {
    const error = cost(some, at, false)
    if (error < best.error) best = { at, error }
  }
  if (near)
    for (const threshold of [-4, -2, 0, 2])
      consider([near.threshold + threshold, near.knee, Math.log(near.attack), Math.log(near.release)])
  else
    for (let step = 0; step <= 12; step++)
      for (const attack of [0.002, 0.01, 0.05])
        for (const release of [0.04, 0.15, 0.6])
          consider([from + ((to - from) * step) / 12, 6, Math.log(attack), Math.log(release)])
  const start = best
  // The surface has a long valley of threshold against knee, so the search starts from a hard and from a soft knee.
  for (const knee of [0.5, 10]) {
    const found = descend(
      (at) => cost(some, at, false),
      [start.at[0]!, knee, start.at[2]!, start.at[3]!],
      [3, 3, 0.7, 0.7],
      40,
    )
    if (found.error < best.error) best = found
  }
  best = descend((at) => cost(all, at, true), best.at, [1, 1.5, 0.3, 0.3], 30)
  const chosen = parameters(best.at)
  const { rest, slope, error, mean } = line(all, chosen, true)
  return {
    ...chosen,
    ratio: 1 / (1 - slope),
    rest,
    residual: Math.sqrt(error),
    spread: spreads,
    mean,
  }
}

/** Part of its mean square error that a fit must be better by for another detector, or another place in the chain, to be believed. */
const betterBy = 0.25
/** dB around a threshold in which levels are compared. */
const around = 6

/**
 * The same for compressors that were not as ours are: whose detectors take the level in another way, or that came before the sound was
 * made wider or reverberant. Threshold, ratio and knee are those of whatever explains most, the threshold as a level of ours; attack
 * and release those with which ours comes nearest then, but where there was reverberation.
 *
 * @param tracks levels as ours would meet them, and gains after all stages @param own the fit to these
 * @param heard gains that the reverberation is taken out of, with levels before it; the same as `tracks` where there is none
 */
export function fitOther(
  tracks: readonly GainTrack[],
  heard: readonly GainTrack[],
  sampleRate: number,
  own: CompressorFit,
): CompressorFit {
  const blockSeconds = (tracks[0]?.block ?? 64) / sampleRate
  let best: { fit: CompressorFit; levels: readonly Float32Array[]; as: Detector } | undefined
  let error = (1 - betterBy) * own.residual ** 2
  for (const power of isWidened(heard) ? (['power', 'narrowPower'] as const) : (['power'] as const))
    for (const detector of [ownDetector, ...otherDetectors]) {
      const detected = heard.map((track) => ({ ...track, level: detectedLevel(track[power], detector, blockSeconds) }))
      const fit = fitCompressor(detected, sampleRate, {
        ...own,
        attack: Math.max(own.attack, 0.005),
        release: Math.max(own.release, 0.05),
      })
      if (!fit || fit.residual ** 2 >= error) continue
      best = { fit, levels: heard.map((track) => detectedLevel(track[power], ownDetector, blockSeconds)), as: detector }
      error = fit.residual ** 2
    }
  if (!best) return own
  const { fit, levels } = best
  const { knee, attack, release, ratio } = fit
  const threshold = fit.threshold + louder(tracks, levels, fit.threshold)
  const slope = 1 - 1 / ratio
  const all = prepared(tracks, blockSeconds)
  const shape = (at: readonly number[]) => parameters([threshold, knee, at[0]!, at[1]!])
  const height = (at: readonly number[]) => line(all, shape(at), true, slope).error
  // Gains after reverberation tell its times less well than those before it.
  const times = [Math.log(attack), Math.log(release)]
  const chosen = shape(heard === tracks ? descend(height, times, [0.3, 0.3], 20).at : times)
  const { rest, error: left, mean } = line(all, chosen, true, slope)
  return { ...fit, ...chosen, rest, residual: Math.sqrt(left), spread: own.spread, mean }
}

/** Whether it makes a difference to levels that the side was made wider or narrower. */
function isWidened(tracks: readonly GainTrack[]): boolean {
  let [wide, narrow, off] = [0, 0, 0]
  for (const { power, narrowPower } of tracks)
    for (let i = 0; i < power.length; i++) {
      wide += power[i]!
      narrow += narrowPower[i]!
      off += Math.abs(power[i]! - narrowPower[i]!)
    }
  return off > 0.02 * Math.max(wide, narrow)
}

/** dB that our levels are above others in the mean, where those are about as high as a threshold. */
function louder(tracks: readonly GainTrack[], levels: readonly Float32Array[], threshold: number): number {
  let [sum, count] = [0, 0]
  for (const [t, track] of tracks.entries())
    for (let p = 0; p < track.gain.length; p++) {
      const level = levels[t]![p * blocksOfPoint]!
      const weight = track.weight[p]! > 0 ? Math.exp(-(((level - threshold) / around) ** 2)) : 0
      sum += weight * (track.level[p * blocksOfPoint]! - level)
      count += weight
    }
  return count > 0 ? sum / count : 0
}

/** What is made small. A knee that is a little off the ends of its range is taken for the end; the search is kept from leaving further. */
function cost(all: Tracks, at: readonly number[], robust: boolean): number {
  const shape = parameters(at)
  const { error, mean } = line(all, shape, robust)
  return (error + fine) * (1 + parsimony * (Math.abs(mean) + shape.knee)) * (1 + Math.max(0, -at[1]!) * 1e-3)
}

/** Gain of a compressor at each point of a track, dB, 0 at rest. */
export function compressorGainOf(track: GainTrack, fit: Compressor, sampleRate: number): Float32Array {
  const out = new Float32Array(track.gain.length)
  limiterGain(track.level, fit, track.block / sampleRate, out)
  const slope = 1 - 1 / fit.ratio
  return out.map((value) => slope * value)
}

const parameters = (at: readonly number[]): Omit<Compressor, 'ratio'> => ({
  threshold: at[0]!,
  knee: Math.min(24, Math.max(0, at[1]!)),
  attack: Math.min(0.5, Math.max(2e-4, Math.exp(at[2]!))),
  release: Math.min(5, Math.max(2e-3, Math.exp(at[3]!))),
})

const prepared = (tracks: readonly GainTrack[], blockSeconds: number): Tracks => ({
  tracks,
  blockSeconds,
  scratch: tracks.map(({ gain }) => new Float32Array(gain.length)),
})

/** Equal parts of the beginnings of all runs, as many blocks as are searched. */
function shortened(tracks: readonly GainTrack[]): GainTrack[] {
  const total = tracks.reduce((sum, { blocks }) => sum + blocks, 0)
  if (total <= searched) return [...tracks]
  if (tracks.length === 1) {
    // A single long run: pieces that lie evenly in it.
    const track = tracks[0]!
    const pieces = 8
    const points = Math.floor(searched / pieces / blocksOfPoint)
    const last = track.gain.length - points
    return Array.from({ length: pieces }, (_, i) => cut(track, Math.floor((last * i) / (pieces - 1)), points))
  }
  return tracks.map((track) => cut(track, 0, Math.floor((track.gain.length * searched) / total)))
}

const cut = (track: GainTrack, from: number, points: number): GainTrack => ({
  ...track,
  blocks: points * blocksOfPoint,
  power: track.power.subarray(from * blocksOfPoint, (from + points) * blocksOfPoint),
  narrowPower: track.narrowPower.subarray(from * blocksOfPoint, (from + points) * blocksOfPoint),
  level: track.level.subarray(from * blocksOfPoint, (from + points) * blocksOfPoint),
  gain: track.gain.subarray(from, from + points),
  weight: track.weight.subarray(from, from + points),
})

/** dB rms of the measured gain around its mean, weighted; 0 where nothing was measured. */
export const spreadOfGain = (tracks: readonly GainTrack[]): number => spreadOf(tracks) ?? 0

function spreadOf(tracks: readonly GainTrack[]): number | undefined {
  let [sum, gains, squares] = [0, 0, 0]
  for (const { gain, weight } of tracks)
    for (let i = 0; i < gain.length; i++) {
      sum += weight[i]!
      gains += weight[i]! * gain[i]!
      squares += weight[i]! * gain[i]! ** 2
    }
  if (!(sum > 0)) return undefined
  return Math.sqrt(Math.max(0, squares / sum - (gains / sum) ** 2))
}

/** Levels that 2 and 98 % of the blocks with sound lie below. */
function levelQuantiles(tracks: readonly GainTrack[]): { low: number; high: number } {
  const levels: number[] = []
  for (const { level, weight } of tracks)
    for (let i = 0; i < weight.length; i++) if (weight[i]! > 0) levels.push(level[i * blocksOfPoint]!)
  levels.sort((a, b) => a - b)
  const at = (q: number) => levels[Math.min(levels.length - 1, Math.floor(q * levels.length))] ?? -70
  return { low: Math.max(-65, at(0.02)), high: at(0.98) }
}

/**
 * Slope and gain at rest for a shape, by weighted least squares.
 *
 * @param robust then once more with less trust in what lies far off @param known the slope, where it is known
 */
function line(all: Tracks, shape: Omit<Compressor, 'ratio'>, robust: boolean, known?: number): Line {
  const { tracks, blockSeconds, scratch } = all
  for (let t = 0; t < tracks.length; t++) limiterGain(tracks[t]!.level, shape, blockSeconds, scratch[t]!)
  const skip = Math.round(settling / (blockSeconds * blocksOfPoint))
  let [rest, slope, error, mean] = [0, 0, 0, 0]
  for (let round = 0; round < (robust ? 2 : 1); round++) {
    let [w, wx, wy, wxx, wxy, wyy] = [0, 0, 0, 0, 0, 0]
    for (let t = 0; t < tracks.length; t++) {
      const { gain, weight } = tracks[t]!
      const model = scratch[t]!
      for (let p = skip; p < gain.length; p++) {
        let trust = weight[p]!
        if (trust === 0) continue
        const x = model[p]!
        const y = gain[p]!
        if (round > 0) {
          const off = Math.abs(y - rest - slope * x)
          if (off > outlier) trust *= outlier / off
        }
        w += trust
        wx += trust * x
        wy += trust * y
        wxx += trust * x * x
        wxy += trust * x * y
        wyy += trust * y * y
      }
    }
    if (!(w > 0)) return { rest: 0, slope: 0, error: 0, mean: 0 }
    const determinant = w * wxx - wx * wx
    slope = known ?? (determinant > 1e-9 * w * w ? Math.min(0.99, Math.max(-4, (w * wxy - wx * wy) / determinant)) : 0)
    rest = (wy - slope * wx) / w
    mean = (slope * wx) / w
    error = (wyy - 2 * rest * wy - 2 * slope * wxy + rest * rest * w + 2 * rest * slope * wx + slope * slope * wxx) / w
  }
  return { rest, slope, error: Math.max(0, error), mean }
}

/** The simplex search of J. A. Nelder and R. Mead (1965), from a point with steps along each axis. */
function descend(
  height: (at: readonly number[]) => number,
  start: readonly number[],
  steps: readonly number[],
  rounds: number,
): { at: readonly number[]; error: number } {
  const corner = (at: readonly number[]) => ({ at, error: height(at) })
  const simplex = [corner(start), ...steps.map((step, i) => corner(start.map((x, j) => (i === j ? x + step : x))))]
  for (let round = 0; round < rounds; round++) {
    simplex.sort((a, b) => a.error - b.error)
    const [best, worst] = [simplex[0]!, simplex.at(-1)!]
    if (worst.error - best.error < 1e-5 * (best.error + 1e-6)) break
    const centre = start.map((_, j) => simplex.slice(0, -1).reduce((sum, { at }) => sum + at[j]!, 0) / start.length)
    const along = (part: number) => corner(centre.map((c, j) => c + part * (worst.at[j]! - c)))
    const mirrored = along(-1)
    if (mirrored.error < best.error) {
      const further = along(-2)
      simplex[simplex.length - 1] = further.error < mirrored.error ? further : mirrored
    } else if (mirrored.error < simplex.at(-2)!.error) simplex[simplex.length - 1] = mirrored
    else {
      const nearer = along(mirrored.error < worst.error ? -0.5 : 0.5)
      if (nearer.error < Math.min(worst.error, mirrored.error)) simplex[simplex.length - 1] = nearer
      else
        for (let i = 1; i < simplex.length; i++)
          simplex[i] = corner(simplex[i]!.at.map((x, j) => (x + best.at[j]!) / 2))
    }
  }
  simplex.sort((a, b) => a.error - b.error)
  return simplex[0]!
}
