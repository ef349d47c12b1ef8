import { coarser, onColumn, onRow, sum, type Taps } from './colour-chroma.ts'
import { lumaShares, quantisation, type YuvFormat } from './colour-format.ts'
import { colourKernel, writeRow } from './colour-kernel.ts'
import { type Component, halvings } from './colour-planes.ts'

/** Rows of the kernel's memory; from `apart` on three colours of each of the last four rows, from `mean` on three colours. */
const [rgb, result, tall, mean, apart] = [0, 2, 3, 4, 7] as const
const lines = 4
const rows = apart + 3 * lines

/** Bits behind the point of the kernel's weights, which have 16 bits. */
const point = 15
/** Rows of chroma's size are 16 times as great. */
const finerPoint = point + 4

/** Weights of the sample before, the own and the one behind, of 4. */
function threeOf({ first, weights }: Taps): readonly [number, number, number] {
  const quarter = 4 / sum(weights)
  const [before, own, behind] = [-1, 0, 1].map((place) => (weights[place - first] ?? 0) * quarter)
  return [before!, own!, behind!]
}

/** Writes luma and chroma that {@link takesPlanes} found fit. At most 0.03 off before rounding. */
export function simdToYuv(
  samples: Uint8Array,
  luma: Component,
  chroma: readonly [u: Component, v: Component],
  format: YuvFormat,
): void {
  const { black, lumaScale, chromaScale, neutral } = quantisation(format)
  const { siting = 'left' } = format
  const { width, height } = luma
  const { functions, bytes, row } = colourKernel(width, rows)
  const [red, , blue] = lumaShares(format.matrix)
  // The weight of green is what is left, so that white and greys are exact.
  const scale = (lumaScale / 255) * 2 ** point
  const [r, b] = [Math.round(red * scale), Math.round(blue * scale)]
  const forLuma = [r, Math.round(scale) - r - b, b, black * 2 ** point + 2 ** (point - 1), point] as const
  const added = neutral * 2 ** finerPoint + 2 ** (finerPoint - 1)
  const half = Math.round((chromaScale / 255) * 2 ** (point - 1))
  const redU = -Math.round((half * red) / (1 - blue))
  const blueV = -Math.round((half * blue) / (1 - red))
  const forChroma = [
    [redU, -half - redU, half, added, finerPoint],
    [half, -half - blueV, blueV, added, finerPoint],
  ] as const

  const colour = (line: number, index: number): number => row(apart + 3 * (line % lines) + index)
  const makeLuma = (line: number): void => {
    bytes.set(samples.subarray(3 * width * line, 3 * width * (line + 1)), row(rgb))
    const of = [colour(line, 0), colour(line, 1), colour(line, 2)] as const
    functions.apart(row(rgb), width, ...of)
    functions.luma(...of, width, row(result), ...forLuma)
    writeRow(luma, line, bytes, row(result))
  }
  const [acrossHalved, downHalved] = halvings(luma, chroma[0])
  const [before, , behind] = threeOf(coarser(acrossHalved, onColumn(siting)))
  const down = threeOf(coarser(downHalved, onRow(siting)))
  let made = 0
  for (let line = 0; line < chroma[0].height; line++) {
    const own = line * 2 ** downHalved
    const above = Math.max(0, own - 1)
    const below = Math.min(height - 1, own + 1)
    while (made <= below) makeLuma(made++)
    for (const index of [0, 1, 2])
      functions.coarser(
        colour(above, index),
        colour(own, index),
        colour(below, index),
        ...down,
        width,
        acrossHalved === 1,
        before,
        behind,
        row(tall),
        row(mean + index),
      )
    for (const [index, plane] of chroma.entries()) {
      functions.chroma(row(mean), row(mean + 1), row(mean + 2), plane.width, row(result), ...forChroma[index]!)
      writeRow(plane, line, bytes, row(result))
    }
  }
}
