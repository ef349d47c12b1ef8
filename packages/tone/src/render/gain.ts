import { powersPerSecond } from '../measure/k-power.ts'
import { GatedLoudness } from '../measure/loudness.ts'
import type { Preset } from '../preset/preset.ts'
import { compressorGain } from './compressor.ts'
import { ControlReader, type ControlTrack, controlValues, pageBlocks } from './control-track.ts'
import { type EnvelopeShape, envelopeOf } from './envelope.ts'
import { dynamicsGain, dynamicsReach, PageRoom, pageLevels, slowLevels } from './levels.ts'
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

/**
 * Pages whose beginnings are kept: some minutes of recordings are asked for again and again, and hours are not to take memory. Of many hours
 * so few would save nothing.
 */
const mostBases = 8

/** What a page is before any choice. */
interface Base {
  /** At boundaries: of the dynamics. */
  readonly gain: Float32Array
  /** Of blocks: root mean square over 3 s after the dynamics. */
  readonly level: Float32Array
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
  internal: Math.min(limiter.internal, limiter.ceiling),
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
  /** Of what is added after the gain. */
  readonly tone: ToneLevels
  readonly #preset: Preset
  readonly #reader: ControlReader
  readonly #limiter: EnvelopeShape
  readonly #peaks: EnvelopeShape
  /** Blocks around a page. */
  readonly #margin: number
  /** Blocks around those that only the dynamics look at. */
  readonly #reach: number
  readonly #bases: Map<number, Base>
  #loudness: GatedLoudness | undefined
  readonly #levels = new PageRoom()
  #spare: [Float32Array, Float32Array] | undefined
  /** Memory that pages are made in. What is thrown away piles up until somebody looks, so it is used again. */
  #room: readonly Float32Array[] = []

  constructor(track: ControlTrack, preset: Preset) {
    this.track = track
    this.tone = toneLevels(preset, track)
    this.#preset = preset
    this.#reader = new ControlReader(track)
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
    this.#margin = Math.ceil(10 * Math.max(this.#limiter.slowRelease, this.#peaks.slowRelease))
    this.#bases = basesOf(track, preset)
    this.#reach = Math.ceil(dynamicsReach({ ...preset, dynamics: preset.dynamics ?? noDynamics }) * perSecond)
  }

  /** The pages, in order. Each holds until the next is asked for. */
  *pages(choice: GainChoice = choiceOf(this.#preset)): Generator<GainPage> {
    const { blocks } = this.track
    for (let first = 0; first < Math.max(1, blocks); first += pageBlocks)
      yield this.#page(first, Math.min(first + pageBlocks, blocks), choice)
  }

  /** The blocks' values of the page that was given last. */
  values(first: number, last: number): Float32Array {
    return this.#reader.read(first, last)
  }

  /** A meter for so many steps of 10 ms: its memory is used again and again. */
  loudness(steps: number): GatedLoudness {
    this.#loudness ??= new GatedLoudness(steps)
    return this.#loudness
  }

  #page(first: number, last: number, choice: GainChoice): GainPage {
    const from = Math.max(0, first - this.#margin)
    const to = Math.min(this.track.blocks, last + this.#margin)
    const base = this.#baseOf(from, to)
    const values = this.#reader.read(from, to)
    const [gain, amounts, spare] = this.#memory(to - from + 1)
    gain.set(base.gain)
    if (choice.peaks && choice.peaks.ratio !== 1) this.#shapePeaks(values, gain, base, choice.peaks, amounts, spare)
    const drive = 10 ** (choice.drive / 20)
    for (let j = 0; j < gain.length; j++) gain[j]! *= drive
    const limiter = this.#limit(values, gain, choice.internal, amounts, spare)
    for (let j = 0; j < gain.length; j++) gain[j]! *= limiter[j]!
    const part = [first - from, last - from + 1] as const
    return { first, gain: gain.subarray(...part), limiter: limiter.subarray(...part) }
  }

  /** Arrays for so many boundaries, the last of them with room for what windows reach over. */
  #memory(boundaries: number): [Float32Array, Float32Array, Float32Array] {
    const over = 2 * Math.max(this.#limiter.ahead, this.#peaks.ahead)
    if ((this.#room[0]?.length ?? 0) < boundaries + over)
      this.#room = [0, 1, 2].map(() => new Float32Array(boundaries + over))
    const [gain, amounts, spare] = this.#room as [Float32Array, Float32Array, Float32Array]
    return [gain.subarray(0, boundaries), amounts.subarray(0, boundaries), spare]
  }

  /** What does not depend on choices: gain of the dynamics at boundaries, and the slow level. */
  #baseOf(from: number, to: number): Base {
    const known = this.#bases.get(from)
    if (known) return known
    const { track } = this
    const [begin, end] = [Math.max(0, from - this.#reach), Math.min(track.blocks, to + this.#reach)]
    const values = this.#reader.read(begin, end)
    const levels = pageLevels(values, begin, end, track, this.#levels)
    const [, , gains, rest] = this.#levels.arrays(levels.loudness.length)
    const dynamics = dynamicsGain(levels.loudness, this.#preset, gains)
    const each = (track.block * powersPerSecond) / track.sampleRate
    const isKept = this.#bases.size < mostBases && track.blocks <= 4 * mostBases * pageBlocks
    const [gain, level] = isKept ? basesFor(to - from) : this.#base(to - from)
    const { compressor } = this.#preset.dynamics ?? {}
    if (!dynamics || dynamics.length === 0) gain.fill(1)
    else if (this.#preset.dynamics?.use === 'compressor') {
      const decibels = compressorGain(values, compressor!, track.block / track.sampleRate, [1, controlValues])
      putBoundaries(decibels, from - begin, gain)
    } else for (let j = 0; j < gain.length; j++) gain[j] = between(dynamics, (from + j) * each - 0.5 - levels.first)
    const slow = slowLevels(levels.plain, dynamics, rest)
    for (let block = 0; block < level.length; block++)
      level[block] = slow.length > 0 ? between(slow, (from + block + 0.5) * each - 0.5 - levels.first) : 0
    const base = { gain, level }
    if (isKept) this.#bases.set(from, base)
    return base
  }

  /** Arrays for a base that is not kept. */
  #base(blocks: number): [Float32Array, Float32Array] {
    if ((this.#spare?.[1].length ?? 0) < blocks) this.#spare = basesFor(blocks)
    const [gain, level] = this.#spare!
    return [gain.subarray(0, blocks + 1), level.subarray(0, blocks)]
  }

  #shapePeaks(
    values: Float32Array,
    gain: Float32Array,
    { level }: Base,
    { above, ratio }: NonNullable<GainChoice['peaks']>,
    asked: Float32Array,
    spare: Float32Array,
  ): void {
    const threshold = 10 ** (above / 20)
    asked.fill(0)
    for (let block = 0; block + 1 < gain.length; block++) {
      const slow = level[block]!
      const over = (values[block * controlValues]! * Math.max(gain[block]!, gain[block + 1]!)) / (slow * threshold)
      if (!(over > 1) || slow < 1e-5) continue
      const amount = Math.abs(over ** (ratio - 1) - 1)
      if (amount > asked[block]!) asked[block] = amount
      if (amount > asked[block + 1]!) asked[block + 1] = amount
    }
    const amounts = this.#envelope(asked, this.#peaks, spare)
    const sign = ratio < 1 ? -1 : 1
    for (let j = 0; j < gain.length; j++) gain[j]! *= 1 + sign * amounts[j]!
  }

  #envelope(asked: Float32Array, shape: EnvelopeShape, spare: Float32Array): Float32Array {
    return envelopeOf(asked, shape, asked, spare.subarray(0, asked.length + 2 * shape.ahead))
  }

  /** Gain of the limiter, so that after `gain` no block is louder than the ceiling. */
  #limit(
    values: Float32Array,
    gain: Float32Array,
    internal: number,
    asked: Float32Array,
    spare: Float32Array,
  ): Float32Array {
    if (!this.#preset.limiter.on) return asked.fill(1)
    asked.fill(0)
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
    const amounts = this.#envelope(asked, this.#limiter, spare)
    for (let j = 0; j < amounts.length; j++) amounts[j] = 1 - amounts[j]!
    return amounts
  }

  [Symbol.dispose](): void {
    this.#reader[Symbol.dispose]()
  }
}

const lastBases = new WeakMap<ControlTrack, { readonly key: string; readonly bases: Map<number, Base> }>()

/** Bases of a track, which are those of the last curve where its dynamics are the same: a gain is solved, then written, then reported. */
function basesOf(track: ControlTrack, { dynamics, limiter }: Preset): Map<number, Base> {
  const key = JSON.stringify([{ ...dynamics, peaks: undefined }, limiter.lookAhead, limiter.release])
  const last = lastBases.get(track)
  if (last?.key === key) return last.bases
  const bases = new Map<number, Base>()
  lastBases.set(track, { key, bases })
  return bases
}

const basesFor = (blocks: number): [Float32Array, Float32Array] => [
  new Float32Array(blocks + 1),
  new Float32Array(blocks),
]

/** A value between two neighbours, held at the ends. */
function between(values: Float32Array, place: number): number {
  const last = values.length - 1
  if (!(place > 0)) return values[0]!
  if (place >= last) return values[last]!
  const at = Math.floor(place)
  return values[at]! + (place - at) * (values[at + 1]! - values[at]!)
}

/** From dB in blocks, of which the first boundary is before that at `first`, to gains between them. */
function putBoundaries(decibels: Float32Array, first: number, gain: Float32Array): void {
  const last = decibels.length - 1
  for (let j = 0; j < gain.length; j++) {
    const block = first + j
    const both = decibels[block > 0 ? block - 1 : 0]! + decibels[block < last ? block : last]!
    gain[j] = 10 ** (both / 40)
  }
}

/** Peaks may be shaped where there are no dynamics yet. */
const noDynamics = { on: true, use: 'curves', curves: [] } as const satisfies Preset['dynamics']
