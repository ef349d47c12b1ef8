import { finer, onColumn, onRow, sum } from './colour-chroma.ts'
import { lumaShares, quantisation, type YuvFormat } from './colour-format.ts'
import { colourKernel, readRow } from './colour-kernel.ts'
import { type Component, halvings } from './colour-planes.ts'

/** Rows of the kernel's memory. */
const [y, above, below, narrow, u, v, rgb] = [0, 1, 2, 3, 4, 5, 6] as const
/** The packed colours take the room of two. */
const rows = 8

/** Weights of the kernel are multiplied by this; they have 16 bits. */
const one = 2 ** 13

/** Writes the packed colours of 8-bit planes that {@link takesPlanes} found fit. At most 0.03 off before rounding. */
export function simdToRgb(
  luma: Component,
  chroma: readonly [u: Component, v: Component],
  format: YuvFormat,
  samples: Uint8Array,
): void {
  const { black, lumaScale, chromaScale } = quantisation(format)
  const [red, green, blue] = lumaShares(format.matrix)
  const { siting = 'left' } = format
  const { width, height } = luma
  const { functions, bytes, row } = colourKernel(width, rows)
  const unit = (one * 255) / chromaScale
  const weights = [
    Math.round((one * 255) / lumaScale),
    Math.round(2 * (1 - red) * unit),
    Math.round(((-2 * (1 - blue) * blue) / green) * unit),
    Math.round(((-2 * (1 - red) * red) / green) * unit),
    Math.round(2 * (1 - blue) * unit),
  ] as const
  const [acrossHalved, downHalved] = halvings(luma, chroma[0])
  const across = finer(acrossHalved, onColumn(siting))
  const down = finer(downHalved, onRow(siting))
  const even = across[0]!.first === -1 ? across[0]!.weights[0]! : 0
  const odd = acrossHalved ? (across[1]!.weights[1]! * 4) / sum(across[1]!.weights) : 0
  for (let line = 0; line < height; line++) {
    const { first, weights: shares } = down[line % down.length]!
    const quarter = 4 / sum(shares)
    const sample = Math.floor(line / down.length) + first
    for (const [index, plane] of chroma.entries()) {
      readRow(plane, Math.max(0, sample), bytes, row(above))
      readRow(plane, Math.min(plane.height - 1, sample + 1), bytes, row(below))
      functions.finer(
        row(above),
        row(below),
        shares[0]! * quarter,
        shares[1]! * quarter,
        plane.width,
        acrossHalved === 1,
        even,
        odd,
        row(narrow),
        row(index === 0 ? u : v),
      )
    }
    readRow(luma, line, bytes, row(y))
    functions.toRgb(row(y), row(u), row(v), width, row(rgb), black, ...weights)
    samples.set(bytes.subarray(row(rgb), row(rgb) + 3 * width), 3 * width * line)
  }
}
