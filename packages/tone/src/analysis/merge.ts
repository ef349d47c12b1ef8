import { BandEnvelopes, type Envelopes } from '../measure/band-envelopes.ts'
import { CrestMeter } from '../measure/crest.ts'
import { thirdOctaveCentres } from '../measure/frequency-bands.ts'
import { MelLevels } from '../measure/mel.ts'
import type { PairSums } from '../measure/width.ts'
import type { Pcm } from '../pcm/pcm.ts'
import type { Sketch, Spectrum } from './analysis.ts'
import type { Gate } from './gate.ts'
import { type Grid, gridOf } from './grid.ts'
import type { SliceResult } from './slice.ts'

/** Rows of a sketch at the most. */
const mostRows = 20_000

/** The sums of a recording, as its parts come in. */
export class Merge {
  readonly #pcm: Pcm
  readonly #grid: Grid
  readonly #gate: Gate
  readonly #mid: Float64Array
  readonly #side: Float64Array | null
  readonly #noise: Float64Array
  readonly #sketch: SketchSums
  readonly #power: Float32Array
  #steps = 0
  readonly #envelopes: Float32Array[] = []
  readonly #harmonicity: Uint8Array
  #harmonic = 0
  readonly mel = MelLevels.counts()
  readonly crest = new CrestMeter()
  /** Highest magnitudes, linear. */
  truePeak = 0
  samplePeak = 0
  pair: PairSums = { left: 0, right: 0, both: 0 }

  constructor(pcm: Pcm, gate: Gate) {
    const { sampleRate, channels, length } = pcm
    this.#pcm = pcm
    this.#grid = gridOf(sampleRate, length)
    this.#gate = gate
    const bins = this.#grid.frameLength / 2 + 1
    this.#mid = new Float64Array(bins)
    this.#side = channels === 2 ? new Float64Array(bins) : null
    this.#noise = new Float64Array(bins)
    this.#sketch = new SketchSums(this.#grid.frames, thirdOctaveCentres(sampleRate).length, channels === 2)
    this.#power = new Float32Array(Math.ceil((length * 100) / sampleRate) + 1)
    this.#harmonicity = new Uint8Array(Math.ceil((length * 50) / sampleRate) + 1)
  }

  /** Takes in the next part. */
  add(part: SliceResult): void {
    addTo(this.#mid, part.mid)
    addTo(this.#noise, part.noise)
    if (this.#side && part.side) addTo(this.#side, part.side)
    this.#sketch.add(part.bandsMid, part.bandsSide)
    for (let i = 0; i < part.mel.length; i++) this.mel[i]! += part.mel[i]!
    this.#power.set(part.power, this.#steps)
    this.#steps += part.power.length
    for (let i = 0; i < part.squares.length; i++) this.crest.add(part.squares[i]!, part.peaks[i]!)
    this.samplePeak = Math.max(this.samplePeak, part.samplePeak)
    this.truePeak = Math.max(this.truePeak, part.truePeak)
    const { left, right, both } = part.pair
    this.pair = { left: this.pair.left + left, right: this.pair.right + right, both: this.pair.both + both }
    this.#envelopes.push(part.envelopes)
    this.#harmonicity.set(part.harmonicity, this.#harmonic)
    this.#harmonic += part.harmonicity.length
  }

  get power(): Float32Array {
    return this.#power.subarray(0, this.#steps)
  }

  get harmonicity(): Uint8Array {
    return this.#harmonicity.subarray(0, this.#harmonic)
  }

  get envelopes(): Envelopes {
    return new BandEnvelopes(this.#pcm.sampleRate, this.#pcm.length).join(this.#envelopes)
  }

  /** Means over the frames that count. */
  get spectrum(): Spectrum {
    let [active, quiet] = [0, 0]
    for (const count of this.#gate.counts) {
      active += count & 1
      quiet += (count >> 1) & 1
    }
    const mean = (sum: Float64Array, count: number) => sum.map((power) => power / Math.max(1, count))
    return {
      mid: mean(this.#mid, active),
      side: this.#side && mean(this.#side, active),
      noise: mean(this.#noise, quiet),
    }
  }

  get sketch(): Sketch {
    const { frameLength, hop } = this.#grid
    const { sampleRate } = this.#pcm
    const { pool, rows, mid, side } = this.#sketch
    const active = new Float32Array(rows)
    const { counts } = this.#gate
    for (let row = 0; row < rows; row++) {
      const frames = counts.subarray(row * pool, (row + 1) * pool)
      active[row] = frames.reduce((sum, count) => sum + (count & 1), 0) / frames.length
    }
    return {
      sampleRate,
      frameLength,
      hop,
      pool,
      frames: rows,
      centres: thirdOctaveCentres(sampleRate),
      mid,
      side,
      active,
    }
  }
}

/** Rows of bands, several frames to a row where there are many. */
class SketchSums {
  readonly pool: number
  readonly rows: number
  readonly mid: Float32Array
  readonly side: Float32Array | null
  readonly #frames: number
  readonly #bands: number
  readonly #sums: readonly [mid: Float64Array, side: Float64Array]
  #next = 0

  constructor(frames: number, bands: number, isPair: boolean) {
    this.pool = Math.ceil(frames / mostRows)
    this.rows = Math.ceil(frames / this.pool)
    this.mid = new Float32Array(this.rows * bands)
    this.side = isPair ? new Float32Array(this.rows * bands) : null
    this.#frames = frames
    this.#bands = bands
    this.#sums = [new Float64Array(bands), new Float64Array(bands)]
  }

  add(mid: Float32Array, side: Float32Array | null): void {
    const bands = this.#bands
    const [sumMid, sumSide] = this.#sums
    for (let at = 0; at < mid.length; at += bands) {
      for (let band = 0; band < bands; band++) {
        sumMid[band]! += mid[at + band]!
        if (side) sumSide[band]! += side[at + band]!
      }
      this.#next++
      if (this.#next % this.pool === 0 || this.#next === this.#frames) this.#end()
    }
  }

  #end(): void {
    const row = Math.floor((this.#next - 1) / this.pool)
    const count = this.#next - row * this.pool
    const at = row * this.#bands
    for (const [i, out] of [this.mid, this.side].entries()) {
      const sums = this.#sums[i]!
      if (out) for (let band = 0; band < sums.length; band++) out[at + band] = sums[band]! / count
      sums.fill(0)
    }
  }
}

function addTo(sum: Float64Array, part: Float64Array): void {
  for (let bin = 0; bin < sum.length; bin++) sum[bin]! += part[bin]!
}
