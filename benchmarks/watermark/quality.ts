import { type Picture, psnrOf, ssim } from '@colophon/media'
import { lumaOf } from './pictures.ts'

/** PSNR over all channels, SSIM of luma. */
export function qualityOf(picture: Picture, marked: Picture): { psnr: number; ssim: number } {
  let sum = 0
  for (let at = 0; at < picture.samples.length; at++) sum += (picture.samples[at]! - marked.samples[at]!) ** 2
  return { psnr: psnrOf(sum / picture.samples.length, 255), ssim: ssim(lumaOf(picture), lumaOf(marked)) }
}
