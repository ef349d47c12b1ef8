import type { Kernel } from '@colophon/media'
import { openWatermarkKernel } from '../kernels/open-kernel.ts'
import type { GreyPlane } from './plane.ts'
import { blockSide, blockWindow, floorPower, reflected } from './whiten-plain.ts'

/** Functions of `assembly/whiten.ts`. */
interface Functions {
  strip(from: number, to: number, line: number, groups: number, weights: number, floor: number, work: number): void
}

const half = blockSide / 2
const lanes = 4

// Where in the kernel's memory things lie: weights of a block before and after, work memory, then rows that come and go.
const weightsAt = 64
const workAt = weightsAt + 2 * 4 * blockSide * blockSide
const rowsAt = workAt + 12288

/** A kernel for rows of a width, and what it needs to know of them. */
interface Plan {
  readonly kernel: Kernel<Functions>
  readonly from: Float32Array
  readonly to: Float32Array
  readonly groups: number
  /** Numbers from one pixel to the next within eight. */
  readonly line: number
  /** For each place in a row, which pixel lies there. */
  readonly pixels: Int32Array
}

let latest: { readonly width: number; readonly plan: Plan } | undefined

/**
 * Divides each wave of each block of 16x16 pixels by the root of the mean power of itself and its neighbours in the spectrum of that
 * block. Blocks overlap by half and are joined without seams.
 *
 * @returns a plane of the same size; white noise becomes white noise of about the same deviation wherever it is
 */
export function whitened({ data, width, height }: GreyPlane): GreyPlane {
  if (latest?.width !== width) latest = { width, plan: planOf(width) }
  const { kernel, from, to, groups, line, pixels } = latest.plan
  const row = 8 * line
  const out = new Float32Array(width * height)
  const toAt = rowsAt + from.byteLength
  to.fill(0)
  fill(from, 0, row, data, width, height, -half, pixels)
  for (let top = -half; top < height; top += half) {
    fill(from, half, row, data, width, height, top + half, pixels)
    kernel.functions.strip(rowsAt, toAt, 4 * line, groups, weightsAt, floorPower, workAt)
    if (top >= 0) take(to, row, line, out, width, Math.min(half, height - top), top)
    from.copyWithin(0, half * row)
    to.copyWithin(0, half * row)
    to.fill(0, half * row)
  }
  return { data: out, width, height }
}

function planOf(width: number): Plan {
  const blocks = Math.ceil((width + half) / half)
  const groups = Math.ceil(blocks / lanes)
  const line = groups * lanes + lanes
  const count = 2 * half * 8 * line
  const kernel = openWatermarkKernel<Functions>('whiten', rowsAt + 2 * 4 * count)
  const weights = new Float32Array(kernel.buffer, weightsAt, 2 * blockSide * blockSide)
  for (let y = 0; y < blockSide; y++)
    for (let x = 0; x < blockSide; x++) {
      const weight = blockWindow[x]! * blockWindow[y]!
      weights[y * blockSide + x] = weight
      weights[(blockSide + y) * blockSide + x] = weight / (blockSide * blockSide)
    }
  const pixels = Int32Array.from({ length: 8 * line }, (_, at) =>
    reflected((at % line) * 8 + Math.floor(at / line) - half, width),
  )
  const from = new Float32Array(kernel.buffer, rowsAt, count)
  const to = new Float32Array(kernel.buffer, rowsAt + 4 * count, count)
  return { kernel, from, to, groups, line, pixels }
}

/** Lays eight rows from `top` on into the kernel's memory, from its row `first` on. */
function fill(
  from: Float32Array,
  first: number,
  row: number,
  data: Float32Array,
  width: number,
  height: number,
  top: number,
  pixels: Int32Array,
): void {
  for (let y = 0; y < half; y++) {
    const start = reflected(top + y, height) * width
    const to = (first + y) * row
    for (let at = 0; at < row; at++) from[to + at] = data[start + pixels[at]!]!
  }
}

/** Takes finished rows. */
function take(
  to: Float32Array,
  row: number,
  line: number,
  out: Float32Array,
  width: number,
  rows: number,
  top: number,
): void {
  for (let y = 0; y < rows; y++) {
    const start = y * row
    const end = (top + y) * width
    for (let x = 0; x < width; x++) out[end + x] = to[start + (x & 7) * line + ((x + half) >> 3)]!
  }
}
