import type { Preset } from '../preset/preset.ts'
import { Denoiser } from '../room/denoiser.ts'
import { linearFilterOf, type SoundFormat } from './chain.ts'
import { sliceLength } from './grid.ts'
import type { LinearFilter, SampleReader } from './linear-filter.ts'

/**
 * The stages before the gain: noise reduction, equaliser, width, reverberation. Any stretch comes out as if the whole had been processed,
 * bit for bit: stages look as far around it as they reach, and compute on a grid that begins with the recording.
 */
export class ChainStages {
  /** Whether nothing is changed. */
  readonly isIdentity: boolean
  /** Samples of a slice that is worth a job of its own; see {@link sliceLength}. */
  readonly slice: number
  readonly #denoiser: Denoiser | undefined
  readonly #filter: LinearFilter | undefined

  constructor(preset: Preset, format: SoundFormat) {
    const { denoise } = preset
    if (denoise?.on && denoise.most > 0 && denoise.floor.frequency.length > 0)
      this.#denoiser = new Denoiser(denoise, format.sampleRate, format.channels)
    this.#filter = linearFilterOf(preset, format)
    this.isIdentity = this.#filter === undefined && this.#denoiser === undefined
    this.slice = sliceLength(this.#filter, format.sampleRate)
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
    // Blocks of the filter overlap: noise is taken out of all that they read at once.
    const { from: first, to: end } = this.#filter.reach(from, to)
    const clean = this.#denoised(this.#denoiser, reader, first, end)
    const within = { read: (a: number, b: number) => clean.map((samples) => samples.subarray(a - first, b - first)) }
    return this.#filter.run(within, from, to)
  }

  #denoised(denoiser: Denoiser, reader: SampleReader, from: number, to: number): Float32Array[] {
    return denoiser.process(reader.read(from - denoiser.reach, to + denoiser.reach), from)
  }
}

let last: { readonly key: string; readonly stages: ChainStages } | undefined

/** The stages of a preset. A thread that is given slice after slice makes them once. */
export function stagesFor(preset: Preset, { sampleRate, layout, channels }: SoundFormat): ChainStages {
  const { denoise, eq, width, reverb } = preset
  const key = JSON.stringify([denoise, eq, width, reverb, sampleRate, layout, channels])
  if (last?.key !== key) last = { key, stages: new ChainStages(preset, { sampleRate, layout, channels }) }
  return last.stages
}
