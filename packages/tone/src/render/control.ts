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
import { planStages, type StagesPlan, stagesOf } from './stages.ts'
import { PlaceWriter } from './write-into.ts'

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
  const plan = planStages(preset, pcm)
  const { slice } = stagesOf(plan)
  const journal = new Journal(path, keyOf('control', version, identityOf(pcm), denoise, eq, width, reverb))
  const perSlice = slice / block
  const bytes = 4 * controlValues
  const jobs: ControlJob[] = []
  for (let index = 0; index < slicesIn(pcm.length, slice); index++) {
    const count = Math.min(perSlice, blocks - index * perSlice)
    const place = { at: index * perSlice * bytes, bytes: count * bytes }
    const known = journal.entry(index)
    if (known && known.sum === checksumOf(path, place)) continue
    jobs.push({ pcm, plan, path, block, first: index * perSlice, count, index })
  }
  closeSync(openSync(path, 'a'))
  const work = { module: import.meta.url, name: 'controlSlice', run: controlSlice }
  await doSlices(jobs, work, (sum, job) => journal.add(jobs[job]!.index, { sum, recipe: '', found: '' }), options)
  const { sampleRate, layout, channels, length } = pcm
  return { path, block, blocks, sampleRate, layout, channels, length }
}

interface ControlJob {
  readonly pcm: Pcm
  readonly plan: StagesPlan
  readonly path: string
  readonly block: number
  readonly first: number
  readonly count: number
  readonly index: number
}

/** Measures one slice and writes it into its place. @returns its checksum */
export function controlSlice({ pcm, plan, path, block, first, count }: ControlJob): number {
  const stages = stagesOf(plan)
  const meter = meterFor(pcm, block)
  const end = first + count
  const step = stages.chunk * Math.max(1, Math.round((measuredSeconds * pcm.sampleRate) / stages.chunk))
  const length = meter.warmUp + step + 2 * block + 2 * meter.reach
  const { planes, measured, out } = roomFor(pcm.channels, length, length / block)
  using reader = new PcmReader(pcm)
  using file = new PlaceWriter(path)
  // The arrays begin half a second before the next block to be measured, so that the meter's filters have settled.
  let origin = first * block - meter.warmUp
  let filled = 0
  let sum = 0
  for (let next = first, until = first * block; next < end; ) {
    until = Math.min(until + step, end * block + meter.reach)
    for (let at = origin + filled; at < until; at = origin + filled) {
      // Not beyond the stages' own blocks, so that none is computed twice.
      const stop = Math.min(until, (Math.floor(at / stages.chunk) + 1) * stages.chunk)
      for (const [channel, samples] of stages.process(reader, at, stop).entries()) planes[channel]!.set(samples, filled)
      filled += stop - at
    }
    const blocks = Math.min(end, Math.floor((until - meter.reach) / block)) - next
    const filledPlanes = planes.map((plane) => plane.subarray(0, filled))
    meter.measure(filledPlanes, meter.warmUp, blocks, measured)
    for (let k = 0; k < blocks; k++) {
      out[4 * k] = measured[3 * k]!
      out[4 * k + 1] = measured[3 * k + 1]!
      out[4 * k + 2] = measured[3 * k + 2]!
      const start = meter.warmUp + k * block
      out[4 * k + 3] = samplePeak(filledPlanes, start, Math.min(start + block, pcm.length - origin))
    }
    sum = file.write(out.subarray(0, 4 * blocks), next * controlValues * 4, sum)
    next += blocks
    for (const plane of planes) plane.copyWithin(0, blocks * block, filled)
    origin += blocks * block
    filled -= blocks * block
  }
  return sum
}

/** Seconds that are measured at a time, about: long beside the half second that the meter looks back. */
const measuredSeconds = 2

let room: { readonly planes: Float32Array[]; readonly measured: Float32Array; readonly out: Float32Array } | undefined

/** Memory of a thread for its slices. */
function roomFor(channels: number, length: number, blocks: number): NonNullable<typeof room> {
  if (room?.planes.length !== channels || room.planes[0]!.length !== length)
    room = {
      planes: Array.from({ length: channels }, () => new Float32Array(length)),
      measured: new Float32Array(Math.ceil(blocks) * BlockMeter.values),
      out: new Float32Array(Math.ceil(blocks) * controlValues),
    }
  return room
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
