import type { Random } from './random.ts'

/** A smooth field of random heights, 0 to 1. */
export type Field = (x: number, y: number) => number

const side = 64

/**
 * Value noise summed over octaves: like clouds, stone or ground (K. Perlin, An image synthesizer, 1985, with plain values on the lattice).
 *
 * @param wavelength pixels of the largest features
 * @param roughness share of an octave's height that the next finer one has
 */
export function fractal(random: Random, wavelength: number, octaves: number, roughness = 0.5): Field {
  const lattices = Array.from({ length: octaves }, () =>
    Float32Array.from({ length: side * side }, () => random.unit()),
  )
  let sum = 0
  for (let octave = 0; octave < octaves; octave++) sum += roughness ** octave
  return (x, y) => {
    let height = 0
    for (let octave = 0; octave < octaves; octave++) {
      const scale = 2 ** octave / wavelength
      height += roughness ** octave * smooth(lattices[octave]!, x * scale, y * scale)
    }
    return height / sum
  }
}

function smooth(lattice: Float32Array, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const ease = (t: number): number => t * t * (3 - 2 * t)
  const [s, t] = [ease(x - left), ease(y - top)]
  const at = (dx: number, dy: number): number => lattice[((top + dy) & (side - 1)) * side + ((left + dx) & (side - 1))]!
  const upper = at(0, 0) + s * (at(1, 0) - at(0, 0))
  const lower = at(0, 1) + s * (at(1, 1) - at(0, 1))
  return upper + t * (lower - upper)
}
