import { RealFft2d } from '@colophon/media'
import type { GreyPlane } from './plane.ts'

/** How much of each wave a plane holds, by frequency. */
export interface PowerSpectrum {
  /** Sides of the transform: powers of two that hold the plane. */
  readonly columns: number
  readonly rows: number
  /** Numbers in a row: the frequencies across from 0 to half a cycle. */
  readonly bins: number
  /** Magnitudes, `rows` rows of `bins`; frequencies down from 0 on, the negative ones behind. */
  readonly magnitude: Float32Array
  /** Sides of the plane. */
  readonly width: number
  readonly height: number
}

/** Longest side that is transformed; of longer planes the middle. */
export const longestSide = 1024

const plans = new Map<string, RealFft2d>()

/** Plans of few sizes are kept: they hold tables and scratch memory. */
const mostPlans = 6

export function fftPlan(columns: number, rows: number): RealFft2d {
  const name = `${columns}x${rows}`
  const plan = plans.get(name) ?? new RealFft2d(columns, rows, 'float32')
  plans.delete(name)
  plans.set(name, plan)
  if (plans.size > mostPlans) plans.delete(plans.keys().next().value!)
  return plan
}

const powerOfTwo = (least: number): number => 2 ** Math.ceil(Math.log2(Math.max(16, least)))

/** The spectrum of a plane, or of its middle where it is longer than `longestSide`. */
export function powerSpectrum(plane: GreyPlane): PowerSpectrum {
  const width = Math.min(plane.width, longestSide)
  const height = Math.min(plane.height, longestSide)
  const left = (plane.width - width) >> 1
  const top = (plane.height - height) >> 1
  const columns = powerOfTwo(width)
  const rows = powerOfTwo(height)
  const padded = new Float32Array(columns * rows)
  for (let y = 0; y < height; y++) {
    const from = (top + y) * plane.width + left
    padded.set(plane.data.subarray(from, from + width), y * columns)
  }
  const plan = fftPlan(columns, rows)
  const { bins } = plan
  const re = new Float32Array(bins * rows)
  const im = new Float32Array(bins * rows)
  plan.forward(padded, re, im)
  for (let at = 0; at < re.length; at++) re[at] = Math.sqrt(re[at]! * re[at]! + im[at]! * im[at]!)
  return { columns, rows, bins, magnitude: re, width, height }
}

/** Power that a single frequency counts for at the most, in means of those around it: pictures have lines of their own. */
const mostPower = 6

/**
 * The power of each frequency, in squares of the mean magnitude around it. What a picture is like on the whole (more of the low
 * frequencies, edges of some directions) goes; lines stay.
 *
 * @param acrossReach how many bins to either side are taken for the mean @param downReach the same, down
 */
export function whitened(spectrum: PowerSpectrum, acrossReach: number, downReach: number): Float32Array {
  const { rows, bins, magnitude } = spectrum
  const mean = meansAcross(spectrum, Math.min(acrossReach, bins - 1))
  const reach = Math.min(downReach, (rows >> 1) - 1)
  const sums = new Float64Array(bins)
  for (let row = -reach; row <= reach; row++) {
    const from = ((row + rows) % rows) * bins
    for (let bin = 0; bin < bins; bin++) sums[bin]! += mean[from + bin]!
  }
  const power = new Float32Array(rows * bins)
  const cells = 2 * reach + 1
  for (let row = 0, at = 0; row < rows; row++) {
    const entering = ((row + reach + 1) % rows) * bins
    const leaving = ((row - reach + rows) % rows) * bins
    for (let bin = 0; bin < bins; bin++, at++) {
      const sum = sums[bin]!
      const ratio = sum > 0 ? (magnitude[at]! * cells) / sum : 0
      const value = ratio * ratio
      power[at] = value < mostPower ? value : mostPower
      sums[bin] = sum + (mean[entering + bin]! - mean[leaving + bin]!)
    }
  }
  return power
}

/** Means along the rows; beyond the first and last bin a spectrum goes on in its mirrored row. */
function meansAcross({ rows, bins, magnitude }: PowerSpectrum, reach: number): Float32Array {
  const mean = new Float32Array(rows * bins)
  const line = new Float32Array(bins + 2 * reach + 1)
  const share = 1 / (2 * reach + 1)
  for (let row = 0; row < rows; row++) {
    const here = row * bins
    const mirrored = ((rows - row) % rows) * bins
    for (let k = 1; k <= reach; k++) line[reach - k] = magnitude[mirrored + k]!
    line.set(magnitude.subarray(here, here + bins), reach)
    for (let k = 1; k <= reach; k++) line[reach + bins - 1 + k] = magnitude[mirrored + bins - 1 - k]!
    let sum = 0
    for (let k = 0; k <= 2 * reach; k++) sum += line[k]!
    for (let bin = 0; bin < bins; bin++) {
      mean[here + bin] = sum * share
      sum += line[bin + 2 * reach + 1]! - line[bin]!
    }
  }
  return mean
}
