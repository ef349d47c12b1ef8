import { MarkKey } from '../../payload/secret-key.ts'
import { tileFrom } from '../fold.ts'
import { inverse, type Matrix, product } from '../matrix.ts'
import type { GreyPlane } from '../plane.ts'
import { TilePattern, tileSize } from '../tile.ts'

/** What its tiles are made with. */
const key = MarkKey.from('a key for lattices')
export const pattern = new TilePattern(key)

/** A tile of deviation 1. */
const tile = (() => {
  const amplitude = pattern.amplitude
  const re = amplitude.map((a, bin) => a * pattern.phaseRe[bin]!)
  const im = amplitude.map((a, bin) => a * pattern.phaseIm[bin]!)
  const numbers = tileFrom({ re, im }, pattern)
  const deviation = Math.sqrt(numbers.reduce((sum, value) => sum + value * value, 0) / numbers.length)
  return numbers.map((value) => value / deviation)
})()

/**
 * Noise of deviation 1 with tiles of deviation `strength` that lie as `matrix` says.
 *
 * @param bend by how many canonical pixels the tiles at the corners are bent away from where a flat picture has them
 */
export function tiled(
  width: number,
  height: number,
  matrix: Matrix,
  strength: number,
  seed: number,
  bend = 0,
): GreyPlane {
  const noise = key.stream(`noise ${seed}`)
  const [ux, uy, vx, vy] = inverse(matrix)
  const data = new Float32Array(width * height)
  const mask = tileSize - 1
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at++) {
      const [across, along] = [(2 * x) / width - 1, (2 * y) / height - 1]
      const u = ux * x + uy * y + 10.3 + bend * across * along
      const v = vx * x + vy * y + 20.8 + (bend * (along * along - across * across)) / 2
      const [left, top] = [Math.floor(u), Math.floor(v)]
      const [fu, fv] = [u - left, v - top]
      const cell = (i: number, j: number) => tile[((top + j) & mask) * tileSize + ((left + i) & mask)]!
      const mark = (1 - fv) * ((1 - fu) * cell(0, 0) + fu * cell(1, 0)) + fv * ((1 - fu) * cell(0, 1) + fu * cell(1, 1))
      // The sum of four uniform numbers is near enough to a normal one.
      let chance = -2
      for (let n = 0; n < 4; n++) chance += noise.uniform()
      data[at] = Math.sqrt(3) * chance + strength * mark
    }
  return { data, width, height }
}

/** Stretches, then turns. */
export const turned = (degrees: number, scaleX: number, scaleY: number): Matrix => {
  const angle = (degrees * Math.PI) / 180
  return product([Math.cos(angle), -Math.sin(angle), Math.sin(angle), Math.cos(angle)], [scaleX, 0, 0, scaleY])
}
