import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type BlobRef, ColophonError, type OpContext, type TempFile } from '@colophon/core'
import { openMedia, type WorkerPool } from '@colophon/media'
import { extensionFor } from '../match/extension.ts'
import { type LoudnessAndPeaks, LoudnessMeter } from '../measure/loudness-meter.ts'
import { loudnessOfPcm } from '../measure/loudness-of-pcm.ts'
import { decodeToPcm } from '../pcm/decode-to-pcm.ts'
import type { Pcm } from '../pcm/pcm.ts'
import type { Preset } from '../preset/preset.ts'
import { controlPass } from '../render/control.ts'
import type { ControlTrack } from '../render/control-track.ts'
import { renderPcm } from '../render/render-pcm.ts'
import { startThreads } from '../render/slices.ts'
import { solveGain } from '../render/solve.ts'
import { writeSound } from '../render/write-sound.ts'
import { limitingOf } from './limiting.ts'
import { isThere, type NormalizePlan, planOf, presetOf } from './plan.ts'
import { remarksOf } from './remarks.ts'
import type { NormalizeMeasured, NormalizeParams, NormalizeReport } from './report.ts'
import { type LoudnessTarget, loudnessTargets } from './targets.ts'

/** What a normalisation gives. */
export interface Normalized {
  readonly media: TempFile | BlobRef
  readonly report: NormalizeReport
}

type Context = Pick<OpContext, 'signal' | 'progress' | 'tempFile' | 'workFolder'>

/** Seconds below which there is no loudness: the length of its gating block. */
const leastSeconds = 0.4

/** Seconds below which a recording is gone over on this thread. */
const shortSeconds = 20

/** Parts of the work, as they are told: where each begins, 0 to 1. */
const parts = { decode: 0, measure: 0.2, render: 0.3, write: 0.65, check: 0.85 }

/** How far off, in LU and dB, the file that was written may be before it is made once more, and how often that is done. */
const [closeLoudness, closePeak] = [0.05, 0.005]
const mostRounds = 3

/**
 * Brings a recording to a loudness, from file to file. What was written is decoded and measured: where coding with loss moved the peaks above
 * the ceiling or the loudness off its target, it is made again with as much less.
 *
 * @throws ColophonError TONE_SILENT, TONE_TOO_SHORT, TONE_NOT_FINITE, MEDIA_*; the signal's reason
 */
export async function normalizeMedia(
  recording: BlobRef,
  params: NormalizeParams,
  context: Context,
): Promise<Normalized> {
  const target = targetOf(params)
  const folder = await context.workFolder()
  mkdirSync(folder, { recursive: true })
  await using workers = startThreads()
  return await new Normalizing({ recording, params, context, target, folder, workers }).run()
}

interface Setting {
  readonly recording: BlobRef
  readonly params: NormalizeParams
  readonly context: Context
  readonly target: LoudnessTarget & { readonly name: NormalizeReport['target']['name'] }
  readonly folder: string
  readonly workers: WorkerPool
}

function targetOf({ target, loudness, ceiling }: NormalizeParams): Setting['target'] {
  const named = loudnessTargets[target]
  if (loudness === undefined && ceiling === undefined) return { name: target, ...named }
  const source = loudness === undefined ? `${named.source}, with a ceiling of its own` : 'asked for'
  return { name: 'custom', loudness: loudness ?? named.loudness, ceiling: ceiling ?? named.ceiling, source }
}

/** A loudness that is there. */
type Measured = LoudnessAndPeaks & NormalizeMeasured

class Normalizing {
  readonly #setting: Setting
  readonly #name: string
  #control: ControlTrack | undefined

  constructor(setting: Setting) {
    this.#setting = setting
    this.#name = setting.recording.name ?? 'The recording'
  }

  async run(): Promise<Normalized> {
    const { recording, params, context, target } = this.#setting
    const { pcm, measured: before } = await this.#read()
    const extension = extensionFor(recording.facts, params.format)
    const common = { pcm, before }
    if (isThere(before, target, params.limit) && extension === extensionFor(recording.facts, undefined)) {
      const plan = { gain: 0, limits: false }
      return { media: recording, report: this.#report({ ...common, after: before, plan, left: [], untouched: true }) }
    }
    const media = await context.tempFile(extension)
    const made = await this.#make(pcm, before, media.path)
    return { media, report: this.#report({ ...common, ...made, untouched: false }) }
  }

  /** Renders and writes until the file is as it should be. */
  async #make(pcm: Pcm, before: Measured, path: string): Promise<Made> {
    const { target, params } = this.#setting
    const aim = { ...target }
    for (let round = 0; ; round++) {
      const plan = planOf(before, aim, params.limit)
      const preset = await this.#preset(pcm, plan, aim)
      const { stream, left } = await this.#render(pcm, preset, path)
      const after = await this.#measure(path, stream)
      const over = after.truePeak - target.ceiling
      const off = after.integrated - target.loudness
      const drive = preset.loudness.drive
      const made = { plan: { ...plan, gain: drive }, preset, after, left }
      // Where the limiter is left out, loudness follows from the peaks.
      const asLoud = Math.abs(off) <= closeLoudness || (params.limit === 'never' && off < 0)
      if ((over <= closePeak && asLoud) || round === mostRounds) return made
      if (over > closePeak) aim.ceiling -= over + closePeak
      if (!asLoud) aim.loudness -= off
    }
  }

  async #preset(pcm: Pcm, plan: NormalizePlan, aim: LoudnessTarget): Promise<Preset> {
    const preset = presetOf(plan, aim, aim.ceiling)
    if (!plan.limits) return preset
    this.#control ??= await controlPass(pcm, preset, { ...this.#common(parts.render, 0.4, 'listening') })
    return solveGain(this.#control, preset, { integrated: aim.loudness }).preset
  }

  /** Renders and writes. Answers which stream of the file the sound is, if it is not the main one, and what was left out. */
  async #render(pcm: Pcm, preset: Preset, path: string): Promise<WrittenFile> {
    const { recording, params } = this.#setting
    const common = this.#common(0.4, parts.write, 'rendering')
    const sound = await renderPcm(pcm, preset, { ...common, control: this.#control })
    const { left } = await writeSound(sound, {
      source: recording,
      target: path,
      ...(params.track !== undefined && { track: params.track }),
      ...this.#common(parts.write, parts.check, 'writing'),
    })
    const { track } = params
    const stream = track === undefined ? undefined : track - left.filter(({ index }) => index < track).length
    return { stream, left: left.map(({ index, kind, codec, why }) => ({ index, kind, codec, why })) }
  }

  async #read(): Promise<{ pcm: Pcm; measured: Measured }> {
    const { recording, params, folder } = this.#setting
    const name = this.#name
    const { pcm } = await decodeToPcm(recording, join(folder, 'recording.pcm'), {
      name,
      ...(params.track !== undefined && { stream: params.track }),
      ...this.#common(parts.decode, parts.measure, 'reading'),
    })
    const seconds = pcm.length / pcm.sampleRate
    if (seconds < leastSeconds) throw new ColophonError('TONE_TOO_SHORT', { name, seconds, least: leastSeconds })
    return {
      pcm,
      measured: this.#heard(await loudnessOfPcm(pcm, this.#common(parts.measure, parts.render, 'measuring'))),
    }
  }

  /** Decodes and measures what was written. It is not kept. */
  async #measure(path: string, stream: number | undefined): Promise<Measured> {
    const { signal, onProgress } = this.#common(parts.check, 1, 'checking')
    const media = await openMedia(path, { signal })
    let meter: LoudnessMeter | undefined
    const options = { precision: 'float32', signal, onProgress, ...(stream !== undefined && { stream }) } as const
    for await (const { sampleRate, layout, channels } of media.samples(options)) {
      meter ??= new LoudnessMeter(sampleRate, layout, channels.length)
      meter.push(channels as Float32Array[])
    }
    return this.#heard(meter?.finish())
  }

  /** @throws ColophonError TONE_SILENT */
  #heard(found: LoudnessAndPeaks | undefined): Measured {
    const { integrated = null, truePeak = null, samplePeak = null } = found ?? {}
    if (!found || integrated === null || truePeak === null || samplePeak === null)
      throw new ColophonError('TONE_SILENT', { name: this.#name })
    return { ...found, integrated, truePeak, samplePeak }
  }

  #common(from: number, to: number, note: string) {
    const { folder, workers, context, recording } = this.#setting
    const { signal, progress } = context
    // Threads take longer to start than a short recording takes to be gone over.
    const short = Number(recording.facts.duration ?? Number.POSITIVE_INFINITY) < shortSeconds
    const onProgress = (done: number) => progress(from + (to - from) * done, note)
    return { folder, signal, onProgress, ...(!short && { workers }) }
  }

  #report({ pcm, before, after, plan, preset, left, untouched }: Outcome): NormalizeReport {
    const { name, loudness, ceiling, source } = this.#setting.target
    const { sampleRate, layout, channels, length } = pcm
    const report = {
      target: { name, loudness, ceiling, source },
      recording: { duration: length / sampleRate, sampleRate, layout, channels },
      before: shown(before),
      after: shown(after),
      gain: rounded(plan.gain),
      limiting: preset && this.#control && plan.limits ? limitingOf(this.#control, preset) : null,
      shortfall: rounded(Math.max(0, loudness - after.integrated)),
      untouched,
      left,
    }
    return { ...report, remarks: remarksOf(report) }
  }
}

interface WrittenFile {
  readonly stream: number | undefined
  readonly left: NormalizeReport['left']
}

interface Made {
  readonly left: NormalizeReport['left']
  readonly plan: NormalizePlan
  readonly preset: Preset
  readonly after: Measured
}

interface Outcome extends Omit<Made, 'preset'> {
  readonly pcm: Pcm
  readonly before: Measured
  readonly preset?: Preset
  readonly untouched: boolean
}

/** Thousandths of a decibel are as fine as anyone can use. */
const rounded = (value: number): number => Math.round(value * 1000) / 1000 + 0

const shown = (measured: Measured): NormalizeMeasured => ({
  integrated: rounded(measured.integrated),
  range: rounded(measured.range),
  maxMomentary: measured.maxMomentary === null ? null : rounded(measured.maxMomentary),
  maxShortTerm: measured.maxShortTerm === null ? null : rounded(measured.maxShortTerm),
  truePeak: rounded(measured.truePeak),
  samplePeak: rounded(measured.samplePeak),
})
