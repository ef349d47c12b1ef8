import type { Pcm } from '../pcm/pcm.ts'
import { PcmReader } from '../pcm/pcm-reader.ts'
import { MidSideSplitter } from './mid-side.ts'

/** How loud a recording is over time, in coarse. Step k is of samples round(k * sampleRate / rate) on. */
export interface Activity {
  /** Steps a second. */
  readonly rate: number
  /** Mean square of the mid. */
  readonly power: Float32Array
  /** Mean square of the mid's differences from sample to sample: mostly high frequencies. */
  readonly bright: Float32Array
}

/** Samples that are read at a time. */
const block = 1 << 16

/** Power in each step, over the whole recording. Reads it once. */
export function activityOf(pcm: Pcm, rate: number, signal?: AbortSignal): Activity {
  using reader = new PcmReader(pcm)
  const splitter = new MidSideSplitter(pcm)
  const perStep = pcm.sampleRate / rate
  const steps = Math.ceil(pcm.length / perStep)
  const power = new Float32Array(steps)
  const bright = new Float32Array(steps)
  const stepsAtOnce = Math.max(1, Math.floor(block / perStep))
  let previous = 0
  for (let first = 0; first < steps; first += stepsAtOnce) {
    signal?.throwIfAborted()
    const last = Math.min(steps, first + stepsAtOnce)
    const from = Math.round(first * perStep)
    const { mid } = splitter.split(reader.read(from, Math.min(pcm.length, Math.round(last * perStep))))
    for (let step = first; step < last; step++) {
      const start = Math.round(step * perStep) - from
      const end = Math.min(mid.length, Math.round((step + 1) * perStep) - from)
      let [sum, differences] = [0, 0]
      for (let n = start; n < end; n++) {
        const value = mid[n]!
        sum += value * value
        differences += (value - previous) * (value - previous)
        previous = value
      }
      power[step] = sum / Math.max(1, end - start)
      bright[step] = differences / Math.max(1, end - start)
    }
  }
  return { rate, power, bright }
}
