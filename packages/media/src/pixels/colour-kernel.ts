import { type Kernel, openKernel } from '../kernels/open-kernel.ts'
import type { YuvFormat } from './colour-format.ts'
import { type Component, halvings } from './colour-planes.ts'

/** What `assembly/colour.ts` exports; addresses first. */
export interface ColourFunctions {
  finer(
    above: number,
    below: number,
    a: number,
    b: number,
    count: number,
    halved: boolean,
    even: number,
    odd: number,
    narrow: number,
    wide: number,
  ): void
  toRgb(
    y: number,
    u: number,
    v: number,
    count: number,
    to: number,
    black: number,
    luma: number,
    redV: number,
    greenU: number,
    greenV: number,
    blueU: number,
  ): void
  apart(rgb: number, count: number, red: number, green: number, blue: number): void
  luma: WeighColours
  coarser(
    above: number,
    row: number,
    below: number,
    top: number,
    middle: number,
    bottom: number,
    count: number,
    halved: boolean,
    before: number,
    behind: number,
    tall: number,
    to: number,
  ): void
  chroma: WeighColours
}

type WeighColours = (
  red: number,
  green: number,
  blue: number,
  count: number,
  to: number,
  r: number,
  g: number,
  b: number,
  added: number,
  shift: number,
) => void

/** The kernel with room for `rows` rows of 16 bits a pixel. */
export interface ColourKernel {
  readonly functions: ColourFunctions
  readonly bytes: Uint8Array
  /** Address of a row; there is room before and behind it. */
  readonly row: (index: number) => number
}

const margin = 64
let kept: Kernel<ColourFunctions> | undefined

/** Rows stay as they are only until the next call: the memory is shared by all conversions, which never interrupt each other. */
export function colourKernel(width: number, rows: number): ColourKernel {
  const room = 2 * (Math.ceil(width / 16) * 16) + margin
  const needed = room * rows
  // Memory of very wide pictures is not kept.
  const kernel = kept && kept.buffer.byteLength >= needed ? kept : openKernel<ColourFunctions>('colour', needed)
  if (kernel.buffer.byteLength <= 2 ** 21) kept = kernel
  return {
    functions: kernel.functions,
    bytes: new Uint8Array(kernel.buffer),
    row: (index) => index * room + margin / 2,
  }
}

/** Whether the kernel converts such planes: bytes, of all, half or a quarter of the pixels. */
export function takesPlanes({ bits, shift = 0 }: YuvFormat, luma: Component, u: Component, v: Component): boolean {
  if (bits !== 8 || shift !== 0) return false
  if (![luma, u, v].every(({ data }) => data instanceof Uint8Array)) return false
  return Math.max(...halvings(luma, u), ...halvings(luma, v)) <= 1
}

/** Brings a row of a component to an address. */
export function readRow({ data, offset, stride, step, width }: Component, y: number, bytes: Uint8Array, to: number) {
  const from = offset + y * stride
  if (step === 1) bytes.set(data.subarray(from, from + width), to)
  else for (let x = 0, at = from; x < width; x++, at += step) bytes[to + x] = data[at]!
}

/** Brings a row at an address to a component. */
export function writeRow({ data, offset, stride, step, width }: Component, y: number, bytes: Uint8Array, from: number) {
  const to = offset + y * stride
  if (step === 1) data.set(bytes.subarray(from, from + width), to)
  else for (let x = 0, at = to; x < width; x++, at += step) data[at] = bytes[from + x]!
}
