import { closeSync, mkdirSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { BlockMeter } from '../measure/block-meter.ts'
import type { Pcm } from '../pcm/pcm.ts'
import { PcmReader } from '../pcm/pcm-reader.ts'
import type { Preset } from '../preset/preset.ts'
import { type ControlTrack, controlValues } from './control-track.ts'
import { controlBlock, slicesIn } from './grid.ts'
import { checksumOf, identityOf, Journal, keyOf } from './journal.ts'
import { doSlices, type SliceOptions } from './slices.ts'
import { stagesFor } from './stages.ts'
import { writeInto } from './write-into.ts'

export interface ControlOptions extends SliceOptions {
  /** Where the track is written, and found again after an interruption. */
  readonly folder: string
}

/** Changes when a control track of the same recording and preset would. */
const version = 1

/**
 * Goes over a recording as the stages before the gain leave it, and writes down, for each block of about 1.45 ms, its true peak, its
 * loudness and its power: all that the gain is decided on.
 *
 * @throws the signal's reason; what reading and writing files throws
 */
export async function controlPass(pcm: Pcm, preset: Preset, options: ControlOptions): Promise<ControlTrack> {
  const { folder } = options
  mkdirSync(folder, { recursive: true })
  const path = join(folder, 'control')
  const { denoise, eq, width, reverb } = preset
  const block = controlBlock(pcm.sampleRate)
  const blocks = Math.ceil(pcm.length / block)
  const { slice } = stagesFor(preset, pcm)
  const journal = new Journal(path, keyOf('control', version, identityOf(pcm), denoise, eq, width, reverb))
  const perSlice = slice / block
  const bytes = 4 * controlValues
  const jobs: ControlJob[] = []
  for (let index = 0; index < slicesIn(pcm.length, slice); index++) {
    const count = Math.min(perSlice, blocks - index * perSlice)
    const place = { at: index * perSlice * bytes, bytes: count * bytes }
    const known = journal.entry(index)
    if (known && known.sum === checksumOf(path, place)) continue
    jobs.push({ pcm, preset, path, block, first: index * perSlice, count, index })
  }
  closeSync(openSync(path, 'a'))
  const work = { module: import.meta.url, name: 'controlSlice', run: controlSlice }
  await doSlices(jobs, work, (sum, job) => journal.add(jobs[job]!.index, { sum, recipe: '', found: '' }), options)
  const { sampleRate, layout, channels, length } = pcm
  return { path, block, blocks, sampleRate, layout, channels, length }
}

interface ControlJob {
  readonly pcm: Pcm
  readonly preset: Preset
  readonly path: string
  readonly block: number
  readonly first: number
  readonly count: number
  readonly index: number
}

/** Measures one slice and writes it into its place. @returns its checksum */
export function controlSlice({ pcm, preset, path, block, first, count }: ControlJob): number {
  const stages = stagesFor(preset, pcm)
  const meter = meterFor(pcm, block)
  const before = Math.min(first * block, meter.warmUp)
  const from = first * block - before
  const to = (first + count) * block
  using reader = new PcmReader(pcm)
  const samples = stages.process(reader, from, to + meter.reach)
  const measured = new Float32Array(count * BlockMeter.values)
  meter.measure(samples, before, count, measured)
  const out = new Float32Array(count * controlValues)
  for (let k = 0; k < count; k++) {
    out[4 * k] = measured[3 * k]!
    out[4 * k + 1] = measured[3 * k + 1]!
    out[4 * k + 2] = measured[3 * k + 2]!
    out[4 * k + 3] = samplePeak(samples, before + k * block, Math.min(before + (k + 1) * block, pcm.length - from))
  }
  return writeInto(path, out, first * controlValues * 4)
}

let last: { readonly key: string; readonly meter: BlockMeter } | undefined

/** A thread that is given slice after slice makes its meter once. */
function meterFor({ sampleRate, layout, channels }: Pcm, block: number): BlockMeter {
  const key = JSON.stringify([sampleRate, layout, channels, block])
  if (last?.key !== key) last = { key, meter: new BlockMeter(sampleRate, layout, channels, block) }
  return last.meter
}

function samplePeak(channels: readonly Float32Array[], from: number, to: number): number {
  let peak = 0
  for (const samples of channels)
    for (let i = from; i < to; i++) {
      const size = Math.abs(samples[i]!)
      if (size > peak) peak = size
    }
  return peak
}
