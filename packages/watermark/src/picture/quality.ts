import { type Picture, psnrOf, ssim } from '@colophon/media'
import type { GreyPlane } from '../image/plane.ts'

/**
 * PSNR in dB of one picture against another of the same size, over all channels but alpha, whatever their bit depths.
 *
 * @returns null for pictures that are the same
 */
export function picturePsnr(a: Picture, b: Picture): number | null {
  const colours = Math.min(a.channels < 3 ? 1 : 3, b.channels < 3 ? 1 : 3)
  const [scaleA, scaleB] = [scaleOf(a), scaleOf(b)]
  const pixels = a.width * a.height
  let sum = 0
  for (let pixel = 0, at = 0, to = 0; pixel < pixels; pixel++, at += a.channels, to += b.channels)
    for (let colour = 0; colour < colours; colour++) {
      const difference = a.samples[at + colour]! * scaleA - b.samples[to + colour]! * scaleB
      sum += difference * difference
    }
  return sum === 0 ? null : psnrOf(sum / (pixels * colours), 255)
}

const scaleOf = ({ samples }: Picture): number => (samples instanceof Uint8Array ? 1 : 1 / 257)

/** SSIM of two lumas; null below the size of its window, 11x11. */
export const lumaSsim = (a: GreyPlane, b: GreyPlane): number | null =>
  Math.min(a.width, a.height) < 11 ? null : ssim(a, b, 255)
