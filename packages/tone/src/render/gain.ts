import { powersPerSecond } from '../measure/k-power.ts'
import type { Preset } from '../preset/preset.ts'
import { type Compressor, compressorGain } from './compressor.ts'
import { ControlReader, type ControlTrack, controlValues, pageBlocks } from './control-track.ts'
import { type EnvelopeShape, envelopeOf } from './envelope.ts'
import { dynamicsGain, type Levels, levelsOf, slowLevels } from './levels.ts'
import { type ToneLevels, toneLevels } from './tone-levels.ts'

/** Seconds over which the shaping of peaks recovers. */
const peakRelease = 0.015
/** How many times as long a release is after a dense passage; and seconds that it is at the most. */
const [slower, slowest] = [10, 1.5]

/** Gain at the boundaries of some blocks: that before block `first`, and one more than there are blocks. */
export interface GainPage {
  readonly first: number
  readonly gain: Float32Array
  /** Of the limiter alone. */
  readonly limiter: Float32Array
}

/** What may still change when all else of a preset's gain is known. */
export interface GainChoice {
  /** dB */
  readonly drive: number
  /** dBTP */
  readonly internal: number
  /** dB over the level of 3 s from where peaks are shaped, and dB that come out for each above that. */
  readonly peaks: { readonly above: number; readonly ratio: number } | undefined
}

/** What a preset says of it. */
export const choiceOf = ({ loudness, limiter, dynamics }: Preset): GainChoice => ({
  drive: loudness.on ? loudness.drive : 0,
  internal: limiter.internal,
  peaks: dynamics?.on ? dynamics.peaks : undefined,
})

/**
 * The gain of a recording: dynamics, shaping of peaks, drive and limiter together, a number at each boundary of blocks, between which it
 * goes in a straight line. Both boundaries of a block are low enough for its true peak, so none between them is too high.
 *
 * It is computed in pages of a fixed grid, with as much around them as it takes for what was before to be forgotten; so a page is the same
 * whenever it is computed.
 */
export class GainCurve implements Disposable {
  readonly track: ControlTrack
  readonly levels: Levels
  /** Of what is added after the gain. */
  readonly tone: ToneLevels
  readonly #preset: Preset
  readonly #reader: ControlReader
  readonly #dynamics: Float32Array | undefined
  #slow: Float32Array | undefined
  readonly #limiter: EnvelopeShape
  readonly #peaks: EnvelopeShape
  readonly #compressor: Compressor | undefined
  readonly #margin: number
  #known: { readonly from: number; readonly gain: Float32Array } | undefined

  /** @param levels of the track, where they are known already */
  constructor(track: ControlTrack, preset: Preset, levels = levelsOf(track)) {
    this.track = track
    this.levels = levels
    this.tone = toneLevels(preset, track)
    this.#preset = preset
    this.#reader = new ControlReader(track)
    this.#dynamics = dynamicsGain(levels.loudness, preset)
    const perSecond = track.sampleRate / track.block
    const shape = (ahead: number, release: number, slow: number): EnvelopeShape => ({
      ahead: Math.max(1, Math.round(ahead * perSecond)),
      release: release * perSecond,
      slowRelease: slow * perSecond,
    })
    const { lookAhead, release } = preset.limiter
    this.#limiter = shape(lookAhead, release, Math.max(release, Math.min(slowest, slower * release)))
    // Shaping is for what is short; what lasts is left to the dynamics.
    this.#peaks = shape(0.0015, peakRelease, peakRelease)
    this.#compressor = compressorOf(preset)
    const compressor = perSecond * Math.max(this.#compressor?.release ?? 0, this.#compressor?.attack ?? 0)
    this.#margin = Math.ceil(10 * Math.max(this.#limiter.slowRelease, this.#peaks.slowRelease, compressor))
  }

  /** The pages, in order. */
  *pages(choice: GainChoice = choiceOf(this.#preset)): Generator<GainPage> {
    const { blocks } = this.track
    for (let first = 0; first < Math.max(1, blocks); first += pageBlocks)
      yield this.#page(first, Math.min(first + pageBlocks, blocks), choice)
  }

  /** The blocks' values of the page that was given last. */
  values(first: number, last: number): Float32Array {
    return this.#reader.read(first, last)
  }

  #page(first: number, last: number, choice: GainChoice): GainPage {
    const from = Math.max(0, first - this.#margin)
    const to = Math.min(this.track.blocks, last + this.#margin)
    const values = this.#reader.read(from, to)
    const gain = this.#dynamicsAt(values, from, to)
    this.#shapePeaks(values, from, gain, choice.peaks)
    const drive = 10 ** (choice.drive / 20)
    for (let j = 0; j < gain.length; j++) gain[j]! *= drive
    const limiter = this.#limit(values, gain, choice.internal)
    for (let j = 0; j < gain.length; j++) gain[j]! *= limiter[j]!
    const part = [first - from, last - from + 1] as const
    return { first, gain: gain.subarray(...part), limiter: limiter.subarray(...part) }
  }

  /** Gain of the dynamics at boundaries. */
  #dynamicsAt(values: Float32Array, from: number, to: number): Float32Array {
    const steps = this.#dynamics
    if (!steps || steps.length === 0) return new Float32Array(to - from + 1).fill(1)
    // Most recordings are one page, which is asked for again and again.
    const known = this.#known
    if (known?.from === from && known.gain.length === to - from + 1) return known.gain.slice()
    const gain = new Float32Array(to - from + 1)
    const each = (this.track.block * powersPerSecond) / this.track.sampleRate
    if (this.#compressor)
      putBoundaries(
        compressorGain(values, this.#compressor, this.track.block / this.track.sampleRate, [1, controlValues]),
        gain,
      )
    else for (let j = 0; j < gain.length; j++) gain[j] = between(steps, (from + j) * each - 0.5)
    this.#known = { from, gain }
    return gain.slice()
  }

  #shapePeaks(values: Float32Array, from: number, gain: Float32Array, peaks: GainChoice['peaks']): void {
    if (!peaks || peaks.ratio === 1) return
    const { above, ratio } = peaks
    this.#slow ??= slowLevels(this.levels.plain, this.#dynamics)
    const threshold = 10 ** (above / 20)
    const each = (this.track.block * powersPerSecond) / this.track.sampleRate
    const asked = new Float32Array(gain.length)
    for (let block = 0; block + 1 < gain.length; block++) {
      const level = between(this.#slow, (from + block + 0.5) * each - 0.5)
      const over = (values[block * controlValues]! * Math.max(gain[block]!, gain[block + 1]!)) / (level * threshold)
      if (!(over > 1) || level < 1e-5) continue
      const amount = Math.abs(over ** (ratio - 1) - 1)
      if (amount > asked[block]!) asked[block] = amount
      if (amount > asked[block + 1]!) asked[block + 1] = amount
    }
    const amounts = envelopeOf(asked, this.#peaks)
    const sign = ratio < 1 ? -1 : 1
    for (let j = 0; j < gain.length; j++) gain[j]! *= 1 + sign * amounts[j]!
  }

  /** Gain of the limiter, so that after `gain` no block is louder than the ceiling. */
  #limit(values: Float32Array, gain: Float32Array, internal: number): Float32Array {
    const asked = new Float32Array(gain.length)
    if (!this.#preset.limiter.on) return asked.fill(1)
    // What room tone adds to a peak must fit under the ceiling as well.
    const ceiling = 10 ** (internal / 20) - Math.min(this.tone.peak, 0.5 * 10 ** (internal / 20))
    const last = gain.length - 1
    let before = 0
    for (let j = 0; j <= last; j++) {
      const after = j < last ? values[j * controlValues]! : 0
      const peak = (before > after ? before : after) * gain[j]!
      // Of a peak that is not a number nothing is asked.
      if (peak > ceiling) asked[j] = 1 - ceiling / peak
      before = after
    }
    const amounts = envelopeOf(asked, this.#limiter)
    for (let j = 0; j < amounts.length; j++) amounts[j] = 1 - amounts[j]!
    return amounts
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]()
  }
}

/** A value between two neighbours, held at the ends. */
function between(values: Float32Array, place: number): number {
  const last = values.length - 1
  if (!(place > 0)) return values[0]!
  if (place >= last) return values[last]!
  const at = Math.floor(place)
  return values[at]! + (place - at) * (values[at + 1]! - values[at]!)
}

const compressorOf = ({ dynamics }: Preset): Compressor | undefined =>
  dynamics?.on && dynamics.use === 'compressor' ? dynamics.compressor : undefined

/** From dB in blocks to gains between them. */
function putBoundaries(decibels: Float32Array, gain: Float32Array): void {
  const last = decibels.length - 1
  for (let j = 0; j < gain.length; j++) {
    const both = decibels[j > 0 ? j - 1 : 0]! + decibels[j < last ? j : last]!
    gain[j] = 10 ** (both / 40)
  }
}
