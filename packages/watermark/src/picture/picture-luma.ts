import type { Picture } from '@colophon/media'
import type { GreyPlane } from '../image/plane.ts'
import { orientPlane } from './orient-plane.ts'

/** Shares of red, green and blue: those of JPEG's Y (ITU-R BT.601), which most copies of a picture will go through. */
export const lumaShares = [0.299, 0.587, 0.114] as const

/**
 * The luma of a picture as it is looked at (upright), 0 to 255 whatever its bit depth, not rounded, in the picture's own colour space.
 * What is transparent shows the mean of what is not, so that it is flat and not whatever colours happen to lie under it.
 */
export function pictureLuma(picture: Picture): GreyPlane {
  const { samples, width, height, channels, orientation } = picture
  const data = new Float32Array(width * height)
  const scale = samples instanceof Uint8Array ? 1 : 1 / 257
  if (channels < 3)
    for (let pixel = 0, at = 0; pixel < data.length; pixel++, at += channels) data[pixel] = samples[at]! * scale
  else fromColours(samples, channels, scale, data)
  if (channels === 2 || channels === 4) overMean(samples, channels, data)
  return orientPlane({ data, width, height }, orientation)
}

function fromColours(samples: Picture['samples'], channels: number, scale: number, data: Float32Array): void {
  const [red, green, blue] = [lumaShares[0] * scale, lumaShares[1] * scale, lumaShares[2] * scale]
  for (let pixel = 0, at = 0; pixel < data.length; pixel++, at += channels)
    data[pixel] = red * samples[at]! + green * samples[at + 1]! + blue * samples[at + 2]!
}

/** Lays what is transparent over the mean of the whole. */
function overMean(samples: Picture['samples'], channels: number, data: Float32Array): void {
  let [sum, weight] = [0, 0]
  for (let pixel = 0, at = channels - 1; pixel < data.length; pixel++, at += channels) {
    sum += samples[at]! * data[pixel]!
    weight += samples[at]!
  }
  const mean = weight === 0 ? 0 : sum / weight
  const peak = samples instanceof Uint8Array ? 255 : 65535
  for (let pixel = 0, at = channels - 1; pixel < data.length; pixel++, at += channels)
    data[pixel] = mean + ((data[pixel]! - mean) * samples[at]!) / peak
}
