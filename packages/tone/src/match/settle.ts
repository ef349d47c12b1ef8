import type { WorkerPool } from '@colophon/media'
import { analyse } from '../analysis/analyse.ts'
import { type Analysis, forgetPower } from '../analysis/analysis.ts'
import { designDynamics, speechDepth } from '../design/dynamics.ts'
import { fitCompressor } from '../design/fit-compressor.ts'
import type { Pcm } from '../pcm/pcm.ts'
import type { Preset } from '../preset/preset.ts'
import type { Profile } from '../profile.ts'
import { controlPass } from '../render/control.ts'
import type { ControlTrack } from '../render/control-track.ts'
import { LoudnessSteps } from '../render/levels.ts'
import { type Rendered, renderPcm } from '../render/render-pcm.ts'
import { type SolvedGain, solveGain } from '../render/solve.ts'

/** What a recording is to become. */
export interface Aim {
  /** LUFS */
  readonly loudness: number
  /** dB; undefined: whatever comes out. */
  readonly crest?: number | undefined
  /** Levels that the dynamics are to spread as, and how much of that. */
  readonly dynamics?: { readonly reference: Profile; readonly strength: number } | undefined
}

export interface SettleOptions {
  readonly folder: string
  readonly workers: WorkerPool
  readonly kind: Profile['kind']
  readonly signal: AbortSignal
  readonly onProgress: (fraction: number, note: string) => void
}

/** A recording that has become what it was to. */
export interface Settled {
  readonly preset: Preset
  readonly control: ControlTrack
  readonly solved: SolvedGain
  readonly sound: Rendered
  readonly analysis: Analysis
  /** Dynamics as they were designed on the recording itself; undefined where they were not. */
  readonly dynamics: ReturnType<typeof designDynamics> | undefined
}

/** LU that the loudness of the result may be off before the gain is corrected. */
const close = 0.03
/** Corrections of the gain, each of which renders again. */
const mostCorrections = 2

/** Dynamics by the levels that the stages before leave. */
function withDynamics(
  control: ControlTrack,
  draft: Preset,
  aim: Aim,
  kind: Profile['kind'],
): { readonly preset: Preset; readonly dynamics: ReturnType<typeof designDynamics> | undefined } {
  if (!aim.dynamics) return { preset: draft, dynamics: undefined }
  using loudness = new LoudnessSteps(control)
  const { reference, strength } = aim.dynamics
  const dynamics = designDynamics(loudness, reference.levels, reference.loudness.range, {
    ...(kind === 'speech' && { depth: speechDepth }),
    strength,
  })
  const { curves } = dynamics
  const { dynamics: _, ...others } = draft
  // The compressor that comes nearest is not used: it is there for hand and other tools.
  const made = curves.length > 0 && {
    dynamics: { on: true, use: 'curves', curves, compressor: fitCompressor(curves, loudness) } as const,
  }
  return { preset: { ...others, ...made }, dynamics }
}

/**
 * Decides on a recording what statistics alone cannot: dynamics over its levels after the equaliser, drive, shaping of peaks; renders it, and
 * measures what came out. Where the loudness is not as predicted, the gain is corrected and it is rendered once more.
 *
 * @param draft a preset whose stages before the gain are final
 */
export async function settle(pcm: Pcm, draft: Preset, aim: Aim, options: SettleOptions): Promise<Settled> {
  const { folder, workers, kind, signal, onProgress } = options
  const common = { folder, workers, signal }
  const control = await controlPass(pcm, draft, {
    ...common,
    onProgress: (done) => onProgress(done * 0.35, 'listening'),
  })
  const { dynamics, preset } = withDynamics(control, draft, aim, kind)

  let wanted = aim.loudness
  for (let correction = 0; ; correction++) {
    const solved = solveGain(control, preset, {
      integrated: wanted,
      ...(aim.crest !== undefined && { crest: aim.crest }),
    })
    const made = { ...solved.preset, loudness: { ...solved.preset.loudness, target: aim.loudness } }
    const sound = await renderPcm(pcm, made, {
      ...common,
      control,
      onProgress: (done) => onProgress(0.35 + done * 0.4, correction === 0 ? 'rendering' : 'correcting'),
    })
    const analysis = await analyse(sound, {
      kind,
      workers,
      signal,
      onProgress: (done) => onProgress(0.75 + done * 0.25, 'measuring'),
    })
    const found = analysis.profile.loudness.integrated
    const off = found === null ? 0 : found - aim.loudness
    if (Math.abs(off) <= close || correction === mostCorrections || !solved.reached)
      return { preset: made, control, solved, sound, analysis, dynamics }
    forgetPower(analysis)
    wanted -= off
  }
}
