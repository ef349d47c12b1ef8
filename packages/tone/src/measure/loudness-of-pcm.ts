import { moved } from '@colophon/media'
import type { Pcm } from '../pcm/pcm.ts'
import { PcmReader } from '../pcm/pcm-reader.ts'
import { doSlices, type SliceOptions } from '../render/slices.ts'
import { channelWeights } from './channel-weights.ts'
import { firstHopFrom, hopStart, KPower } from './k-power.ts'
import { loudnessOf } from './loudness.ts'
import { highestSample, type LoudnessAndPeaks, peakLevel } from './loudness-meter.ts'
import { TruePeakMeter } from './true-peak-meter.ts'

/** Samples of all channels together in a slice. */
const sliceSamples = 2 ** 20

/**
 * Measures a recording as EBU R 128 wants it: loudness, its range and maxima, and the true peak. It is measured in slices of a fixed
 * grid, so the numbers are the same for any number of threads.
 *
 * @throws RangeError for sample rates of 3400 Hz and below; the signal's reason
 */
export async function loudnessOfPcm(pcm: Pcm, options: SliceOptions = {}): Promise<LoudnessAndPeaks> {
  const each = Math.ceil(sliceSamples / pcm.channels)
  const jobs: LoudnessJob[] = []
  for (let from = 0; from < pcm.length; from += each) jobs.push({ pcm, from, to: Math.min(pcm.length, from + each) })
  const parts: LoudnessPart[] = []
  const work = { module: import.meta.url, name: 'measureThere', run: measureSlice }
  const keep = (part: LoudnessPart, index: number) => {
    parts[index] = part
  }
  await doSlices<LoudnessJob, LoudnessPart>(jobs, work, keep, options)
  const hops = parts.reduce((sum, { power }) => sum + power.length, 0)
  const power = new Float32Array(hops)
  let at = 0
  for (const part of parts) {
    power.set(part.power, at)
    at += part.power.length
  }
  const highest = (of: (part: LoudnessPart) => number) =>
    peakLevel(parts.reduce((most, part) => Math.max(most, of(part)), 0))
  return {
    ...loudnessOf(power),
    truePeak: highest((part) => part.truePeak),
    samplePeak: highest((part) => part.samplePeak),
  }
}

interface LoudnessJob {
  readonly pcm: Pcm
  readonly from: number
  readonly to: number
}

interface LoudnessPart {
  /** Of each 10 ms that begins in the slice. */
  readonly power: Float32Array
  /** Linear. */
  readonly truePeak: number
  readonly samplePeak: number
}

/** Measures one slice on a thread. */
export function measureThere(job: LoudnessJob): unknown {
  const part = measureSlice(job)
  return moved(part, [part.power.buffer as ArrayBuffer])
}

function measureSlice({ pcm, from, to }: LoudnessJob): LoudnessPart {
  const { sampleRate, layout, channels, length } = pcm
  const first = firstHopFrom(from, sampleRate)
  let end = firstHopFrom(to, sampleRate)
  // The last hop of a recording counts only if it is whole.
  while (end > first && hopStart(end, sampleRate) > length) end--
  const begin = Math.min(KPower.startFor(first, sampleRate), from - TruePeakMeter.reach)
  using reader = new PcmReader(pcm)
  const samples = reader.read(begin, Math.max(hopStart(end, sampleRate), to + TruePeakMeter.reach))
  const kBegin = KPower.startFor(first, sampleRate)
  const meter = new KPower(sampleRate, channelWeights(layout, channels), kBegin)
  const skipped = first - meter.next
  const power = meter.push(samples, kBegin - begin, Math.max(kBegin, hopStart(end, sampleRate)) - begin)
  const samplePeak = highestSample(samples, from - begin, to - begin)
  const peaks = new TruePeakMeter(sampleRate)
  peaks.note(samplePeak)
  // Filters swing before the first sample and behind the last one.
  const peakFrom = from === 0 ? -TruePeakMeter.reach : from
  const peakTo = to === length ? to + TruePeakMeter.reach : to
  peaks.scan(samples, peakFrom - begin, peakTo - begin)
  return { power: Float32Array.from(power.subarray(skipped)), truePeak: peaks.peak, samplePeak }
}
