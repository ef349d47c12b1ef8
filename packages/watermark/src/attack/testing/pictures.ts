import type { Picture } from '@colophon/media'

type Shape = Partial<Pick<Picture, 'width' | 'height' | 'channels' | 'bitDepth'>>

/** A picture for tests: waves, an edge and a ramp, with alpha that runs from left to right. */
export function testPicture({ width = 64, height = 48, channels = 3, bitDepth = 8 }: Shape = {}): Picture {
  const peak = bitDepth === 8 ? 255 : 65535
  const length = width * height * channels
  const samples = bitDepth === 8 ? new Uint8Array(length) : new Uint16Array(length)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++)
      for (let channel = 0; channel < channels; channel++, at++) {
        const alpha = channels % 2 === 0 && channel === channels - 1
        const wave = 0.5 + 0.3 * Math.sin(x / (3 + channel)) * Math.cos(y / 5) + (x > width / 2 ? 0.1 : -0.1)
        samples[at] = Math.round(peak * (alpha ? (x + 1) / width : wave))
      }
  const encoding = { frames: 1 }
  return { width, height, channels, samples, bitDepth, premultiplied: false, orientation: 1, format: 'png', encoding }
}

/** Whether two pictures have the same size and the same samples. */
export const same = (a: Picture, b: Picture): boolean =>
  a.width === b.width &&
  a.height === b.height &&
  a.channels === b.channels &&
  Buffer.compare(bytesOf(a.samples), bytesOf(b.samples)) === 0

const bytesOf = ({ buffer, byteOffset, byteLength }: Picture['samples']): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength)

/** Root mean square of the differences of the samples, as a share of white. */
export function difference(a: Picture, b: Picture): number {
  if (a.samples.length !== b.samples.length) return Number.POSITIVE_INFINITY
  const peak = a.bitDepth === 8 ? 255 : 65535
  let sum = 0
  for (let at = 0; at < a.samples.length; at++) sum += ((a.samples[at]! - b.samples[at]!) / peak) ** 2
  return Math.sqrt(sum / a.samples.length)
}
