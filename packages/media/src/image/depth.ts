import type { BitDepth } from './picture.ts'

/**
 * Fills 16 bits from the upper bits that a picture of 10 or 12 bits has, so that white is 65535 and not a little less. The upper
 * bits are repeated below, as is usual; dropping the lower bits gives back what was there. Works in place.
 *
 * @param samples whose lower 16 - `bits` bits are 0
 */
export function fillLowBits(samples: Uint16Array, bits: 10 | 12): void {
  for (let i = 0; i < samples.length; i++) samples[i]! |= samples[i]! >>> bits
}

/**
 * Samples in another bit depth, rounded to the nearest level.
 *
 * @returns a `Uint8Array` for 8 bits, else a `Uint16Array` in the range 0 to 65535 whose values are levels of that depth; the same
 * array where nothing changes
 */
export function toBitDepth(samples: Uint8Array | Uint16Array, from: BitDepth, to: BitDepth): Uint8Array | Uint16Array {
  if (from === to) return samples
  if (samples instanceof Uint8Array) {
    const wide = new Uint16Array(samples.length)
    for (let i = 0; i < wide.length; i++) wide[i] = samples[i]! * 257
    return to === 16 ? wide : toBitDepth(wide, 16, to)
  }
  if (to === 16) return samples
  if (to === 8) {
    const narrow = new Uint8Array(samples.length)
    for (let i = 0; i < narrow.length; i++) narrow[i] = ((samples[i]! + 128) / 257) | 0
    return narrow
  }
  const rounded = new Uint16Array(samples.length)
  const levels = 2 ** to - 1
  for (let i = 0; i < rounded.length; i++) rounded[i] = Math.round((samples[i]! * levels) / 65535) << (16 - to)
  fillLowBits(rounded, to)
  return rounded
}
