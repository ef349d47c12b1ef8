import type { Analysis } from '../analysis/analysis.ts'
import type { Preset } from '../preset/preset.ts'
import type { Curve, Profile } from '../profile.ts'
import { contentOf } from './content.ts'
import { curveAt, curveOf, decibelsOf, powerOf, rounded } from './curves.ts'
import { type DynamicsDesign, type DynamicsOptions, designDynamics, speechDepth } from './dynamics.ts'
import { limitCurve, type MiddleProblem, middleOf, rangeWeight, smoothTo } from './equaliser-curve.ts'
import { firOf, firPower, firTaps, type Phase } from './fir.ts'
import { fitBands } from './fit-bands.ts'
import { mergeProfiles } from './merge-profiles.ts'
import { kPower, type MeasuredPower, type Predicted, Prediction } from './predict.ts'
import { type Curves, errorOf, type Part } from './style-parts.ts'
import {
  type Confidence,
  capLimits,
  dynamicsConfidence,
  type Limit,
  rangeLimits,
  type StyleStage,
  spectralConfidence,
  trustedPart,
} from './style-words.ts'
import { gainPages } from './transfers.ts'
import { leftMono, type SideLimit, sideLimit } from './width.ts'

/** A recording that is to be sounded like. */
export interface StyleReference {
  readonly profile: Profile
  /** Beside the others; default 1. */
  readonly weight?: number
  /** Stages that it is a reference for; default all. */
  readonly stages?: readonly StyleStage[]
}

export interface StyleOptions {
  /** Default: that of the target. */
  readonly kind?: Profile['kind']
  /** Stages not to be designed. */
  readonly without?: readonly StyleStage[]
  /** How far to go, 0 to 1 for each stage; default 1. */
  readonly strength?: { readonly [S in StyleStage]?: number }
  /** dB that the shape of the EQ may raise or lower at the most, 0 to 44; default 12. */
  readonly eqCap?: number
  /** dB an octave that the EQ may be steep; default 48 up to a cap of 12 dB, more with higher ones; for speech 24. */
  readonly eqSlope?: number
  /** Hz beyond which the EQ changes nothing; default 20 and 20,000, for speech 80 and 12,000. */
  readonly eqFrom?: number
  readonly eqTo?: number
  readonly phase?: Phase
  readonly use?: 'curve' | 'bands'
  /** Whether left and right must not come to cancel more than those of the reference when they are mixed to mono, and not by much; default true. */
  readonly monoSafe?: boolean
  /** dB that a stage behind these adds to the spectrum, as reverberation does: the EQ makes up for it. */
  readonly added?: Curve
  readonly dynamics?: Omit<DynamicsOptions, 'strength'>
  /**
   * What was measured behind an EQ and width designed before: the level over time can only be estimated from third octaves, so a second
   * design that knows it comes out nearer.
   */
  readonly measured?: {
    /** K-weighted, channel-weighted power per 10 ms. */
    readonly power: ArrayLike<number>
    readonly eq?: Preset['eq']
    readonly width?: Preset['width']
  }
}

/** Stages of a preset that give a recording the sound of references, and what they are expected to make. */
export interface StyleDesign {
  readonly eq?: Preset['eq']
  readonly width?: Preset['width']
  readonly dynamics?: Preset['dynamics']
  readonly limits: readonly Limit[]
  readonly confidence: { readonly [S in StyleStage]?: Confidence }
  readonly predicted: {
    /** dB of spectra at `frequency`, at the loudness that the stages leave. */
    readonly spectrum: { readonly frequency: number[]; readonly mid: number[]; readonly side: number[] | null }
    /** dB by which the mid's spectrum still differs in the mean where the reference can be trusted, after alignment; likewise the side's. */
    readonly error: { readonly mid: number; readonly side: number | null }
    /** LU. */
    readonly range: DynamicsDesign['range'] | null
  }
}

/** Passes over the curves, each correcting what the one before is predicted to leave; and after which of them dynamics are designed. */
const passes = 9
const dynamicsAfter = [2, 5]

/** dB that sides may come to lie over the mid, if those of the reference do: then left and right cancel in part when they are mixed to mono. */
const mostOverMid = 3

/** dB between mid and side beyond which one of them is all but silent. */
const mostApart = 40

/** dB that the width may be off so that the spectrum of the side is nearer. */
const widthLeft = 0.5

/** Stiffness of smoothing between points of a twenty-fourth of an octave. */
const stiffness = { music: 0.6, speech: 12 }

/**
 * Designs EQ, width and dynamics that give a recording the sound of references, from statistics alone.
 *
 * The EQ makes the mean spectra of mid and side those of the reference, in sixths of an octave; the dynamics make the levels spread as
 * theirs. As each changes what the other meets, they take turns, on predictions, until the spectrum after both is as wanted. The overall
 * level is left to loudness: the curve of the mid lies about 0 dB where it can. Nothing is asked for where the reference or the target has
 * nothing: the curve goes on level there.
 *
 * @param target analysis of the recording
 * @param references at least one with a weight above 0
 * @throws RangeError for weights that are no weights
 */
export function designStyle(
  target: Analysis,
  references: readonly StyleReference[],
  options: StyleOptions = {},
): StyleDesign {
  const kind = options.kind ?? target.profile.kind
  const wanted = (stage: StyleStage): Profile | undefined => {
    if (options.without?.includes(stage) || (options.strength?.[stage] ?? 1) === 0) return undefined
    const used = references.filter(({ stages, weight = 1 }) => weight > 0 && (!stages || stages.includes(stage)))
    if (used.length === 0) return undefined
    return mergeProfiles(
      used.map(({ profile }) => profile),
      used.map(({ weight = 1 }) => weight),
    )
  }
  return new Design(target, kind, wanted, options).run()
}

class Design {
  readonly #target: Analysis
  readonly #kind: Profile['kind']
  readonly #options: StyleOptions
  readonly #frequency: number[]
  readonly #prediction: Prediction
  readonly #loudness: Float64Array
  /** dB that stages behind these add. */
  readonly #added: Float64Array
  readonly #eq: Profile | undefined
  readonly #width: Profile | undefined
  readonly #levels: Profile | undefined
  readonly #limits: Limit[] = []
  readonly #cap: number
  readonly #slope: number
  /** Hz where the EQ may change anything, and where it may raise. */
  readonly #range: readonly [number, number]
  readonly #raise: readonly [number, number]
  readonly #phase: Phase
  readonly #mid: Part
  readonly #side: Part | undefined
  readonly #limit: SideLimit | undefined
  #dynamics: DynamicsDesign | undefined
  /** dB that the reference is louder than the result before its gain. */
  #align = 0
  /** Of the dynamics, for each row of the sketch. */
  #gain: Float64Array | undefined

  constructor(
    target: Analysis,
    kind: Profile['kind'],
    wanted: (stage: StyleStage) => Profile | undefined,
    options: StyleOptions,
  ) {
    this.#target = target
    this.#kind = kind
    this.#options = options
    this.#frequency = target.profile.spectrum.frequency
    this.#prediction = new Prediction(target, this.#frequency, measuredOf(target, options.measured))
    this.#added = options.added ? curveAt(options.added, this.#frequency) : new Float64Array(this.#frequency.length)
    this.#loudness = kPower(target.sketch.sampleRate, this.#frequency)
    const empty = target.profile.loudness.integrated === null || target.sketch.frames === 0
    this.#eq = empty ? undefined : wanted('eq')
    this.#levels = empty ? undefined : wanted('dynamics')
    const width = empty || kind === 'speech' ? undefined : wanted('width')
    this.#width = this.#usable(width)
    this.#cap = options.eqCap ?? 12
    this.#slope = options.eqSlope ?? (kind === 'speech' ? 24 : Math.max(48, this.#cap * 6))
    this.#range = [options.eqFrom ?? 20, options.eqTo ?? 20000]
    this.#raise = kind === 'speech' ? [Math.max(this.#range[0], 80), Math.min(this.#range[1], 12000)] : this.#range
    this.#phase = options.phase ?? 'minimum'
    this.#mid = this.#partOf('mid', this.#eq)
    this.#side = this.#width ? this.#partOf('side', this.#width) : undefined
    this.#limit = this.#width ? sideLimit(target) : undefined
  }

  #usable(reference: Profile | undefined): Profile | undefined {
    if (!reference) return undefined
    if (!this.#target.spectrum.side) {
      if (this.#target.profile.channels === 1 && reference.spectrum.side)
        this.#hit('width', 'Width is left as it is', 'the recording is mono')
      return undefined
    }
    if (!reference.spectrum.side) {
      this.#hit('width', 'Width is left as it is', 'the reference is mono')
      return undefined
    }
    return reference
  }

  #partOf(of: 'mid' | 'side', reference: Profile | undefined): Part {
    const { profile } = this.#target
    const frequency = this.#frequency
    const own = Float64Array.from(profile.spectrum[of] ?? profile.spectrum.mid)
    const none = new Float64Array(own.length)
    if (!reference) return { of, own, wanted: own, weight: none, free: none, raw: none }
    const inside = (f: number, [from, to]: readonly [number, number]) => (f >= from && f <= to ? 1 : 0)
    const highest = reference.spectrum.bandwidth * 2 ** (-1 / 12)
    const trust = contentOf(reference, of, frequency)
    const here = contentOf(profile, of, frequency)
    const level = reference.spectrum[of] ?? reference.spectrum.mid
    return {
      of,
      own,
      wanted: curveAt({ frequency: reference.spectrum.frequency, level }, frequency),
      weight: trust.map((value, i) => value * here[i]! * inside(frequency[i]!, this.#raise)),
      free: Float64Array.from(frequency, (f) => inside(f, this.#range) * (f <= highest ? 1 : 0)),
      raw: none,
    }
  }

  run(): StyleDesign {
    let curves = this.#curves({}, 2)
    let state = this.#predict(curves)
    for (let pass = 0; pass < passes; pass++) {
      const align = this.#alignment(state)
      this.#align = align
      const { middle } = curves
      this.#correct(this.#mid, curves.limited, state.mid, align, middle)
      if (this.#side) this.#correct(this.#side, curves.limitedSide!, state.side!, align, middle + curves.broad)
      // Filters are made as exactly as rendering does only for the last corrections.
      curves = this.#curves({}, pass < passes - 3 ? 2 : undefined)
      if (dynamicsAfter.includes(pass)) this.#designDynamics(curves)
      state = this.#predict(curves)
    }
    if (Object.values(this.#options.strength ?? {}).some((strength) => strength !== 1)) {
      // Only now: a curve that is held back while it is sought would be sought all the further.
      curves = this.#curves(this.#options.strength)
      if (this.#levels) this.#designDynamics(curves, this.#options.strength?.dynamics)
      state = this.#predict(curves)
    }
    return this.#report(curves, state)
  }

  /** Adds to a curve what the predicted spectrum lacks at the loudness that the whole will be brought to. */
  #correct(part: Part, curve: Float64Array, predicted: Float64Array, align: number, overall: number): void {
    const lack = predicted.map((value, i) => part.wanted[i]! - align - value)
    const weight = lack.map((value, i) => {
      const free = part.free[i]!
      const trusted = part.weight[i]!
      if (free <= trusted) return trusted
      // Whatever is louder than all there is in the reference is too loud, be it noise.
      if (value < 0) return free
      // And nothing is lowered for no other reason than that its neighbours are.
      const back = Math.min(value, Math.max(0, -curve[i]!))
      lack[i] = (trusted * value + (free - trusted) * back) / free
      return curve[i]! < 0 ? free : trusted
    })
    const change = smoothTo(lack, weight, stiffness[this.#kind])
    // From what the limits left of the curve: what they cut off must not pile up.
    part.raw = curve.map((value, i) => value + overall + change[i]!)
  }

  /** dB that the reference is louder than what is predicted of the result before its gain. */
  #alignment({ mid, side }: Predicted): number {
    const level = (spectra: (Float64Array | undefined)[]) => {
      let sum = 0
      for (const spectrum of spectra)
        spectrum?.forEach((value, i) => {
          sum += this.#loudness[i]! * powerOf(value)
        })
      return decibelsOf(sum)
    }
    return level([this.#mid.wanted, this.#side?.wanted]) - level([mid, this.#side && side])
  }

  /** The curves as the limits let them be. */
  #curves(
    { eq = 1, width: widthStrength = 1 }: NonNullable<StyleOptions['strength']> = {},
    oversampling?: number,
  ): Curves {
    const bins = this.#bins(this.#mid.raw)
    const sideBins = this.#side ? this.#bins(this.#side.raw) : undefined
    const limits = { cap: this.#cap, slope: this.#slope }
    const neutral = this.#prediction.loudnessAdded(bins, sideBins)
    const middle = this.#eq ? middleOf(this.#problem(this.#mid), neutral) : 0
    const limited = limitCurve(
      this.#mid.raw.map((value) => value - middle),
      limits,
    )
    const mid = this.#used(limited, eq)
    const midPower = this.#filter(mid, oversampling)
    if (!this.#side) return { limited, mid, middle, broad: 0, midPower, sidePower: undefined, heldSide: 0 }

    const relative = this.#side.raw.map((value) => value - middle)
    const { spectrum } = this.#target
    const own = sum(spectrum.side!)
    const preferred = own > 1e-16 ? decibelsOf(weighted(spectrum.side!, sideBins!) / own) - middle : 0
    const found = middleOf(this.#problem(this.#side, middle), preferred)
    const limitedSide = limitCurve(
      relative.map((value) => value - found),
      limits,
    )
    const side = this.#used(limitedSide, eq)
    const shapePower = this.#filter(side, oversampling)
    const powers = this.#prediction.powers(midPower, shapePower)
    // Where a recording cancels as it is, it may go on to; and to some degree where the reference does.
    const alike = decibelsOf(own) - decibelsOf(sum(spectrum.mid))
    const asked = Math.min(mostOverMid, this.#width?.width ?? 0)
    const most = Math.min(
      this.#limit!.most,
      this.#options.monoSafe === false
        ? 60
        : Math.max(0, alike, asked) + decibelsOf(powers.mid) - decibelsOf(powers.side),
    )
    // The middle of the curve is best for the spectrum; but where the shape is held back by its limits, is weak, or is not there at all, the
    // total power, as which width is measured, decides.
    const lacking = this.#widthLacking()
    const changed = decibelsOf(powers.side) - decibelsOf(powers.mid) - alike
    const byPower = lacking === null ? found * widthStrength : lacking * widthStrength - changed
    const off = byPower - found * widthStrength
    const wanted = byPower - Math.max(-widthLeft, Math.min(widthLeft, off))
    const broad = Math.max(-60, Math.min(60, most, wanted))
    const factor = powerOf(broad)
    return {
      limited,
      limitedSide,
      mid,
      side,
      middle,
      broad,
      midPower,
      sidePower: shapePower.map((power) => power * factor),
      heldSide: wanted - broad,
    }
  }

  /** dB that the side lacks beside the mid; null where one of them is all but silent, so that there is no width to speak of. */
  #widthLacking(): number | null {
    const [own, wanted] = [this.#target.profile.width, this.#width!.width]
    if (own === null || wanted === null || Math.abs(own) > mostApart || Math.abs(wanted) > mostApart) return null
    return wanted - own
  }

  /** A curve as strong as it is wanted, and nothing where it may do nothing: beyond its range, or raise nothing. */
  #used(curve: Float64Array, strength: number): Float64Array {
    const [range, raise] = [this.#range, this.#raise].map((each) => rangeWeight(this.#frequency, each))
    return curve.map((value, i) => value * (value > 0 ? raise![i]! : range![i]!) * strength)
  }

  #problem(part: Part, middle = 0): MiddleProblem {
    return {
      values: part.raw.map((value) => value - middle),
      spectrum: part.own.map((level, i) =>
        part.weight[i]! > 0.5 ? part.wanted[i]! : level + part.raw[i]! + this.#align,
      ),
      weight: part.weight,
      // Of the side what counts is how much there is of it, not how loud it is.
      loudness: part.of === 'mid' ? this.#loudness : this.#loudness.map(() => 1),
      cap: this.#cap,
    }
  }

  #bins(curve: Float64Array): Float64Array {
    const { sampleRate, frameLength } = this.#target.sketch
    const bins = Float64Array.from({ length: frameLength / 2 + 1 }, (_, k) => (k * sampleRate) / frameLength)
    return curveAt({ frequency: this.#frequency, level: Array.from(curve) }, bins).map(powerOf)
  }

  /** Power of the gain of the filter that a curve becomes, at each bin. */
  #filter(curve: Float64Array, oversampling: number | undefined): Float64Array {
    return filterPower(this.#target, curveOf(this.#frequency, curve), this.#phase, oversampling)
  }

  #predict({ midPower, sidePower }: Curves): Predicted {
    const overTime = this.#prediction.overTime(midPower, this.#gain)
    const mid = this.#prediction.filtered('mid', midPower)
    const side = this.#target.spectrum.side ? this.#prediction.filtered('side', sidePower ?? midPower) : undefined
    const ownSide = this.#target.profile.spectrum.side
    return {
      mid: mid.map((value, i) => this.#mid.own[i]! + value + overTime.mid[i]! + this.#added[i]!),
      side:
        side && ownSide ? side.map((value, i) => ownSide[i]! + value + overTime.side[i]! + this.#added[i]!) : undefined,
    }
  }

  #designDynamics({ midPower, sidePower }: Curves, strength = 1): void {
    if (!this.#levels) return
    const power = this.#prediction.power(midPower, sidePower)
    this.#dynamics = designDynamics(power, this.#levels.levels, this.#levels.loudness.range, {
      ...(this.#kind === 'speech' && { depth: speechDepth }),
      // A first guess: what levels the stages before really leave is not known yet.
      rounds: 3,
      ...this.#options.dynamics,
      strength,
    })
    const { curves } = this.#dynamics
    this.#gain = curves.length > 0 ? this.#prediction.rowGains(gainPages(power, curves), power.length) : undefined
  }

  #report(curves: Curves, state: Predicted): StyleDesign {
    const { sampleRate } = this.#target.sketch
    const frequency = this.#frequency
    const align = this.#alignment(state)
    const error = {
      mid: this.#eq ? rounded(errorOf(this.#mid, state.mid, align), 3) : 0,
      side: this.#side ? rounded(errorOf(this.#side, state.side!, align), 3) : null,
    }
    this.#reportLimits(curves)
    const equaliser = (curve: Float64Array) => {
      const made = curveOf(frequency, curve)
      return { curve: made, ...fitBands(made, 10, sampleRate) }
    }
    const dynamics = this.#dynamics
    return {
      eq:
        this.#eq || this.#side
          ? {
              on: true,
              phase: this.#phase,
              use: this.#options.use ?? 'curve',
              mid: equaliser(curves.mid),
              side: curves.side ? equaliser(curves.side) : null,
            }
          : undefined,
      width: curves.side
        ? {
            on: true,
            side: rounded(curves.broad, 3),
            monoBelow: leftMono(this.#width!, frequency, state, align),
          }
        : undefined,
      dynamics:
        dynamics && dynamics.curves.length > 0 ? { on: true, use: 'curves', curves: dynamics.curves } : undefined,
      limits: this.#limits,
      confidence: this.#confidence(error),
      predicted: {
        spectrum: {
          frequency,
          mid: Array.from(state.mid, (value) => rounded(value, 3)),
          side: state.side ? Array.from(state.side, (value) => rounded(value, 3)) : null,
        },
        error,
        range: dynamics?.range ?? null,
      },
    }
  }

  #reportLimits({ middle, broad, heldSide }: Curves): void {
    const [cap, frequency] = [this.#cap, this.#frequency]
    this.#limits.push(...capLimits(this.#mid, middle, cap, frequency))
    if (this.#side) this.#limits.push(...capLimits(this.#side, middle + broad, cap, frequency))
    if (heldSide > 0.5)
      this.#hit(
        'width',
        `The sides are raised by ${broad.toFixed(1)} dB instead of ${(broad + heldSide).toFixed(1)} dB`,
        broad >= this.#limit!.most - 1e-6 ? this.#limit!.why : 'more would cancel when mixed to mono',
      )
    else if (this.#limit?.most === 0 && (this.#width?.width ?? -100) > (this.#target.profile.width ?? -100) + 1)
      this.#hit('width', 'The sides are left as they are', this.#limit.why)
    const whole = (this.#options.strength?.dynamics ?? 1) === 1
    if (this.#dynamics && whole) this.#limits.push(...rangeLimits(this.#dynamics))
  }

  #confidence(error: { mid: number; side: number | null }): StyleDesign['confidence'] {
    const length = (reference: Profile) => Math.min(this.#target.profile.duration, reference.duration)
    const spectral = (part: Part, reference: Profile, left: number): Confidence =>
      spectralConfidence(trustedPart(part, this.#frequency, this.#range), length(reference), left)
    const [dynamics, levels] = [this.#dynamics, this.#levels]
    return {
      eq: this.#eq ? spectral(this.#mid, this.#eq, error.mid) : undefined,
      width: this.#side && this.#width ? spectral(this.#side, this.#width, error.side ?? 0) : undefined,
      dynamics: dynamics && levels ? dynamicsConfidence(dynamics, length(levels)) : undefined,
    }
  }

  #hit(stage: StyleStage, what: string, why: string): void {
    this.#limits.push({ stage, what, why })
  }
}

const filterPower = ({ sketch }: Analysis, curve: Curve, phase: Phase, oversampling?: number): Float64Array =>
  firPower(firOf(curve, sketch.sampleRate, phase, firTaps(sketch.sampleRate), oversampling), sketch.frameLength)

function measuredOf(target: Analysis, measured: StyleOptions['measured']): MeasuredPower | undefined {
  if (!measured) return undefined
  const { eq, width, power } = measured
  const flat = new Float64Array(target.sketch.frameLength / 2 + 1).fill(1)
  const mid = eq?.on ? filterPower(target, eq.mid.curve, eq.phase) : flat
  const side = eq?.on && eq.side ? filterPower(target, eq.side.curve, eq.phase) : mid
  const broad = powerOf(width?.on ? width.side : 0)
  return { power, mid, side: side.map((value) => value * broad) }
}

const sum = (values: Float64Array): number => values.reduce((all, value) => all + value, 0)
const weighted = (values: Float64Array, weight: Float64Array): number =>
  values.reduce((all, value, i) => all + value * weight[i]!, 0)
