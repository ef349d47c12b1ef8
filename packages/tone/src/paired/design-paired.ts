import { ColophonError } from '@colophon/core'
import { rounded } from '../design/curves.ts'
import { profileFrequencies } from '../measure/frequency-bands.ts'
import type { Pcm } from '../pcm/pcm.ts'
import type { Preset } from '../preset/preset.ts'
import { storeResponse } from '../preset/stored-response.ts'
import { type Alignment, align } from './align.ts'
import { AppliedGain, nearMeasured } from './applied-gain.ts'
import { type CompressorFit, compressorGainOf, fitCompressor, fitOther, spreadOfGain } from './compressor.ts'
import type { Transfer } from './cross-spectra.ts'
import { type DirectCurve, directCurve } from './direct-curve.ts'
import { type EqualiserStages, equaliserStages, middleOfCurve } from './equaliser-stage.ts'
import { evenWeights } from './even-weights.ts'
import { type Run, runsOf } from './evidence.ts'
import { blocksOfPoint, GainMeter, type GainTrack, type Surroundings } from './gain-track.ts'
import { levelCurves } from './level-curves.ts'
import { measuredResponse } from './measured-response.ts'
import { PairReader } from './pair-reader.ts'
import { directResponses, gated, inTime, type Responses } from './responses.ts'
import { StageResponses } from './stage-responses.ts'
import { type ReverbStage, tailOf } from './tail.ts'
import { type Correction, measureTransfers } from './transfer.ts'

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
  /** How much slower the reference's clock runs, in parts of a million; 0 where none was found. */
  readonly drift: number
  /** Part of the reference that a fixed filter of the target explains, 0 to 1, 100 Hz to 8 kHz, every octave alike. */
  readonly coherence: number
  /** The same with what the dynamics do taken out. */
  readonly explained: number
  readonly stages: Pick<Preset, PairedStage>
  /** dB of gain after the stages. */
  readonly gain: number
  readonly limits: readonly { readonly stage: PairedStage; readonly what: string; readonly why: string }[]
  readonly confidence: { readonly [S in PairedStage]?: { readonly value: number; readonly why: string } }
}

/** Seconds that are looked at of a long recording, for what is short and for the reverberation. */
const [shortSeconds, longSeconds] = [48, 120]
/** Seconds of frames for the direct sound and for the reverberation. */
const [shortFrame, longFrame] = [0.093, 2.97]
/** Parts of the reference that must be explained, and stretches that must agree with which peak, for recordings to be a pair. */
const [leastCoherence, leastAgreement, leastPeak] = [0.1, 0.3, 0.04]
/** dB rms that a gain varies by at the least where there were dynamics, and part of that a fit must explain. */
const [leastSpread, leastExplained] = [0.25, 0.25]
/** Part of the sound that must lie below a threshold for it to be known. */
const leastBelow = 0.01
/** How often the compressor's gain is taken out, part of what is unexplained that must go each time, and what need not be explained. */
const [mostRounds, worthARound, clear] = [5, 0.3, 3e-4]
/** The same where there is reverberation. */
const wetRounds = 2
/** Of the mean power around them, what is added to bins of long frames: it keeps the valleys between partials from filling with noise. */
const valleys = 1e-4
/** With more than this explained by the direct sound there is no reverberation to speak of. */
const dryFrom = 0.997
/** A measured response with more noise than this is not used. */
const mostNoise = 0.3

/**
 * Finds what was done to a recording from the recording and the result: equaliser for mid and side, width, reverberation, compressor and
 * gain, in that order, which is that of a preset. Where they came in another order the compressor's level is that of the preset's order.
 *
 * The two are aligned to a part of a sample. What is linear follows from their cross-spectra; the gain of a compressor from what the
 * reference departs from that over time, and what is linear again with that gain taken out. An equaliser's gain before a compressor cannot
 * be told from gain after it: curves lie about 0 dB, and thresholds are of levels after such a curve. Stretches of both are read, at most
 * two minutes of them, so time and memory do not grow with their length but for one pass over each.
 *
 * @throws ColophonError TONE_NOT_PAIRED where the reference is not made of the target
 */
export function designPaired(target: Pcm, reference: Pcm, options: PairedOptions = {}): PairedDesign {
  const names = options.names ?? { target: target.path, reference: reference.path }
  const notPaired = (why: string) =>
    new ColophonError('TONE_NOT_PAIRED', { reference: names.reference, target: names.target, why })
  const alignment = align(target, reference, options.signal)
  if (!alignment) throw notPaired('there is no sound in common to compare')
  if (alignment.agreement < leastAgreement || alignment.peak < leastPeak)
    throw notPaired('no offset was found at which they go together')
  using reader = new PairReader(target, reference, alignment)
  const design = new Design(target, reader, alignment, options)
  const explained = design.explained()
  if (explained < leastCoherence)
    throw notPaired(`only ${Math.round(100 * explained)} % of the one can be explained from the other`)
  return design.run()
}

/** A power of two of samples that last about as long, and that fit into a recording several times. */
const frameOf = (seconds: number, sampleRate: number, recording: number): number =>
  2 ** Math.max(6, Math.min(Math.round(Math.log2(seconds * sampleRate)), Math.floor(Math.log2(recording / 4))))

/** Linear responses as curves, and what brings the mid's to a middle of 0 dB. */
interface MeasuredCurves {
  readonly mid: DirectCurve
  readonly side: DirectCurve | undefined
  readonly middle: number
}

class Design {
  readonly #rate: number
  readonly #target: Pcm
  readonly #reader: PairReader
  readonly #alignment: Alignment
  readonly #options: PairedOptions
  readonly #runs: Run[]
  readonly #longRuns: Run[]
  readonly #frame: number
  readonly #long: number
  readonly #frequency: Float64Array
  readonly #stages: StageResponses
  #transfer: Transfer
  #correction: Correction = {}
  /** The last transfer that was measured over long frames. */
  #known: { readonly correction: Correction; readonly transfer: Transfer | undefined } | undefined

  constructor(target: Pcm, reader: PairReader, alignment: Alignment, options: PairedOptions) {
    this.#rate = target.sampleRate
    this.#target = target
    this.#reader = reader
    this.#alignment = alignment
    this.#options = options
    const { from, to } = alignment
    this.#runs = runsOf(from, to, this.#rate, shortSeconds)
    this.#longRuns = runsOf(from, to, this.#rate, longSeconds)
    const shortest = Math.max(256, Math.min(...this.#longRuns.map((run) => run.to - run.from)))
    this.#frame = frameOf(shortFrame, this.#rate, shortest)
    this.#long = frameOf(longFrame, this.#rate, shortest)
    this.#frequency = profileFrequencies(this.#rate)
    this.#stages = new StageResponses(this.#rate, alignment.fraction, reader.sides)
    ;[this.#transfer] = measureTransfers(reader, this.#runs, this.#frame, [{}], options.signal) as [Transfer]
  }

  /** Mean coherence: how far the filter found so far explains the reference. */
  explained(transfer = this.#transfer): number {
    const { coherence } = transfer
    const width = this.#rate / 2 / (coherence.length - 1)
    let [sum, count] = [0, 0]
    // Every octave counts alike.
    for (let k = Math.ceil(100 / width); k < Math.min(coherence.length, 8000 / width); k++) {
      sum += coherence[k]! / k
      count += 1 / k
    }
    return count > 0 ? sum / count : 0
  }

  run(): PairedDesign {
    const { offset, fraction, polarity, drift } = this.#alignment
    const without = new Set(this.#options.without)
    const coherence = this.explained()
    const limits: PairedDesign['limits'][number][] = []
    const confidence: { [S in PairedStage]?: { value: number; why: string } } = {}
    const stages: Pick<Preset, PairedStage> = {}

    let curves = this.#curves()
    let tracks = this.#gainsOfDirect(curves.middle)
    let fit = fitCompressor(tracks, this.#rate)
    // With the compressor's gain out of the way the filter is seen better, and with a better filter the gain.
    for (let round = 0, before = 0; round < mostRounds && fit && isFound(fit); round++) {
      this.#takeOut(tracks, fit)
      curves = this.#curves()
      const explained = this.explained()
      if (1 - explained > (1 - worthARound) * (1 - before) || 1 - explained < clear) break
      before = explained
      tracks = this.#gainsOfDirect(curves.middle)
      fit = fitCompressor(tracks, this.#rate)
    }
    let equaliser = this.#equaliser(curves)
    let reverb = this.#reverb(equaliser, curves.middle)
    if (reverb?.responses) {
      curves = this.#curves(reverb.stage)
      equaliser = this.#equaliser(curves)
      reverb = this.#reverb(equaliser, curves.middle)
    }
    // Gains that the reverberation is taken out of: it came after the compressor where the gain belongs to the target.
    let dry: readonly GainTrack[] | undefined
    for (let round = 0; round < wetRounds && this.#correction.target && reverb?.responses; round++) {
      const found = this.#gains(this.#stages.responses(equaliser), curves.middle, true, {
        width: equaliser.side ?? 0,
        weights: evenWeights(this.#transfer, this.#rate),
        tail: {
          responses: this.#stages.tail(equaliser, reverb.responses, curves.middle),
          gain: this.#correction.target,
        },
      })
      const better = fitCompressor(found, this.#rate)
      if (!better || !isFound(better)) break
      dry = found
      this.#takeOut(found, better)
      curves = this.#curves(reverb.stage)
      equaliser = this.#equaliser(curves)
      reverb = this.#reverb(equaliser, curves.middle)
    }
    // Dynamics are those of the renderer: their level is that of the sound with its reverberation.
    const responses = this.#stages.responses(equaliser, without.has('reverb') ? undefined : reverb?.responses)
    if (fit && (isFound(fit) || reverb)) {
      tracks = this.#gains(responses, curves.middle, true, {
        width: equaliser.side ?? 0,
        ...(!reverb && { weights: evenWeights(this.#transfer, this.#rate) }),
      })
      fit = fitCompressor(tracks, this.#rate, isFound(fit) ? fit : undefined)
      if (fit && isFound(fit)) fit = fitOther(tracks, dry ?? tracks, this.#rate, fit)
    }

    const known = {
      value: rounded(equaliser.trust, 3),
      why: 'how far the gain is known, in the mean from 40 Hz to 14 kHz',
    }
    if (!without.has('eq')) {
      stages.eq = equaliser.eq
      confidence.eq = known
      for (const of of equaliser.capped)
        limits.push({
          stage: 'eq',
          what: `the curve of the ${of} is held within ${this.#options.eqCap ?? 24} dB`,
          why: 'the reference differs by more',
        })
    }
    if (!without.has('width') && equaliser.side !== undefined && this.#target.channels === 2) {
      stages.width = { on: true, side: equaliser.side, monoBelow: 0 }
      confidence.width = known
    }
    if (reverb && !without.has('reverb')) {
      stages.reverb = reverb.stage
      confidence.reverb = { value: rounded(reverb.confidence, 3), why: reverb.why }
      if (!reverb.stage.response)
        limits.push({
          stage: 'reverb',
          what: 'its decay is matched, not each reflection',
          why: 'the response is too noisy',
        })
    }
    let rest = meanGain(tracks)
    if (fit && isFound(fit) && !without.has('dynamics')) {
      const curvesOf = levelCurves(tracks, this.#rate)
      const isCurves = curvesOf.residual < 0.9 * fit.residual
      const residual = isCurves ? curvesOf.residual : fit.residual
      stages.dynamics = {
        on: true,
        use: isCurves ? 'curves' : 'compressor',
        curves: curvesOf.curves,
        compressor: stageOf(fit),
      }
      rest = isCurves ? curvesOf.rest : fit.rest
      const part = Math.max(0, 1 - (residual / fit.spread) ** 2)
      const why = `${Math.round(100 * part)} % of how the gain varies is explained by the level`
      confidence.dynamics =
        partBelow(tracks, fit.threshold) < leastBelow
          ? { value: rounded(part / 2, 3), why: `${why}, which is hardly ever below the threshold: it may be lower` }
          : { value: rounded(part, 3), why }
    } else if (spreadOfGain(tracks) > 4 * leastSpread)
      limits.push({
        stage: 'dynamics',
        what: 'no compressor was found',
        why: 'the gain varies, but not with the level',
      })
    return {
      offset,
      fraction: rounded(fraction, 4),
      polarity,
      drift: rounded(drift, 2),
      coherence: rounded(coherence, 4),
      explained: rounded(this.explained(), 4),
      stages,
      gain: rounded(curves.middle + rest, 3),
      limits,
      confidence,
    }
  }

  /** @param reverb that was found, of which the curves are to be free */
  #curves(reverb?: ReverbStage): MeasuredCurves {
    const { mid, side, coherence, sideCoherence, power, sidePower, frames } = this.#transfer
    const explained = this.explained()
    const of = (bins: Transfer['mid'], part: Float64Array, own: Float64Array) =>
      directCurve(bins, part, own, this.#rate, this.#frequency, frames, explained, reverb)
    const curve = of(mid, coherence, power)
    return {
      mid: curve,
      side: side && sideCoherence && sidePower ? of(side, sideCoherence, sidePower) : undefined,
      middle: middleOfCurve(curve, this.#frequency),
    }
  }

  /**
   * Gains over time over what the responses predict.
   *
   * @param middle dB that gains are relative to @param isScaled whether the responses are without it already
   */
  #gains(responses: Responses, middle: number, isScaled = false, surroundings: Surroundings = {}): GainTrack[] {
    const scale = isScaled ? 1 : 10 ** (-middle / 20)
    const scaled = {
      mid: { ...responses.mid, samples: responses.mid.samples.map((value) => value * scale) },
      side: responses.side && { ...responses.side, samples: responses.side.samples.map((value) => value * scale) },
      ...(responses.cross && { cross: responses.cross }),
    }
    const meter = new GainMeter(this.#rate, scaled, surroundings)
    return this.#runs.map((run) => {
      const track = meter.measure(this.#reader, run, this.#options.signal)
      for (let p = 0; p < track.gain.length; p++) track.gain[p]! -= middle
      return track
    })
  }

  #gainsOfDirect(middle: number): GainTrack[] {
    return this.#gains(directResponses(this.#transfer, this.#frame), middle, false, {
      weights: evenWeights(this.#transfer, this.#rate),
    })
  }

  /**
   * Takes the compressor's gain out of the reference, or puts it on the target, which is right where there was reverberation after the
   * compressor: the one that leaves more explained.
   */
  #takeOut(tracks: readonly GainTrack[], fit: CompressorFit): void {
    const gains = tracks.map((track) => {
      const model = compressorGainOf(track, fit, this.#rate).map((value) => value + fit.rest)
      return nearMeasured(track, model, this.#rate).map((value) => value - fit.rest)
    })
    const gain = new AppliedGain(tracks, gains)
    const onTarget: Correction = { target: (samples, from) => gain.apply(samples, from, 1) }
    const outOfReference: Correction = { reference: (samples, from) => gain.apply(samples, from, -1) }
    // Which of them it is has to be found out but once.
    const { target, reference } = this.#correction
    const corrections = target ? [onTarget] : reference ? [outOfReference] : [outOfReference, onTarget]
    const transfers = measureTransfers(this.#reader, this.#runs, this.#frame, corrections, this.#options.signal)
    const best = transfers.length > 1 && this.explained(transfers[0]) < this.explained(transfers[1]) ? 1 : 0
    this.#transfer = transfers[best]!
    this.#correction = corrections[best]!
  }

  #longTransfer(): Transfer | undefined {
    if (this.#known?.correction === this.#correction) return this.#known.transfer
    // With a gain that is known in the runs alone, only these can be looked at.
    const runs = this.#correction.target || this.#correction.reference ? this.#runs : this.#longRuns
    const correction = this.#correction
    const { signal } = this.#options
    const [transfer] = measureTransfers(this.#reader, runs, this.#long, [correction], signal, valleys)
    this.#known = { correction, transfer }
    return transfer
  }

  #reverb({ eq }: EqualiserStages, middle: number) {
    if (this.#long < this.#rate / 2 || this.explained() > dryFrom) return undefined
    const long = this.#longTransfer()
    if (!long || long.frames < 3) return undefined
    const before = Math.round(this.#long / 8)
    const after = Math.round(this.#long / 2)
    const mid = inTime(long.mid, before, after)
    const half = Math.round(0.03 * this.#rate)
    const direct = gated(inTime(long.mid, half, half), -half / 2, half / 2)
    const found = tailOf(long.cross ? [mid, inTime(long.cross, before, after)] : [mid], direct, this.#rate, this.#long)
    if (!found) return undefined
    const gain = 10 ** (middle / 20)
    const filter = this.#stages.firOf(eq.mid.curve).map((value) => value * gain)
    const measured = measuredResponse(long, filter, this.#alignment.fraction, this.#rate)
    if (measured.noise > mostNoise || measured.channels[0]!.length === 0)
      return {
        stage: found.stage,
        confidence: found.confidence / 2,
        responses: undefined,
        why: 'only its decay was seen',
      }
    const stored = storeResponse(measured.channels, this.#rate, found.stage.wet)
    return {
      stage: { ...found.stage, response: stored },
      confidence: found.confidence * (1 - measured.noise),
      responses: measured.channels,
      why: 'part of the octaves in which a decay was seen, less the noise of the measured response',
    }
  }

  #equaliser({ mid, side }: MeasuredCurves): EqualiserStages {
    return equaliserStages(mid, side, this.#frequency, this.#rate, this.#options.eqCap ?? 24)
  }
}

/** Whether a fit is worth a stage: the gain varies, and the compressor explains a part of that. */
const isFound = ({ spread, residual, ratio }: CompressorFit): boolean =>
  spread >= leastSpread && residual ** 2 <= (1 - leastExplained) * spread ** 2 && Math.abs(1 - 1 / ratio) > 0.05

/** How much of what was measured lies at levels below a threshold. */
function partBelow(tracks: readonly GainTrack[], threshold: number): number {
  let [below, all] = [0, 0]
  for (const { level, weight } of tracks)
    for (let p = 0; p < weight.length; p++) {
      all += weight[p]!
      if (level[p * blocksOfPoint]! < threshold) below += weight[p]!
    }
  return all > 0 ? below / all : 0
}

function meanGain(tracks: readonly GainTrack[]): number {
  let [sum, gains] = [0, 0]
  for (const { gain, weight } of tracks)
    for (let p = 0; p < gain.length; p++) {
      sum += weight[p]!
      gains += weight[p]! * gain[p]!
    }
  return sum > 0 ? gains / sum : 0
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
