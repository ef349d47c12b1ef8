import type { Analysis } from '../analysis/analysis.ts'
import { curveAt, curveOf, decibelsOf, powerOf, rounded } from '../design/curves.ts'
import type { Preset, Transfer } from '../preset/preset.ts'
import type { Curve, Profile } from '../profile.ts'
import { steadyDepth } from './decaying-envelope.ts'
import { designReverb, type ReverbDesign } from './design-reverb.ts'

/** What is made of the room that a recording sounds to be in. */
export type RoomStage = 'denoise' | 'reverb' | 'roomTone'

export interface RoomOptions {
  /** The stages that are designed already: they change what noise is heard. */
  readonly preset: Pick<Preset, 'eq' | 'dynamics'>
  /** LUFS that the result is brought to. */
  readonly loudness: number
  /** What both are taken for. Default: for what each was found to be. */
  readonly kind?: Profile['kind'] | undefined
  readonly without?: readonly RoomStage[]
  /** Reverberation that was designed before, with these. */
  readonly reverberation?: ReverbDesign | undefined
  /** Of the noise that reverberation and room tone are made of; default 1. */
  readonly seed?: number
}

/** Stages of a preset that put a recording into a reference's room. */
export interface RoomDesign {
  readonly denoise?: NonNullable<Preset['denoise']>
  readonly reverb?: NonNullable<Preset['reverb']>
  readonly roomTone?: NonNullable<Preset['roomTone']>
  readonly limits: readonly { readonly stage: RoomStage; readonly what: string; readonly why: string }[]
  readonly confidence: { readonly [S in RoomStage]?: { readonly value: number; readonly why: string } }
  /** Distance of the decay, dB, as it is and as it is expected to become; null where it cannot be told. */
  readonly decay: { readonly before: number | null; readonly after: number | null }
}

/** Hz between which noise is weighed. */
const from = 200
const to = 8000
/** dB that noise has to lie under the sound to be taken for noise. */
const leastGap = 10
/** dB that noise may differ before anything is done about it. */
const tolerance = { denoise: 3, roomTone: 1.5 }
const mostReduction = 12
/** dB re full scale below which noise is none. */
const silence = -115
/** dB of the mean of all over that of what is loud, where it is not known. */
const usualShare = -1
/** dB under the wanted noise from where a band of room tone is as good as none. */
const least = -25

/**
 * Designs what puts a recording into the room of a reference: reverberation where the reference has more of it, room tone where its noise
 * is louder, noise reduction where the recording's is. From statistics alone.
 *
 * Reverberation is added and never taken away, and only to speech: a held note and its reverberation fall alike.
 */
export function designRoom(target: Analysis, reference: Profile, options: RoomOptions): RoomDesign {
  const { without = [], kind, seed = 1 } = options
  const limits: RoomDesign['limits'][number][] = []
  const confidence: { [S in RoomStage]?: { value: number; why: string } } = {}
  const stages: { denoise?: RoomDesign['denoise']; reverb?: RoomDesign['reverb']; roomTone?: RoomDesign['roomTone'] } =
    {}

  const isSpeech = (kind ?? target.profile.kind) === 'speech' && (kind ?? reference.kind) === 'speech'
  const found =
    isSpeech && !without.includes('reverb') ? (options.reverberation ?? reverbFor(target, reference, seed)) : undefined
  if (found?.stage) {
    stages.reverb = found.stage
    confidence.reverb = { value: found.confidence, why: reverbWhy(found, target, reference) }
  }
  if (!isSpeech && !without.includes('reverb'))
    limits.push({
      stage: 'reverb',
      what: 'No reverberation was looked for',
      why: 'in music, held notes and reverberation fall alike',
    })

  const noise = noiseOf(target, reference, options, found?.stage ? found.floor : undefined)
  if (noise) {
    const { own, wanted, gap } = noise
    const excess = levelOf(noise.frequency, own) - levelOf(noise.frequency, wanted)
    if (excess > tolerance.denoise && !without.includes('denoise')) {
      if (gap.own < leastGap)
        limits.push({
          stage: 'denoise',
          what: 'Noise was left as it is',
          why: 'the recording has no pauses in which its noise could be told from the sound',
        })
      else {
        stages.denoise = {
          on: true,
          floor: curveOf(target.profile.spectrum.frequency, target.profile.spectrum.noise),
          most: rounded(Math.min(mostReduction, excess), 2),
        }
        confidence.denoise = noiseConfidence(gap.own)
        if (excess > mostReduction)
          limits.push({
            stage: 'denoise',
            what: `Noise is lowered by ${mostReduction} dB`,
            why: `${excess.toFixed(1)} dB would be needed, but more harms the sound`,
          })
      }
    }
    const tone = without.includes('roomTone') ? undefined : roomToneFor(noise, stages.denoise?.most ?? 0, seed)
    if (tone && gap.reference < leastGap)
      limits.push({
        stage: 'roomTone',
        what: 'No room tone is added',
        why: 'the reference has no pauses in which its noise could be told from the sound',
      })
    else if (tone) {
      stages.roomTone = tone
      confidence.roomTone = noiseConfidence(gap.reference)
    }
  }
  return { ...stages, limits, confidence, decay: { before: found?.before ?? null, after: found?.after ?? null } }
}

/**
 * Reverberation that a recording lacks beside a reference.
 *
 * @param seed of its noise
 */
export const reverbFor = (target: Analysis, reference: Profile, seed = 1): ReverbDesign =>
  designReverb(target.envelopes, reference.decay, target.profile.sampleRate, seed)

/** Seconds of speech from which falls are told well. */
const plenty = 20

function reverbWhy(found: ReverbDesign, target: Analysis, reference: Profile): string {
  const least = Math.min(target.profile.duration, reference.duration)
  const distance = `distance of the decay ${found.before?.toFixed(1)} to ${found.after?.toFixed(1)} dB`
  return least < plenty ? `${distance}; told from ${least.toFixed(0)} s` : distance
}

const noiseConfidence = (gap: number): { value: number; why: string } => ({
  value: rounded(Math.min(1, Math.max(0, (gap - leastGap + 5) / 25)), 3),
  why: `noise lies ${gap.toFixed(0)} dB under the sound`,
})

interface Noise {
  readonly frequency: number[]
  /** dB of sixths of an octave as they would be heard in the result; with the tails of its reverberation, and without. */
  readonly own: Float64Array
  readonly withTails: Float64Array
  readonly wanted: Float64Array
  /** dB that noise lies under the sound. */
  readonly gap: { readonly own: number; readonly reference: number }
}

/** The noise of both as it would be in the result; undefined where there is no loudness to bring them to. */
function noiseOf(
  { profile, sketch }: Analysis,
  reference: Profile,
  { preset, loudness }: RoomOptions,
  tails: Curve | undefined,
): Noise | undefined {
  if (profile.loudness.integrated === null || reference.loudness.integrated === null) return undefined
  const frequency = reference.spectrum.frequency.filter((hertz) => hertz <= profile.sampleRate / 2)
  const at = (level: readonly number[], of: Profile) =>
    curveAt({ frequency: of.spectrum.frequency, level: [...level] }, frequency)
  const [mid, floor] = [at(profile.spectrum.mid, profile), at(profile.spectrum.noise, profile)]
  const equaliser = preset.eq?.on ? curveAt(preset.eq.mid.curve, frequency) : new Float64Array(frequency.length)
  const equalised = levelOf(frequency, mid, equaliser) - levelOf(frequency, mid)
  const gain = loudness - profile.loudness.integrated - equalised + dynamicsOn(preset, profile)
  // The spectrum is the mean of what is loud, floors are told under the mean of all.
  const share = decibelsOf(sketch.active.reduce((sum, part) => sum + part, 0) / Math.max(1, sketch.active.length))
  const depth = steadyDepth(profile.sampleRate)
  const steady = steadyNoise(frequency, { mid, noise: floor, decay: profile.decay, share, depth })
  const own = steady.map((level, k) => level + (equaliser[k] as number) + gain)
  const shift = loudness - reference.loudness.integrated
  const wanted = steadyNoise(frequency, {
    mid: at(reference.spectrum.mid, reference),
    noise: at(reference.spectrum.noise, reference),
    decay: reference.decay,
    share: usualShare,
    depth,
  }).map((level) => level + shift)
  const under = tails && curveAt(tails, frequency)
  const deep = curveAt(depth, frequency)
  const tailAt = (k: number) =>
    under
      ? (mid[k] as number) + (equaliser[k] as number) + gain + share - (under[k] as number) + (deep[k] as number)
      : Number.NEGATIVE_INFINITY
  return {
    frequency,
    own,
    withTails: own.map((level, k) => Math.max(level, tailAt(k))),
    wanted,
    gap: {
      own: levelOf(frequency, mid) - levelOf(frequency, floor),
      reference:
        levelOf(frequency, at(reference.spectrum.mid, reference)) -
        levelOf(frequency, at(reference.spectrum.noise, reference)),
    },
  }
}

interface Floor {
  readonly mid: Float64Array
  /** Of the quietest tenth. */
  readonly noise: Float64Array
  readonly decay: Profile['decay']
  /** dB of the mean of all over that of what is loud. */
  readonly share: number
  readonly depth: Curve
}

/**
 * The noise that is always there. In frames of a fifth of a second, the quietest tenth of speech has tails of words and of reverberation in it;
 * decay statistics look between them, in octaves: where their floor is lower, it counts.
 */
function steadyNoise(frequency: readonly number[], { mid, noise, decay, share, depth }: Floor): Float64Array {
  if (!decay) return noise
  const correction = decay.frequency.map((centre, band) => {
    const inside = (level: Float64Array) => {
      let sum = 0
      for (const [k, hertz] of frequency.entries())
        if (Math.abs(Math.log2(hertz / centre)) <= 0.5) sum += powerOf(level[k] as number)
      return decibelsOf(sum)
    }
    const under = decay.statistics[band]?.at(-1) ?? 0
    const deep = depth.level[depth.frequency.indexOf(centre)] ?? 0
    return Math.min(0, inside(mid) + share - under + deep - inside(noise))
  })
  const change = curveAt({ frequency: decay.frequency, level: correction }, frequency)
  return noise.map((level, k) => level + (change[k] as number))
}

/** dB that dynamics raise noise over the sound that the loudness is of. */
function dynamicsOn({ dynamics }: RoomOptions['preset'], { loudness, noiseFloor }: Profile): number {
  if (!dynamics?.on || dynamics.use !== 'curves' || noiseFloor === null) return 0
  let raised = 0
  for (const transfer of dynamics.curves)
    raised += gainAt(transfer, noiseFloor) - gainAt(transfer, loudness.integrated as number)
  return raised
}

function gainAt({ level, gain }: Transfer, at: number): number {
  const next = level.findIndex((value) => value >= at)
  if (next === 0) return gain[0] as number
  if (next < 0) return gain[gain.length - 1] ?? 0
  const [low, high] = [level[next - 1] as number, level[next] as number]
  const place = high > low ? (at - low) / (high - low) : 1
  return (gain[next - 1] as number) + place * ((gain[next] as number) - (gain[next - 1] as number))
}

/** dB of what lies between 200 Hz and 8 kHz of a spectrum, after gains if there are any. */
function levelOf(frequency: readonly number[], level: Float64Array, gains?: Float64Array): number {
  let sum = 0
  for (const [k, hertz] of frequency.entries())
    if (hertz >= from && hertz <= to) sum += powerOf((level[k] as number) + (gains?.[k] ?? 0))
  return decibelsOf(sum)
}

/** What is missing of the reference's noise; undefined where it is too little. */
function roomToneFor(noise: Noise, reduced: number, seed: number): RoomDesign['roomTone'] | undefined {
  const { frequency, withTails, wanted } = noise
  const lack =
    levelOf(frequency, wanted) -
    levelOf(
      frequency,
      withTails.map((level) => level - reduced),
    )
  if (lack <= tolerance.roomTone || levelOf(frequency, wanted) < silence) return undefined
  const level = wanted.map((power, k) => {
    const missing = powerOf(power) - powerOf((withTails[k] as number) - reduced)
    return Math.max(power + least, decibelsOf(missing))
  })
  return { on: true, spectrum: curveOf(frequency, level), seed }
}
