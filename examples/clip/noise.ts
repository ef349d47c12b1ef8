/** A number from 0 to 1 that depends on two whole numbers only, and looks like chance. */
export function chance(x: number, y = 0): number {
  let hash = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32
}

const smooth = (t: number): number => t * t * (3 - 2 * t)

/** Smooth noise from 0 to 1, with one hill or dale for each whole step. */
export function noise(x: number, y = 0): number {
  const [left, top] = [Math.floor(x), Math.floor(y)]
  const [u, v] = [smooth(x - left), smooth(y - top)]
  const upper = chance(left, top) * (1 - u) + chance(left + 1, top) * u
  const lower = chance(left, top + 1) * (1 - u) + chance(left + 1, top + 1) * u
  return upper * (1 - v) + lower * v
}

/** Noise with finer and finer detail, from 0 to 1. */
export function rough(x: number, y: number, octaves: number): number {
  let [sum, weight, total] = [0, 0.5, 0]
  for (let octave = 0; octave < octaves; octave++) {
    const scale = 2 ** octave
    sum += weight * noise(x * scale + octave * 17.3, y * scale + octave * 9.1)
    total += weight
    weight /= 2
  }
  return sum / total
}
