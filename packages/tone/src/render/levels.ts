import type { Steps } from '../design/steps.ts'
import { applyTransfers, transferReach } from '../design/transfers.ts'
import { hopStart, powersPerSecond } from '../measure/k-power.ts'
import type { Preset } from '../preset/preset.ts'
import { compressorGain } from './compressor.ts'
import { ControlReader, type ControlTrack, controlValues, pageBlocks } from './control-track.ts'

/** Power of a recording per 10 ms, the last of which may be shorter. */
export interface Levels {
  /** K-weighted, channels weighted and added up. */
  readonly loudness: Float32Array
  /** Mean square over samples and channels. */
  readonly plain: Float32Array
}

/** Steps of 10 ms that cover a recording. */
export function stepsIn({ length, sampleRate }: Pick<ControlTrack, 'length' | 'sampleRate'>): number {
  let steps = Math.max(0, Math.ceil((length * powersPerSecond) / sampleRate) - 1)
  while (hopStart(steps, sampleRate) < length) steps++
  return steps
}

/** Powers of a control track per 10 ms. */
export function levelsOf(track: ControlTrack): Levels {
  const steps = stepsIn(track)
  const [loudness, plain] = [new Float32Array(steps), new Float32Array(steps)]
  using reader = new ControlReader(track)
  for (let first = 0; first < track.blocks; first += pageBlocks) {
    // Steps do not begin with blocks: one block more on each side has what of them is missing.
    const [from, to] = [Math.max(0, first - 16), Math.min(track.blocks, first + pageBlocks + 16)]
    const begin = first === 0 ? 0 : stepAfter(first, track)
    const end = first + pageBlocks >= track.blocks ? steps : stepAfter(first + pageBlocks, track)
    putLevels(reader.read(from, to), from, track, begin, loudness.subarray(begin, end), plain.subarray(begin, end))
  }
  return { loudness, plain }
}

/** Loudness of a control track per 10 ms, as {@link levelsOf} gives it, of which any stretch is computed when it is asked for. */
export class LoudnessSteps implements Steps, Disposable {
  readonly length: number
  readonly #track: ControlTrack
  readonly #reader: ControlReader
  #loudness = new Float32Array(0)
  #plain = this.#loudness

  constructor(track: ControlTrack) {
    this.length = stepsIn(track)
    this.#track = track
    this.#reader = new ControlReader(track)
  }

  read(from: number, to: number): Float32Array {
    if (this.#loudness.length < to - from)
      [this.#loudness, this.#plain] = [new Float32Array(to - from), new Float32Array(to - from)]
    for (let first = from; first < to; first += stretch) this.#put(first, Math.min(to, first + stretch), first - from)
    return this.#loudness.subarray(0, to - from)
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]()
  }

  #put(first: number, end: number, at: number): void {
    const { sampleRate, block } = this.#track
    const from = Math.floor(hopStart(first, sampleRate) / block)
    const values = this.#reader.read(from, Math.ceil(stepEnd(end - 1, this.#track) / block))
    const [loudness, plain] = [this.#loudness, this.#plain].map((all) => all.subarray(at, at + end - first))
    putLevels(values, from, this.#track, first, loudness!, plain!)
  }
}

/** Steps that are computed at a time: a minute. */
const stretch = 6000

/** The first step that begins in or after a block. */
const stepAfter = (block: number, track: ControlTrack): number =>
  Math.ceil((block * track.block * powersPerSecond) / track.sampleRate)

/** Memory for numbers of the steps of a page, which is used again for the next. */
export class PageRoom {
  #arrays: readonly Float32Array[] = []

  /** Four arrays of so many numbers. */
  arrays(length: number): [Float32Array, Float32Array, Float32Array, Float32Array] {
    if ((this.#arrays[0]?.length ?? 0) < length) this.#arrays = [0, 1, 2, 3].map(() => new Float32Array(length))
    return this.#arrays.map((array) => array.subarray(0, length)) as ReturnType<PageRoom['arrays']>
  }
}

/** Powers of the steps that lie in a stretch of blocks, from `first` on; they hold until the memory is used again. */
export function pageLevels(
  values: Float32Array,
  from: number,
  to: number,
  track: ControlTrack,
  room: PageRoom,
): Levels & { readonly first: number } {
  const first = from === 0 ? 0 : stepAfter(from, track)
  const end = to === track.blocks ? stepsIn(track) : stepAfter(to, track) - 1
  const [loudness, plain] = room.arrays(Math.max(0, end - first))
  putLevels(values, from, track, first, loudness, plain)
  return { first, loudness, plain }
}

/**
 * Powers of steps from those of blocks: what of a block lies in two steps is shared out by time.
 *
 * @param values of blocks from `from` on
 * @param first step that the first number is of
 */
function putLevels(
  values: Float32Array,
  from: number,
  track: ControlTrack,
  first: number,
  loudness: Float32Array,
  plain: Float32Array,
): void {
  const { sampleRate, length, block: size } = track
  let begin = hopStart(first, sampleRate)
  for (let k = 0; k < loudness.length; k++) {
    const end = stepEnd(first + k, track)
    let [energy, plainEnergy] = [0, 0]
    for (let at = begin; at < end; ) {
      const block = Math.floor(at / size)
      const blockEnd = Math.min((block + 1) * size, length)
      const now = blockEnd < end ? blockEnd : end
      const place = (block - from) * controlValues
      energy += values[place + 1]! * (now - at)
      plainEnergy += values[place + 2]! * (now - at)
      at = now
    }
    loudness[k] = energy / (end - begin)
    plain[k] = plainEnergy / (end - begin)
    begin = end
  }
}

/** The sample at which a step ends. */
export const stepEnd = (step: number, { sampleRate, length }: Pick<ControlTrack, 'length' | 'sampleRate'>): number =>
  Math.min(hopStart(step + 1, sampleRate), length)

/**
 * Gain of the dynamics, by their curves or their compressor, in the middle of each 10 ms; linear. Undefined where there are none.
 *
 * @param power K-weighted power per 10 ms, with `dynamicsReach` around what counts
 * @param out as long as `power`
 */
export function dynamicsGain(
  power: Float32Array,
  { dynamics }: Preset,
  out: Float32Array = new Float32Array(power.length),
): Float32Array | undefined {
  if (!dynamics?.on) return undefined
  const { use, compressor, curves } = dynamics
  if (use === 'compressor') {
    if (!compressor) return undefined
    return compressorGain(power, compressor, 1 / powersPerSecond).map((gain) => 10 ** (gain / 20))
  }
  if (curves.length === 0) return undefined
  applyTransfers(power, curves, out)
  for (let i = 0; i < out.length; i++) out[i] = 10 ** (out[i]! / 20)
  return out
}

/** Seconds around a moment that the gain of the dynamics, and the slow level, depend on; for compressors what came before fades out. */
export function dynamicsReach({ dynamics }: Preset): number {
  if (!dynamics?.on) return 0
  const { use, compressor, curves } = dynamics
  const reach =
    use === 'curves' ? transferReach(curves) : 10 * Math.max(compressor?.attack ?? 0, compressor?.release ?? 0)
  return reach + slowSeconds + 0.1
}

/** Seconds of the level that peaks are shaped against. */
const slowSeconds = 3

/** Root mean square over 3 s about each step, after a gain. @param plain is changed */
export function slowLevels(
  plain: Float32Array,
  gain: Float32Array | undefined,
  out: Float32Array = new Float32Array(plain.length),
): Float32Array {
  const half = Math.round((slowSeconds / 2) * powersPerSecond)
  const { length } = plain
  const powers = plain
  if (gain) for (let i = 0; i < length; i++) powers[i] = powers[i]! * gain[i]! * gain[i]!
  let sum = 0
  for (let i = 0; i < Math.min(half, length); i++) sum += powers[i]!
  for (let i = 0; i < length; i++) {
    if (i + half < length) sum += powers[i + half]!
    if (i - half - 1 >= 0) sum -= powers[i - half - 1]!
    const count = Math.min(length, i + half + 1) - Math.max(0, i - half)
    out[i] = Math.sqrt(Math.max(0, sum) / count)
  }
  return out
}
