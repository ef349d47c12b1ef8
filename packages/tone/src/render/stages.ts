import type { Preset } from '../preset/preset.ts'
import { Denoiser } from '../room/denoiser.ts'
import { responsesOf, type SoundFormat } from './chain.ts'
import { sliceLength } from './grid.ts'
import { LinearFilter, type Responses, type SampleReader } from './linear-filter.ts'

/**
 * The stages before the gain: noise reduction, equaliser, width, reverberation. Any stretch comes out as if the whole had been processed,
 * bit for bit: stages look as far around it as they reach, and compute on a grid that begins with the recording.
 */
export class ChainStages {
  /** Whether nothing is changed. */
  readonly isIdentity: boolean
  /** Samples that are best asked for at a time: a part of a slice. */
  readonly chunk: number
  /** Samples of a slice that is worth a job of its own; see {@link sliceLength}. */
  readonly slice: number
  readonly #denoiser: Denoiser | undefined
  readonly #filter: LinearFilter | undefined

  /** @param plan what `planStages` made of the preset */
  constructor({ responses, denoise, format }: StagesPlan) {
    if (denoise) this.#denoiser = new Denoiser(denoise, format.sampleRate, format.channels)
    if (responses) this.#filter = new LinearFilter(responses, format.channels)
    this.isIdentity = this.#filter === undefined && this.#denoiser === undefined
    // Blocks of the filter overlap in what they read: noise is taken out of some of them at once.
    this.chunk = (this.#filter?.hop ?? 32_768) * (this.#denoiser ? 4 : 1)
    this.slice = sliceLength(this.chunk, format.sampleRate)
  }

  /**
   * Samples `from` up to, not including, `to` of each channel, as the stages leave them; before and after the recording they are those of
   * silence around it. The arrays hold until the next call.
   *
   * @param reader gives zeros outside of the recording
   */
  process(reader: SampleReader, from: number, to: number): Float32Array[] {
    if (!this.#denoiser) return this.#filter ? this.#filter.run(reader, from, to) : reader.read(from, to)
    if (!this.#filter) return this.#denoised(this.#denoiser, reader, from, to)
    const { from: first, to: end } = this.#filter.reach(from, to, reader)
    const clean = this.#denoised(this.#denoiser, reader, first, end)
    const within = { read: (a: number, b: number) => clean.map((samples) => samples.subarray(a - first, b - first)) }
    return this.#filter.run(within, from, to, reader)
  }

  #denoised(denoiser: Denoiser, reader: SampleReader, from: number, to: number): Float32Array[] {
    return denoiser.process(reader.read(from - denoiser.reach, to + denoiser.reach), from)
  }
}

/** What stages are made from: computed once for a preset, and handed to all threads. */
export interface StagesPlan {
  readonly key: string
  readonly format: SoundFormat
  readonly denoise: Preset['denoise'] | undefined
  readonly responses: Responses | undefined
}

let lastPlan: StagesPlan | undefined

/** What the stages of a preset are made from. That of the last preset is kept. */
export function planStages(preset: Preset, { sampleRate, layout, channels }: SoundFormat): StagesPlan {
  const { denoise, eq, width, reverb } = preset
  const format = { sampleRate, layout, channels }
  const key = JSON.stringify([denoise, eq, width, reverb, format])
  if (lastPlan?.key === key) return lastPlan
  const cleans = denoise?.on && denoise.most > 0 && denoise.floor.frequency.length > 0
  lastPlan = { key, format, denoise: cleans ? denoise : undefined, responses: responsesOf(preset, format) }
  return lastPlan
}

let last: { readonly key: string; readonly stages: ChainStages } | undefined

/** The stages of a plan. A thread that is given slice after slice makes them once. */
export function stagesOf(plan: StagesPlan): ChainStages {
  if (last?.key !== plan.key) last = { key: plan.key, stages: new ChainStages(plan) }
  return last.stages
}
