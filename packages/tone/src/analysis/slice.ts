import { moved } from '@colophon/media'
import { BandEnvelopes } from '../measure/band-envelopes.ts'
import { BandPower } from '../measure/band-power.ts'
import { channelWeights } from '../measure/channel-weights.ts'
import { binRanges, filterOf, thirdOctaveCentres } from '../measure/frequency-bands.ts'
import { KFilter } from '../measure/k-filter.ts'
import { firstHopFrom, hopStart, KPower } from '../measure/k-power.ts'
import { MelLevels } from '../measure/mel.ts'
import { Harmonicity } from '../measure/speech-activity.ts'
import { TruePeakMeter } from '../measure/true-peak-meter.ts'
import type { PairSums } from '../measure/width.ts'
import { monoWeights } from '../pcm/mono.ts'
import type { Pcm } from '../pcm/pcm.ts'
import { PcmReader, ReaderMemory } from '../pcm/pcm-reader.ts'
import type { SliceWork } from '../render/slices.ts'
import { activeFrame, quietFrame } from './gate.ts'
import { gridOf } from './grid.ts'

/** A part of a recording, and what has to be known of the whole to measure it. */
export interface Slice {
  readonly pcm: Pcm
  /** The first frame and the one after the last. */
  readonly frames: readonly [from: number, to: number]
  /** What each of its frames counts for; see `Gate`. */
  readonly counts: Uint8Array
  /** Mean square of the whole where it is not silent. */
  readonly mean: number
}

/** What a part of a recording gives. Parts in their order make the whole. */
export interface SliceResult {
  /** Sums of power spectra: of active frames mid and side, of quiet frames mid. */
  readonly mid: Float64Array
  readonly side: Float64Array | null
  readonly noise: Float64Array
  /** Power in third-octave bands, frame by frame. */
  readonly bandsMid: Float32Array
  readonly bandsSide: Float32Array | null
  readonly mel: Uint16Array
  /** K-weighted power of each 10 ms that begins in the part. */
  readonly power: Float32Array
  /** Mean square and highest magnitude of each 10 ms that begins in the part. */
  readonly squares: Float32Array
  readonly peaks: Float32Array
  /** Highest magnitudes in the part, linear. */
  readonly samplePeak: number
  readonly truePeak: number
  readonly pair: PairSums
  readonly envelopes: Float32Array
  readonly harmonicity: Uint8Array
}

/** Samples of all channels together that a part has at the most, so that a few of them fit into memory. */
const sliceSamples = 2 ** 19

/** Frames of each part but the last. It depends on the recording's format alone. */
export function sliceFrames({ sampleRate, channels, length }: Pcm): number {
  const { hop } = gridOf(sampleRate, length)
  return Math.min(256, Math.max(16, 2 ** Math.floor(Math.log2(sliceSamples / (hop * channels)))))
}

/** Samples that belong to a part: those up to the first of the next. */
function samplesOf({ pcm, frames: [from, to] }: Slice): [from: number, to: number] {
  const { hop, frames } = gridOf(pcm.sampleRate, pcm.length)
  return [from * hop, to >= frames ? pcm.length : to * hop]
}

/** Measures a part of a recording, on a thread. */
export function analyseSliceThere(slice: Slice): unknown {
  const result = analyseSlice(slice)
  const buffers = Object.values(result).flatMap((value) => (ArrayBuffer.isView(value) ? [value.buffer] : []))
  return moved(result, buffers as ArrayBuffer[])
}

/** Measures a part of a recording, here. */
const analyseSlice = (slice: Slice): SliceResult => measurerFor(slice.pcm).measure(slice)

/** How `doSlices` measures parts. */
export const analysing: SliceWork<Slice, SliceResult> = {
  module: import.meta.url,
  name: 'analyseSliceThere',
  run: analyseSlice,
}

let kept: { readonly key: string; readonly measurer: SliceMeasurer } | undefined

/** Transforms, windows and filters are made once for all parts of a recording. */
function measurerFor(pcm: Pcm): SliceMeasurer {
  const key = JSON.stringify([pcm.sampleRate, pcm.layout, pcm.channels, pcm.length])
  if (kept?.key !== key) kept = { key, measurer: new SliceMeasurer(pcm) }
  return kept.measurer
}

class SliceMeasurer {
  readonly #spectrum: BandPower
  readonly #mel: MelLevels
  readonly #weights: Float64Array
  readonly #filter: KFilter
  readonly #truePeak: TruePeakMeter
  readonly #mono: readonly number[]
  readonly #envelopes: BandEnvelopes
  readonly #harmonicity: Harmonicity
  readonly #memory = new ReaderMemory()
  #mid = new Float32Array(0)
  #side = new Float32Array(0)

  constructor({ sampleRate, channels, layout, length }: Pcm) {
    const { frameLength } = gridOf(sampleRate, length)
    const bands = binRanges(thirdOctaveCentres(sampleRate), 3, sampleRate / frameLength, frameLength / 2 + 1)
    this.#spectrum = new BandPower(frameLength, bands.map(filterOf), { filled: Math.min(length, frameLength), sums: 3 })
    this.#mel = new MelLevels(sampleRate, frameLength / 4)
    this.#weights = channelWeights(layout, channels)
    this.#filter = new KFilter(sampleRate, this.#weights)
    this.#truePeak = new TruePeakMeter(sampleRate)
    this.#mono = monoWeights({ layout, channels })
    this.#envelopes = new BandEnvelopes(sampleRate, length)
    this.#harmonicity = new Harmonicity(sampleRate, length)
  }

  measure(slice: Slice): SliceResult {
    const { pcm } = slice
    const { sampleRate, length } = pcm
    const [from, to] = samplesOf(slice)
    const firstHop = firstHopFrom(from, sampleRate)
    let hops = firstHopFrom(to, sampleRate) - firstHop
    // The last hop counts only if it is whole.
    if (hops > 0 && hopStart(firstHop + hops, sampleRate) > length) hops--
    const start = Math.min(from, hops > 0 ? KPower.startFor(firstHop, sampleRate) : from) - TruePeakMeter.reach
    const end = to + Math.max(this.#spectrum.length, this.#envelopes.reach, this.#harmonicity.reach)
    using reader = new PcmReader(pcm, this.#memory)
    const channels = reader.read(start, end)
    const first = from - start
    const stepBounds = Int32Array.from({ length: hops + 1 }, (_, step) => hopStart(firstHop + step, sampleRate) - start)
    this.#mix(channels, first)
    const mid = this.#mid.subarray(0, end - from)
    const plain = plainOf(channels, stepBounds, to - start)
    return {
      ...plain,
      ...this.#spectra(slice, channels.length === 2),
      mel: this.#melCounts(mid, [from, to], length, slice.mean),
      power: this.#kPower(channels, start, firstHop, hops, sampleRate),
      truePeak: truePeakOf(this.#truePeak, channels, start, [from, to], pcm, plain.samplePeak),
      envelopes: this.#envelopes.measure(mid, from, from, to),
      harmonicity: this.#harmonicity.measure(mid, from, from, to),
    }
  }

  /** Mid and, of a pair, side from the first sample of the part on. */
  #mix(channels: readonly Float32Array[], first: number): void {
    const count = channels[0]!.length - first
    if (this.#mid.length < count) this.#mid = new Float32Array(count)
    const mid = this.#mid
    if (channels.length === 1) {
      mid.set(channels[0]!.subarray(first))
      return
    }
    if (channels.length === 2) {
      if (this.#side.length < count) this.#side = new Float32Array(count)
      pairInto(channels[0]!, channels[1]!, first, count, mid, this.#side)
      return
    }
    mid.fill(0)
    for (const [channel, samples] of channels.entries()) {
      const weight = this.#mono[channel]!
      if (weight !== 0) for (let i = 0; i < count; i++) mid[i]! += weight * samples[first + i]!
    }
  }

  #spectra({ pcm, frames: [from, to], counts }: Slice, isPair: boolean) {
    const { hop } = gridOf(pcm.sampleRate, pcm.length)
    const spectrum = this.#spectrum
    const count = to - from
    const bands = spectrum.bands.length
    const bandsMid = new Float32Array(count * bands)
    const bandsSide = isPair ? new Float32Array(count * bands) : null
    for (let frame = 0; frame < count; frame++) {
      const at = frame * hop
      const isActive = counts[frame]! & activeFrame
      spectrum.measure(this.#mid.subarray(at, at + spectrum.length))
      bandsMid.set(spectrum.bands, frame * bands)
      if (isActive) spectrum.addTo(0)
      if (counts[frame]! & quietFrame) spectrum.addTo(1)
      if (!bandsSide) continue
      spectrum.measure(this.#side.subarray(at, at + spectrum.length))
      bandsSide.set(spectrum.bands, frame * bands)
      if (isActive) spectrum.addTo(2)
    }
    const side = spectrum.take(2)
    return { mid: spectrum.take(0), noise: spectrum.take(1), side: isPair ? side : null, bandsMid, bandsSide }
  }

  #melCounts(mid: Float32Array, [from, to]: readonly [number, number], length: number, mean: number): Uint16Array {
    const mel = this.#mel
    const counts = MelLevels.countsOfPart()
    // A recording that is shorter than one frame is one.
    const last = Math.max(0, length - mel.length)
    for (let at = from; at < to && at <= last; at += mel.hop)
      mel.add(mid.subarray(at - from, at - from + mel.length), counts, mean)
    return counts
  }

  #kPower(channels: readonly Float32Array[], start: number, firstHop: number, hops: number, rate: number) {
    if (hops <= 0) return new Float32Array(0)
    const begin = KPower.startFor(firstHop, rate)
    const meter = new KPower(rate, this.#weights, begin, this.#filter)
    const skipped = firstHop - meter.next
    const found = meter.push(channels, begin - start, hopStart(firstHop + hops, rate) - start)
    return Float32Array.from(found.subarray(skipped, skipped + hops))
  }
}

/** The true peak from one sample to another, or of a recording's beginning or end a little beyond. */
function truePeakOf(
  meter: TruePeakMeter,
  channels: readonly Float32Array[],
  start: number,
  [from, to]: [number, number],
  pcm: Pcm,
  samplePeak: number,
): number {
  const { reach } = TruePeakMeter
  meter.reset()
  meter.note(samplePeak)
  meter.scan(channels, from - start - (from === 0 ? reach : 0), to - start + (to === pcm.length ? reach : 0))
  return meter.peak
}

function pairInto(
  left: Float32Array,
  right: Float32Array,
  first: number,
  count: number,
  mid: Float32Array,
  side: Float32Array,
): void {
  for (let i = 0; i < count; i++) {
    const l = left[first + i]!
    const r = right[first + i]!
    mid[i] = 0.5 * (l + r)
    side[i] = 0.5 * (l - r)
  }
}

/** What is measured of the samples as they are. */
interface Plain {
  readonly squares: Float32Array
  readonly peaks: Float32Array
  readonly samplePeak: number
  readonly pair: PairSums
}

/**
 * Mean squares and highest magnitudes over the steps of 10 ms from sample `from` on, and what they are in all. What is left before `end` is
 * no step, but may hold the highest sample.
 */
function plainOf(channels: readonly Float32Array[], bounds: Int32Array, end: number): Plain {
  const steps = bounds.length - 1
  const squares = new Float32Array(steps)
  const peaks = new Float32Array(steps)
  const sums = new Float64Array(3)
  let samplePeak = 0
  for (let step = 0; step < steps; step++) {
    const [from, to] = [bounds[step]!, bounds[step + 1]!]
    const before = sums[0]! + sums[1]!
    let peak = 0
    if (channels.length === 2) peak = addPair(channels[0]!, channels[1]!, from, to, sums)
    else for (const samples of channels) peak = Math.max(peak, addOne(samples, from, to, sums))
    squares[step] = (sums[0]! + sums[1]! - before) / ((to - from) * channels.length)
    peaks[step] = peak
    if (peak > samplePeak) samplePeak = peak
  }
  const rest = new Float64Array(3)
  for (const samples of channels) samplePeak = Math.max(samplePeak, addOne(samples, bounds[steps]!, end, rest))
  return { squares, peaks, samplePeak, pair: { left: sums[0]!, right: sums[1]!, both: sums[2]! } }
}

/** Adds the squares of both and their products, and tells the highest magnitude. */
function addPair(left: Float32Array, right: Float32Array, from: number, to: number, sums: Float64Array): number {
  let [a, b, both, most, least] = [0, 0, 0, 0, 0]
  for (let i = from; i < to; i++) {
    const l = left[i]!
    const r = right[i]!
    a += l * l
    b += r * r
    both += l * r
    if (l > most) most = l
    if (r > most) most = r
    if (l < least) least = l
    if (r < least) least = r
  }
  sums[0]! += a
  sums[1]! += b
  sums[2]! += both
  return Math.max(most, -least)
}

function addOne(samples: Float32Array, from: number, to: number, sums: Float64Array): number {
  let [sum, most, least] = [0, 0, 0]
  for (let i = from; i < to; i++) {
    const value = samples[i]!
    sum += value * value
    if (value > most) most = value
    if (value < least) least = value
  }
  sums[0]! += sum
  return Math.max(most, -least)
}
