import type { Picture } from '@colophon/media'
import type { SeededRandom } from './random.ts'
import { coloursOf, peakOf, rounded, withSamples } from './samples.ts'

/**
 * Adds Gaussian noise to each colour on its own.
 *
 * @param sigma standard deviation as a share of white
 */
export function addNoise(picture: Picture, sigma: number, random: SeededRandom): Picture {
  const { samples, channels } = picture
  const peak = peakOf(picture)
  const colours = coloursOf(picture)
  const noisy = samples.slice()
  for (let pixel = 0; pixel < samples.length; pixel += channels)
    for (let at = pixel; at < pixel + colours; at++)
      noisy[at] = rounded(samples[at]! + sigma * peak * random.normal(), peak)
  return withSamples(picture, noisy)
}

/** Replaces a share of the rows, left to chance, by noise of every level. */
export function addNoiseRows(picture: Picture, share: number, random: SeededRandom): Picture {
  const { samples, channels, width, height } = picture
  const peak = peakOf(picture)
  const colours = coloursOf(picture)
  const noisy = samples.slice()
  for (let y = 0; y < height; y++) {
    if (random.uniform() >= share) continue
    for (let pixel = y * width * channels; pixel < (y + 1) * width * channels; pixel += channels)
      for (let at = pixel; at < pixel + colours; at++) noisy[at] = random.below(peak + 1)
  }
  return withSamples(picture, noisy)
}
