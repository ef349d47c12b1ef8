import type { Picture } from '@colophon/media'
import { coloursOf, mapColours, peakOf, rounded, withSamples } from './samples.ts'

/** Multiplies colours; what is above white is clipped. */
export const changeBrightness = (picture: Picture, factor: number): Picture =>
  mapColours(picture, (level) => level * factor)

/** Multiplies the distance from the middle grey; what is beyond black and white is clipped. */
export const changeContrast = (picture: Picture, factor: number): Picture =>
  mapColours(picture, (level, peak) => (level - peak / 2) * factor + peak / 2)

/** Raises colours, taken as 0 to 1, to a power: below 1 lighter, above 1 darker. */
export const changeGamma = (picture: Picture, power: number): Picture =>
  mapColours(picture, (level, peak) => (level / peak) ** power * peak)

/** Sets red, green and blue to the luma of ITU-R BT.601, as photo programs and Pillow do. */
export function toGrey(picture: Picture): Picture {
  if (coloursOf(picture) === 1) return picture
  const { samples, channels } = picture
  const peak = peakOf(picture)
  const grey = samples.slice()
  for (let at = 0; at < samples.length; at += channels) {
    const luma = rounded(0.299 * samples[at]! + 0.587 * samples[at + 1]! + 0.114 * samples[at + 2]!, peak)
    grey.fill(luma, at, at + 3)
  }
  return withSamples(picture, grey)
}
