import type { Picture } from '@colophon/media'

type Shape = Partial<Pick<Picture, 'width' | 'height' | 'channels' | 'bitDepth' | 'orientation'>>

/** Sizes of the blotches that a picture is painted with, in pixels, and how strong they are. */
const octaves = [
  [64, 60],
  [16, 30],
  [5, 14],
  [2, 6],
] as const

/**
 * A picture for tests that looks, to a detector, like a photograph: blotches of many sizes. Its colours differ a little; alpha is
 * full but for a corner.
 */
export function paintedPicture(
  seed: number,
  { width = 320, height = 320, channels = 3, bitDepth = 8, orientation = 1 }: Shape = {},
): Picture {
  const luma = new Float64Array(width * height).fill(118)
  for (const [size, strength] of octaves) addBlotches(luma, width, height, size, strength, seed + size)
  const wide = bitDepth > 8
  const scale = wide ? 257 : 1
  const samples = new (wide ? Uint16Array : Uint8Array)(width * height * channels)
  const alpha = channels % 2 === 0 ? channels - 1 : -1
  for (let pixel = 0, at = 0; pixel < luma.length; pixel++)
    for (let channel = 0; channel < channels; channel++, at++) {
      const [x, y] = [pixel % width, Math.floor(pixel / width)]
      const value = channel === alpha ? (x + y < 40 ? 0 : 255) : luma[pixel]! + (channel - 1) * (x / width) * 20
      samples[at] = Math.round(Math.min(255, Math.max(0, value)) * scale)
    }
  const encoding = { frames: 1 }
  return { width, height, channels, samples, bitDepth, premultiplied: false, orientation, format: 'png', encoding }
}

/** Adds smoothly joined random levels, one every `size` pixels. */
function addBlotches(
  luma: Float64Array,
  width: number,
  height: number,
  size: number,
  strength: number,
  seed: number,
): void {
  const across = Math.ceil(width / size) + 2
  const levels = Float64Array.from({ length: across * (Math.ceil(height / size) + 2) }, (_, at) => level(at, seed))
  for (let y = 0, pixel = 0; y < height; y++)
    for (let x = 0; x < width; x++, pixel++) {
      const [left, top] = [Math.floor(x / size), Math.floor(y / size)]
      const [right, down] = [smooth(x / size - left), smooth(y / size - top)]
      const at = top * across + left
      const upper = levels[at]! + (levels[at + 1]! - levels[at]!) * right
      const lower = levels[at + across]! + (levels[at + across + 1]! - levels[at + across]!) * right
      luma[pixel]! += strength * (upper + (lower - upper) * down)
    }
}

const smooth = (share: number): number => share * share * (3 - 2 * share)

/** A number between -1 and 1 that looks like chance (a step of MurmurHash3). */
function level(at: number, seed: number): number {
  let hash = Math.imul(at + 1, 0x9e3779b1) ^ Math.imul(seed + 1, 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 31 - 1
}
