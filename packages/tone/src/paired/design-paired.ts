import { ColophonError } from '@colophon/core'
import { curveOf, rounded } from '../design/curves.ts'
import { fitBands } from '../design/fit-bands.ts'
import { profileFrequencies } from '../measure/frequency-bands.ts'
import type { Pcm } from '../pcm/pcm.ts'
import type { Preset } from '../preset/preset.ts'
import { type Alignment, align } from './align.ts'
import { AppliedGain, nearMeasured } from './applied-gain.ts'
import { type CompressorFit, compressorGainOf, fitCompressor } from './compressor.ts'
import type { Transfer } from './cross-spectra.ts'
import { type DirectCurve, directCurve, weightedMedian } from './direct-curve.ts'
import { type Run, runsOf } from './evidence.ts'
import { GainMeter, type GainTrack } from './gain-track.ts'
import { PairReader } from './pair-reader.ts'
import { directResponses, gated, inTime, type Responses } from './responses.ts'
import { type Tail, tailOf } from './tail.ts'
import { type Correction, measureTransfer } from './transfer.ts'

export type PairedStage = 'eq' | 'width' | 'dynamics' | 'reverb'

export interface PairedOptions {
  /** How the recordings are called in errors. */
  readonly names?: { readonly target: string; readonly reference: string }
  /** Stages not to be designed. */
  readonly without?: readonly PairedStage[]
  /** dB that the shape of the EQ may raise or lower at the most; default 24. */
  readonly eqCap?: number
  readonly signal?: AbortSignal
}

/** Stages of a preset that do to a recording what was done to it to make the reference. */
export interface PairedDesign {
  /** Samples, of the target's rate, that the reference comes later: sample n of the target goes with n + offset + fraction of it. */
  readonly offset: number
  readonly fraction: number
  /** -1 where the reference is upside down. */
  readonly polarity: 1 | -1
  /** How much slower the reference's clock runs, in parts of a million. */
  readonly drift: number
  /** Part of the reference's power that a fixed filter of the target explains, 0 to 1, before dynamics are accounted for. */
  readonly coherence: number
  /** The same with them. */
  readonly explained: number
  readonly stages: Pick<Preset, PairedStage>
  /** dB of gain after the stages. */
  readonly gain: number
  readonly limits: readonly { readonly stage: PairedStage; readonly what: string; readonly why: string }[]
  readonly confidence: { readonly [S in PairedStage]?: { readonly value: number; readonly why: string } }
}

/** Seconds of frames for the direct sound and for the reverberation. */
const [shortFrame, longFrame] = [0.093, 2.97]
/** Parts of the reference that must be explained, and stretches that must agree, for recordings to be a pair. */
const [leastCoherence, leastAgreement] = [0.1, 0.3]
/** dB rms that a gain varies by at the least where there was a compressor, and part of it that a fit must explain. */
const [leastSpread, leastExplained] = [0.25, 0.25]

/**
 * Finds what was done to a recording from the recording and the result: equaliser for mid and side, width, compressor, reverberation, gain.
 *
 * The two are aligned to a part of a sample. What is linear follows from their cross-spectra; the gain of a compressor from what the
 * reference departs from that over time, and what is linear again with that gain taken out. Reads stretches of both, at most two
 * minutes of them, so memory does not grow with their length.
 *
 * @throws ColophonError TONE_NOT_PAIRED where the reference is not made of the target
 */
export function designPaired(target: Pcm, reference: Pcm, options: PairedOptions = {}): PairedDesign {
  const { signal } = options
  const names = options.names ?? { target: target.path, reference: reference.path }
  const notPaired = (why: string) =>
    new ColophonError('TONE_NOT_PAIRED', { reference: names.reference, target: names.target, why })
  const alignment = align(target, reference, signal)
  if (!alignment) throw notPaired('there is no sound in common to compare')
  if (alignment.agreement < leastAgreement || alignment.peak < 0.04)
    throw notPaired('no offset was found at which they go together')
  using reader = new PairReader(target, reference, alignment)
  const design = new Design(target, reader, alignment, options)
  const first = design.firstLook()
  if (first < leastCoherence)
    throw notPaired(`only ${Math.round(100 * first)} % of the one can be explained from the other`)
  return design.run(first)
}

const frameOf = (seconds: number, sampleRate: number, most: number): number =>
  2 ** Math.max(6, Math.min(Math.round(Math.log2(seconds * sampleRate)), Math.floor(Math.log2(most))))

class Design {
  readonly #rate: number
  readonly #target: Pcm
  readonly #reader: PairReader
  readonly #alignment: Alignment
  readonly #options: PairedOptions
  readonly #runs: Run[]
  readonly #frame: number
  readonly #long: number
  readonly #frequency: Float64Array
  readonly #limits: PairedDesign['limits'][number][] = []
  #transfer: Transfer

  constructor(target: Pcm, reader: PairReader, alignment: Alignment, options: PairedOptions) {
    this.#rate = target.sampleRate
    this.#target = target
    this.#reader = reader
    this.#alignment = alignment
    this.#options = options
    const { from, to } = alignment
    this.#runs = runsOf(from, to, this.#rate)
    const length = Math.min(...this.#runs.map((run) => run.to - run.from))
    this.#frame = frameOf(shortFrame, this.#rate, Math.max(64, length / 4))
    this.#long = frameOf(longFrame, this.#rate, Math.max(64, length / 4))
    this.#frequency = profileFrequencies(this.#rate)
    this.#transfer = this.#measure(this.#frame)
  }

  /** Mean coherence where the ear is: how far a fixed filter explains the reference. */
  firstLook(): number {
    return this.#explained(this.#transfer)
  }

  run(coherence: number): PairedDesign {
    const { offset, fraction, polarity, drift } = this.#alignment
    const without = new Set(this.#options.without)
    let { curve, side, middle } = this.#curves(this.#transfer)
    let tracks = this.#gains(directResponses(this.#transfer, this.#frame), middle)
    let fit = without.has('dynamics') ? undefined : this.#compressor(tracks)
    let correction: Correction = {}
    if (fit) {
      correction = this.#better(tracks, fit)
      ;({ curve, side, middle } = this.#curves(this.#transfer))
      tracks = this.#gains(directResponses(this.#transfer, this.#frame), middle)
      fit = this.#compressor(tracks) ?? fit
    }
    const reverb = without.has('reverb') ? undefined : this.#reverb(correction, fit ? tracks : undefined)
    const rest = fit ? fit.rest : this.#meanGain(tracks)
    const stages: Pick<Preset, PairedStage> = {}
    const confidence: Record<string, { value: number; why: string }> = {}
    const equaliser = this.#equaliser(curve, side, middle)
    if (!without.has('eq')) {
      stages.eq = equaliser.stage
      confidence.eq = equaliser.confidence
    }
    if (!without.has('width') && equaliser.width !== undefined) {
      stages.width = { on: true, side: equaliser.width, monoBelow: 0 }
      confidence.width = equaliser.confidence
    }
    if (fit) {
      stages.dynamics = { on: true, use: 'compressor', curves: [], compressor: stageOf(fit) }
      const part = Math.max(0, 1 - (fit.residual / fit.spread) ** 2)
      confidence.dynamics = {
        value: rounded(part, 3),
        why: `${Math.round(100 * part)} % of how the gain varies is the compressor's`,
      }
    }
    if (reverb) {
      stages.reverb = reverb.stage
      confidence.reverb = { value: rounded(reverb.confidence, 3), why: 'part of the octaves in which a decay was seen' }
    }
    return {
      offset,
      fraction: rounded(fraction, 4),
      polarity,
      drift: rounded(drift, 2),
      coherence: rounded(coherence, 4),
      explained: rounded(this.#explained(this.#transfer), 4),
      stages,
      gain: rounded(middle + rest, 3),
      limits: this.#limits,
      confidence,
    }
  }

  #measure(frame: number, correction: Correction = {}): Transfer {
    return measureTransfer(this.#reader, this.#runs, frame, correction, this.#options.signal)
  }

  #explained({ coherence }: Transfer): number {
    const width = this.#rate / 2 / (coherence.length - 1)
    let [sum, count] = [0, 0]
    // Every octave counts alike.
    for (let k = Math.ceil(100 / width); k < Math.min(coherence.length, 8000 / width); k++) {
      sum += coherence[k]! / k
      count += 1 / k
    }
    return count > 0 ? sum / count : 0
  }

  #curves(transfer: Transfer): { curve: DirectCurve; side: DirectCurve | undefined; middle: number } {
    const { mid, side, coherence, sideCoherence, power, frames } = transfer
    const of = (bins: Transfer['mid'], part: Float64Array) =>
      directCurve(bins, part, power, this.#rate, this.#frequency, frames)
    const curve = of(mid, coherence)
    const heard = this.#frequency.map((f, i) => (f >= 40 && f <= 14_000 ? curve.trust[i]! : 0))
    return {
      curve,
      side: side && sideCoherence ? of(side, sideCoherence) : undefined,
      middle: weightedMedian(curve.level, heard),
    }
  }

  /** Gains over time over the direct sound, whose filter is brought to a middle of 0 dB. */
  #gains(responses: Responses, middle: number): GainTrack[] {
    const scale = 10 ** (-middle / 20)
    const scaled = {
      mid: { ...responses.mid, samples: responses.mid.samples.map((value) => value * scale) },
      side: responses.side && { ...responses.side, samples: responses.side.samples.map((value) => value * scale) },
    }
    const meter = new GainMeter(this.#rate, scaled)
    return this.#runs.map((run) => {
      const track = meter.measure(this.#reader, run, this.#options.signal)
      for (let p = 0; p < track.gain.length; p++) track.gain[p]! -= middle
      return track
    })
  }

  #compressor(tracks: readonly GainTrack[]): CompressorFit | undefined {
    const fit = fitCompressor(tracks, this.#rate)
    if (!fit || fit.spread < leastSpread) return undefined
    return fit.residual ** 2 <= (1 - leastExplained) * fit.spread ** 2 ? fit : undefined
  }

  /**
   * Takes the compressor's gain out, of the reference, or puts it on the target, which is right where there was reverberation after the
   * compressor; the one that leaves more explained.
   */
  #better(tracks: readonly GainTrack[], fit: CompressorFit): Correction {
    const gains = tracks.map((track) => {
      const model = compressorGainOf(track, fit, this.#rate).map((value) => value + fit.rest)
      return nearMeasured(track, model, this.#rate).map((value) => value - fit.rest)
    })
    const gain = new AppliedGain(tracks, gains)
    const after: Correction = { reference: (samples, from) => gain.apply(samples, from, -1) }
    const before: Correction = { target: (samples, from) => gain.apply(samples, from, 1) }
    const [one, other] = [this.#measure(this.#frame, after), this.#measure(this.#frame, before)]
    const isAfter = this.#explained(one) >= this.#explained(other)
    this.#transfer = isAfter ? one : other
    return isAfter ? after : before
  }

  #reverb(correction: Correction, _tracks: readonly GainTrack[] | undefined): Tail | undefined {
    if (this.#long < this.#rate / 2) return undefined
    const long = this.#measure(this.#long, correction)
    const before = Math.round(this.#long / 8)
    const after = Math.round(this.#long / 2)
    const mid = inTime(long.mid, before, after)
    const half = Math.round(0.03 * this.#rate)
    const direct = gated(inTime(long.mid, half, half), -half / 2, half / 2)
    const responses = long.cross ? [mid, inTime(long.cross, before, after)] : [mid]
    return tailOf(responses, direct, this.#rate)
  }

  #equaliser(
    curve: DirectCurve,
    side: DirectCurve | undefined,
    middle: number,
  ): { stage: NonNullable<Preset['eq']>; width: number | undefined; confidence: { value: number; why: string } } {
    const cap = this.#options.eqCap ?? 24
    const limited = (levels: Float64Array, of: string) =>
      levels.map((level, i) => {
        if (Math.abs(level) > cap && curve.trust[i]! > 0.3) this.#limit(of, cap)
        return Math.min(cap, Math.max(-cap, level))
      })
    const mid = limited(
      curve.level.map((level) => level - middle),
      'mid',
    )
    const equaliserOf = (levels: Float64Array) => {
      const points = curveOf(this.#frequency, levels)
      return { curve: points, ...fitBands(points, 10, this.#rate) }
    }
    const both = this.#frequency.map((f, i) =>
      f >= 40 && f <= 14_000 && side ? Math.min(curve.trust[i]!, side.trust[i]!) : 0,
    )
    const known = both.reduce((sum, value) => sum + value, 0) > 5
    const width =
      side && known
        ? rounded(
            weightedMedian(
              side.level.map((s, i) => s - curve.level[i]!),
              both,
            ),
            2,
          )
        : undefined
    let own: Float64Array | undefined
    if (side && width !== undefined) {
      const levels = side.level.map((s, i) => mid[i]! + (s - curve.level[i]! - width) * Math.min(1, 2 * side.trust[i]!))
      let [squares, sum] = [0, 0]
      for (const [i, level] of levels.entries()) {
        squares += both[i]! * (level - mid[i]!) ** 2
        sum += both[i]!
      }
      if (Math.sqrt(squares / sum) > 0.5) own = limited(levels, 'side')
    }
    let [trust, count] = [0, 0]
    for (const [i, f] of this.#frequency.entries())
      if (f >= 40 && f <= 14_000) {
        trust += curve.trust[i]!
        count++
      }
    const value = rounded(trust / Math.max(1, count), 3)
    return {
      stage: {
        on: true,
        phase: 'minimum',
        use: 'curve',
        mid: equaliserOf(mid),
        side: own ? equaliserOf(own) : null,
      },
      width: this.#target.channels === 2 ? width : undefined,
      confidence: { value, why: 'how far the gain is known, in the mean from 40 Hz to 14 kHz' },
    }
  }

  #limit(of: string, cap: number): void {
    const what = `the curve of the ${of} is held at ${cap} dB`
    if (this.#limits.some((limit) => limit.what === what)) return
    this.#limits.push({ stage: 'eq', what, why: 'the reference asks for more' })
  }

  #meanGain(tracks: readonly GainTrack[]): number {
    let [sum, gains] = [0, 0]
    for (const { gain, weight } of tracks)
      for (let p = 0; p < gain.length; p++) {
        sum += weight[p]!
        gains += weight[p]! * gain[p]!
      }
    return sum > 0 ? gains / sum : 0
  }
}

const stageOf = ({ threshold, ratio, knee, attack, release, residual }: CompressorFit) => ({
  threshold: rounded(threshold, 2),
  ratio: rounded(Math.min(100, Math.max(0.2, ratio)), 3),
  knee: rounded(knee, 2),
  attack: rounded(attack, 5),
  release: rounded(release, 4),
  makeUp: 0,
  residual: rounded(residual, 3),
})
