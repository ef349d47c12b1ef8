import { makeWindow, RealFft } from '@colophon/media'

/** How loud each frequency is over time, in few enough points to draw. */
export interface SpectrogramImage {
  readonly columns: number
  /** Equal steps of the logarithm of frequency, from `low` to `high` Hz, lowest first. */
  readonly rows: number
  readonly low: number
  readonly high: number
  /** of all columns together */
  readonly seconds: number
  /** Power in the width of a row, row after row from the lowest: 0 is {@link quietest} dB or below, 255 is 0 dB re full scale. */
  readonly levels: Uint8Array
}

/** dB that a level of 0 stands for. */
export const quietest = -127.5
const perStep = -quietest / 255

/** dB of a point. */
export const levelOf = (value: number): number => quietest + value * perStep

/** Reads samples of each channel from one on up to another; zeros outside of the recording. */
export type ReadSamples = (from: number, to: number) => readonly Float32Array[]

export interface SpectrogramOptions {
  /** Default 400. */
  readonly columns?: number
  /** Default 96. */
  readonly rows?: number
  /** Hz; default 30 to 18000, or half the sample rate. */
  readonly low?: number
  readonly high?: number
}

/** Frames that are looked at for each column: enough to be typical of it, so that 10 h take no longer than 10 min. */
const framesPerColumn = 4

/**
 * The spectrogram of the mean of all channels. Of a long recording each column shows a few frames of its stretch, evenly spread.
 *
 * @param read gives samples, as a reader of a recording does
 * @param length samples of each channel @param sampleRate Hz
 */
export function spectrogramOf(
  read: ReadSamples,
  length: number,
  sampleRate: number,
  options: SpectrogramOptions = {},
): SpectrogramImage {
  const size = 2 ** Math.max(8, Math.round(Math.log2(sampleRate * 0.1)))
  const { rows = 96 } = options
  const high = Math.min(options.high ?? 18_000, sampleRate / 2)
  const low = Math.min(options.low ?? 30, high / 2)
  const columns = Math.max(1, Math.min(options.columns ?? 400, Math.floor(length / (size / 4))))
  const bands = rowsOf(size, sampleRate, rows, low, high)
  const fft = new RealFft(size, 'float32', { before: hannOf(size) })
  const [mono, re, im] = [new Float32Array(size), new Float32Array(fft.bins), new Float32Array(fft.bins)]
  const [power, sums] = [new Float64Array(fft.bins + 1), new Float64Array(rows)]
  const levels = new Uint8Array(columns * rows)
  for (let column = 0; column < columns; column++) {
    const [first, end] = [(column * length) / columns, ((column + 1) * length) / columns]
    const frames = Math.max(1, Math.min(framesPerColumn, Math.ceil((end - first) / (size / 2))))
    sums.fill(0)
    for (let frame = 0; frame < frames; frame++) {
      const from = Math.round(first + ((frame + 0.5) * (end - first)) / frames - size / 2)
      mix(read(from, from + size), mono)
      fft.forward(mono, re, im)
      for (let k = 0; k < fft.bins; k++) power[k] = re[k]! * re[k]! + im[k]! * im[k]!
      for (let row = 0; row < rows; row++) sums[row]! += bands[row]!(power)
    }
    for (let row = 0; row < rows; row++) {
      const level = 10 * Math.log10(sums[row]! / frames)
      levels[row * columns + column] = Math.round(Math.min(255, Math.max(0, (level - quietest) / perStep || 0)))
    }
  }
  return { columns, rows, low, high, seconds: length / sampleRate, levels }
}

function mix(channels: readonly Float32Array[], into: Float32Array): void {
  into.fill(0)
  const share = 1 / Math.max(1, channels.length)
  for (const samples of channels) for (let i = 0; i < into.length; i++) into[i]! += share * samples[i]!
}

/** A window whose frames have a power that sums up to the mean square of the sound. */
function hannOf(size: number): Float32Array {
  const window = makeWindow('hann', size)
  let square = 0
  for (const weight of window) square += weight * weight
  return Float32Array.from(window, (weight) => weight * Math.sqrt(2 / (square * size)))
}

/** For each row what sums up its power: whole bins where it has some, else the share of one that it covers. */
function rowsOf(size: number, sampleRate: number, rows: number, low: number, high: number) {
  const edge = (row: number) => (low * (high / low) ** (row / rows) * size) / sampleRate + 0.5
  return Array.from({ length: rows }, (_, row) => {
    const [from, to] = [edge(row), Math.min(edge(row + 1), size / 2 + 1)]
    const [first, last] = [Math.floor(from), Math.floor(to)]
    if (first === last) {
      // Between the middles of two bins, so that low rows do not show as blocks.
      const middle = (from + to) / 2 - 0.5
      const [bin, part] = [Math.floor(middle), middle - Math.floor(middle)]
      return (power: Float64Array) => (to - from) * (power[bin]! * (1 - part) + power[bin + 1]! * part)
    }
    return (power: Float64Array) => {
      let sum = (first + 1 - from) * power[first]! + (to - last) * power[last]!
      for (let bin = first + 1; bin < last; bin++) sum += power[bin]!
      return sum
    }
  })
}
