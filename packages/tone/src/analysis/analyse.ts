import { setImmediate } from 'node:timers/promises'
import { ColophonError } from '@colophon/core'
import type { WorkerPool } from '@colophon/media'
import { HopMeter } from '../pcm/hops.ts'
import type { Pcm } from '../pcm/pcm.ts'
import { PcmReader } from '../pcm/pcm-reader.ts'
import { doSlices } from '../render/slices.ts'
import type { Analysis } from './analysis.ts'
import { type Gate, gateOf } from './gate.ts'
import { gridOf } from './grid.ts'
import { Merge } from './merge.ts'
import { profileOf } from './profile-of.ts'
import { analysing, type Slice, type SliceResult, sliceFrames } from './slice.ts'

/** How a recording is analysed. */
export interface AnalyseOptions {
  /** What it is to be taken for. Default `auto`: what it sounds like. */
  readonly kind?: 'auto' | 'speech' | 'music'
  /** Threads to work on. Default: all on this one. The result is the same, bit for bit. */
  readonly workers?: WorkerPool
  /** What `decodeToPcm` gave beside the samples; without it they are gone over once more. */
  readonly hops?: Float32Array
  readonly signal?: AbortSignal
  /** Called now and then with the part that is done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void
}

/**
 * Goes over a recording and tells how it sounds: loudness, spectra, levels, peaks, width, background, decay, and what it is. It is measured
 * in parts, of which memory holds a few at a time.
 *
 * @throws ColophonError TONE_NOT_FINITE, unless `hops` are given; RangeError for sample rates of 3400 Hz and below, for which loudness is
 * not defined; the signal's reason
 */
export async function analyse(pcm: Pcm, options: AnalyseOptions = {}): Promise<Analysis> {
  const { signal, workers, onProgress } = options
  signal?.throwIfAborted()
  const hops = options.hops ?? (await hopsOf(pcm, signal))
  const gate = gateOf(hops, gridOf(pcm.sampleRate, pcm.length))
  const slices = slicesOf(pcm, gate)
  const merge = new Merge(pcm, gate)
  const waiting = new Map<number, SliceResult>()
  let next = 0
  // Sums of floating-point numbers depend on their order, so it is always that of the recording.
  const take = (result: SliceResult, index: number) => {
    waiting.set(index, result)
    for (let part = waiting.get(next); part; part = waiting.get(next)) {
      merge.add(part)
      waiting.delete(next++)
    }
  }
  // A single part takes less time than a thread to begin.
  const threads = slices.length > 1 ? workers : undefined
  await doSlices(slices, analysing, take, { workers: threads, signal, onProgress })
  const { sketch, spectrum, power, envelopes, harmonicity } = merge
  const profile = profileOf(pcm, merge, gate, options.kind ?? 'auto')
  return { profile, sketch, spectrum, power, envelopes, harmonicity }
}

function slicesOf(pcm: Pcm, { counts, mean }: Gate): Slice[] {
  const each = sliceFrames(pcm)
  return Array.from({ length: Math.ceil(counts.length / each) }, (_, index) => {
    const from = index * each
    const to = Math.min(counts.length, from + each)
    return { pcm, frames: [from, to], counts: counts.slice(from, to), mean }
  })
}

/** Seconds that are read at a time. */
const stretch = 1

async function hopsOf(pcm: Pcm, signal: AbortSignal | undefined): Promise<Float32Array> {
  const meter = new HopMeter(pcm)
  using reader = new PcmReader(pcm)
  const step = Math.ceil(stretch * pcm.sampleRate)
  for (let from = 0; from < pcm.length; from += step) {
    await setImmediate()
    signal?.throwIfAborted()
    const wrong = meter.push(reader.read(from, Math.min(pcm.length, from + step)))
    if (wrong >= 0)
      throw new ColophonError('TONE_NOT_FINITE', { name: 'The recording', time: (from + wrong) / pcm.sampleRate })
  }
  return meter.values()
}
