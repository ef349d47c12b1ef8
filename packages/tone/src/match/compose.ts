import { mergeProfiles } from '../design/merge-profiles.ts'
import { designStyle } from '../design/style.ts'
import type { StyleStage } from '../design/style-words.ts'
import { designPaired, type PairedDesign, type PairedStage } from '../paired/design-paired.ts'
import type { Preset } from '../preset/preset.ts'
import { type StrengthStage, type Strengths, strengthStages, withStrengths } from '../preset/strength.ts'
import type { Profile } from '../profile.ts'
import type { MatchReport } from '../report/report.ts'
import { designRoom, type RoomStage, reverbFor } from '../room/design-room.ts'
import { reverbColour } from '../room/reverb-response.ts'
import type { MatchParams } from './params.ts'
import type { Recording } from './recording.ts'
import type { Aim } from './settle.ts'

/** A preset that lacks only its gain, and what is known of it. */
export interface Composition {
  readonly draft: Preset
  readonly aim: Aim
  /** What the result should be: of several references their mean. */
  readonly wanted: Profile
  readonly limits: MatchReport['limits']
  readonly confidence: MatchReport['confidence']
  readonly paired: PairedDesign | undefined
}

type Settings = Omit<MatchParams, 'language' | 'players' | 'format' | 'track'>

/** dBTP between the ceiling that is promised and that which the limiter aims at. */
const margin = 0.05

/**
 * Designs a preset that makes a target sound like its references.
 *
 * @param seed of noise that stages are made of
 * @throws ColophonError TONE_NOT_PAIRED
 */
export function compose(
  target: Recording,
  references: readonly Recording[],
  weights: readonly number[],
  settings: Settings,
  signal: AbortSignal,
): Composition {
  const { mode, kind: said, ceiling } = settings
  const profiles = references.map(({ analysis }) => analysis.profile)
  const wanted = mergeProfiles(profiles, weights)
  const kind = said === 'auto' ? target.analysis.profile.kind : said
  const strengthOf = (stage: StrengthStage): number =>
    settings.without.includes(stage) ? 0 : settings.amount * (settings.strength[stage] ?? 1)
  const own = target.analysis.profile.loudness.integrated!
  const loudness = settings.without.includes('loudness') ? own : (settings.loudness ?? wanted.loudness.integrated!)
  const bare: Preset = {
    colophon: 'tone-preset',
    version: 1,
    mode,
    kind,
    loudness: { on: true, drive: 0, target: loudness },
    limiter: { on: true, ceiling, internal: ceiling - margin, lookAhead: 0.0015, release: 0.06 },
  }
  if (mode === 'paired')
    return composePaired(target, references, bare, { settings, strengthOf, loudness, wanted, signal })

  const limited = Object.fromEntries(strengthStages.map((stage) => [stage, Math.min(1, strengthOf(stage))])) as Record<
    StrengthStage,
    number
  >
  const beyond = Object.fromEntries(strengthStages.map((stage) => [stage, Math.max(1, strengthOf(stage))])) as Strengths
  const without = (['eq', 'width', 'dynamics'] as const).filter((stage) => limited[stage] === 0)
  // Of music the decay says nothing of a room, unless it is said to be speech.
  const areSpeech = kind === 'speech' && (said === 'speech' || wanted.kind === 'speech')
  const reverberation = areSpeech && strengthOf('reverb') > 0 ? reverbFor(target.analysis, wanted) : undefined
  const reverberant =
    reverberation?.stage && withStrengths({ ...bare, reverb: reverberation.stage }, { reverb: strengthOf('reverb') })
  const style = designStyle(
    target.analysis,
    profiles.map((profile, at) => ({ profile, weight: weights[at]! })),
    {
      kind,
      without,
      strength: { eq: limited.eq, width: limited.width, dynamics: limited.dynamics },
      ...(settings.eqCap !== undefined && { eqCap: settings.eqCap }),
      ...(settings.eqFrom > 20 && { eqFrom: settings.eqFrom }),
      ...(settings.eqTo < 20_000 && { eqTo: settings.eqTo }),
      phase: settings.phase,
      use: settings.use,
      ...(reverberant?.reverb && { added: reverbColour(reverberant.reverb) }),
    },
  )
  const { eq, width, dynamics } = style
  const styled: Preset = { ...bare, ...(eq && { eq }), ...(width && { width }), ...(dynamics && { dynamics }) }
  const roomStages: readonly RoomStage[] = ['denoise', 'reverb', 'roomTone']
  const room =
    kind === 'speech'
      ? designRoom(target.analysis, wanted, {
          preset: styled,
          loudness,
          ...(said !== 'auto' && { kind: said }),
          without: roomStages.filter((stage) => strengthOf(stage) === 0),
          reverberation,
        })
      : undefined
  const { denoise, reverb, roomTone } = room ?? {}
  const placed: Preset = {
    ...styled,
    ...(denoise && { denoise }),
    ...(reverb && { reverb }),
    ...(roomTone && { roomTone }),
  }
  const whole = withStrengths(placed, {
    ...beyond,
    denoise: strengthOf('denoise'),
    reverb: strengthOf('reverb'),
    roomTone: strengthOf('roomTone'),
  })
  const crest = target.analysis.profile.crest
  return {
    draft: whole,
    wanted,
    aim: {
      loudness,
      ...(limited.dynamics > 0 && {
        crest: crest + limited.dynamics * (wanted.crest - crest),
        dynamics: { reference: wanted, strength: limited.dynamics },
      }),
    },
    limits: [...style.limits, ...(room?.limits ?? [])],
    confidence: confidences({ ...style.confidence, ...room?.confidence }),
    paired: undefined,
  }
}

interface Pairing {
  readonly settings: Settings
  readonly strengthOf: (stage: StrengthStage) => number
  readonly loudness: number
  readonly wanted: Profile
  readonly signal: AbortSignal
}

function composePaired(
  target: Recording,
  references: readonly Recording[],
  bare: Preset,
  { settings, strengthOf, loudness, wanted, signal }: Pairing,
): Composition {
  const reference = references[0]!
  const stages: readonly PairedStage[] = ['eq', 'width', 'dynamics', 'reverb']
  const paired = designPaired(target.pcm, reference.pcm, {
    names: { target: target.name, reference: reference.name },
    without: stages.filter((stage) => strengthOf(stage) === 0),
    ...(settings.eqCap !== undefined && { eqCap: settings.eqCap }),
    signal,
  })
  const strengths = Object.fromEntries(stages.map((stage) => [stage, strengthOf(stage)])) as Strengths
  const draft = withStrengths({ ...bare, ...paired.stages }, strengths)
  if (draft.eq) draft.eq = { ...draft.eq, phase: settings.phase, use: settings.use }
  return {
    draft,
    wanted,
    aim: { loudness },
    limits: [...paired.limits],
    confidence: confidences(paired.confidence),
    paired,
  }
}

const confidences = (
  found: {
    readonly [S in StyleStage | PairedStage | RoomStage]?: { value: number; why: string } | undefined
  },
): MatchReport['confidence'] =>
  Object.entries(found).flatMap(([stage, confidence]) =>
    confidence ? [{ stage: stage as MatchReport['confidence'][number]['stage'], ...confidence }] : [],
  )
