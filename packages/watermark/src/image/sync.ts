import { type TileSpectrum, tileFrom } from './fold.ts'
import type { TilePattern } from './tile.ts'

/** Where the tile begins, and how sure that is. */
export interface Sync {
  /** Height of the correlation's peak in standard deviations of chance. */
  readonly z: number
  /** The tile of the picture is that of the pattern moved by so many cells to the right and down. */
  readonly right: number
  readonly down: number
  /** Whether it is the negative of the pattern: light and dark were exchanged. */
  readonly inverted: boolean
}

/**
 * Finds where the tile begins: circular correlation of the known waves with those of the picture, each cut down to the root of its
 * magnitude (between phase correlation and matched filter, since what disturbs is never the same everywhere).
 *
 * Under a key that has nothing to do with the picture the phases are independent and equally likely, so that at each place
 * `P(z > t) <= 2 exp(-t * t / 2)`, whatever the picture (a sum of cosines of random phases is sub-Gaussian).
 */
export function findSync(spectrum: TileSpectrum, pattern: TilePattern): Sync {
  const { size, syncCount, phaseRe, phaseIm, amplitude } = pattern
  const re = new Float64Array(pattern.count)
  const im = new Float64Array(pattern.count)
  let power = 0
  for (let bin = 0; bin < syncCount; bin++) {
    const a = spectrum.re[bin]!
    const b = spectrum.im[bin]!
    const magnitude = Math.hypot(a, b)
    if (magnitude === 0) continue
    const weight = amplitude[bin]! / Math.sqrt(magnitude)
    re[bin] = weight * (a * phaseRe[bin]! + b * phaseIm[bin]!)
    im[bin] = weight * (b * phaseRe[bin]! - a * phaseIm[bin]!)
    power += weight * weight * magnitude * magnitude
  }
  if (power === 0) return { z: 0, right: 0, down: 0, inverted: false }
  const correlation = tileFrom({ re, im }, pattern)
  let best = 0
  for (let at = 1; at < correlation.length; at++)
    if (Math.abs(correlation[at]!) > Math.abs(correlation[best]!)) best = at
  const peak = correlation[best]!
  const row = Math.floor(best / size)
  const column = best % size
  // Between cells: the top of a parabola through the neighbours.
  const neighbour = (right: number, down: number) =>
    correlation[((row + down + size) % size) * size + ((column + right + size) % size)]!
  const top = (before: number, after: number) => (before - after) / (2 * (before - 2 * peak + after)) || 0
  return {
    z: Math.abs(peak) / Math.sqrt(2 * power),
    right: column + top(neighbour(-1, 0), neighbour(1, 0)),
    down: row + top(neighbour(0, -1), neighbour(0, 1)),
    inverted: peak < 0,
  }
}

/** How a tile lies: as {@link Sync} says, not inverted unless it says so. */
export type TilePlace = Pick<Sync, 'right' | 'down'> & Partial<Pick<Sync, 'inverted'>>

/** Turns the spectrum of a picture into that of a tile that begins at its corner, and each bin's by its keyed phase. */
export function aligned(
  { re, im }: TileSpectrum,
  { right, down, inverted }: TilePlace,
  pattern: TilePattern,
): TileSpectrum {
  const sign = inverted ? -1 : 1
  const { size, kx, ky, phaseRe, phaseIm, count } = pattern
  const outRe = new Float64Array(count)
  const outIm = new Float64Array(count)
  for (let bin = 0; bin < count; bin++) {
    const turn = (2 * Math.PI * (kx[bin]! * right + ky[bin]! * down)) / size
    const c = sign * Math.cos(turn)
    const s = sign * Math.sin(turn)
    const a = re[bin]! * c - im[bin]! * s
    const b = re[bin]! * s + im[bin]! * c
    outRe[bin] = a * phaseRe[bin]! + b * phaseIm[bin]!
    outIm[bin] = b * phaseRe[bin]! - a * phaseIm[bin]!
  }
  return { re: outRe, im: outIm }
}
