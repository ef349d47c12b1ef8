import type { Picture } from '@colophon/media'
import type { GreyPlane } from '../image/plane.ts'
import { orientPlane, undoing } from './orient-plane.ts'

/**
 * A picture with the same amount added to red, green and blue of each pixel, which leaves its colours' differences as they are. Alpha stays,
 * and so does every pixel that is wholly transparent or to which nothing is added.
 *
 * Samples are whole numbers and the amounts are not: what rounding leaves is passed on to the neighbours (R. W. Floyd, L. Steinberg, "An
 * adaptive algorithm for spatial grey scale", 1976), so that amounts below one half are not lost in smooth areas, and what is put in
 * their place is finer than the mark.
 *
 * @param added for the picture as it is looked at (upright), in levels of 0 to 255 whatever its bit depth
 * @param strength what the amounts are multiplied by
 * @throws RangeError when the sizes differ
 */
export function addLuma(picture: Picture, added: GreyPlane, strength = 1): Picture {
  const { samples, width, height, channels, orientation } = picture
  const { data, ...size } = orientPlane(added, undoing(orientation))
  if (size.width !== width || size.height !== height)
    throw new RangeError(`A picture of ${width}x${height} pixels cannot take a plane of ${size.width}x${size.height}.`)
  const marked = samples.slice()
  const peak = samples instanceof Uint8Array ? 255 : 65535
  const scale = (strength * peak) / 255
  const colours = channels < 3 ? 1 : 3
  const alpha = channels === 2 || channels === 4 ? channels - 1 : -1
  // With a pixel of room at either end.
  let carried = new Float64Array(width + 2)
  let next = new Float64Array(width + 2)
  for (let y = 0, pixel = 0, at = 0; y < height; y++) {
    let right = 0
    for (let x = 0; x < width; x++, pixel++, at += channels) {
      const amount = data[pixel]!
      if (amount === 0 || (alpha >= 0 && samples[at + alpha] === 0)) {
        right = 0
        continue
      }
      const wanted = amount * scale + right + carried[x + 1]!
      const whole = Math.floor(wanted + 0.5)
      const rest = wanted - whole
      right = rest * (7 / 16)
      next[x]! += rest * (3 / 16)
      next[x + 1]! += rest * (5 / 16)
      next[x + 2]! += rest * (1 / 16)
      for (let colour = at; colour < at + colours; colour++) {
        const value = samples[colour]! + whole
        marked[colour] = value < 0 ? 0 : value > peak ? peak : value
      }
    }
    const done = carried
    carried = next
    next = done.fill(0)
  }
  return { ...picture, samples: marked }
}
