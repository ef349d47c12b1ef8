import type { Sharp } from 'sharp'
import type { Pixels } from '../av/picture.ts'
import { damaged } from '../failures.ts'
import type { Size } from '../geometry/fit.ts'
import { sharp } from '../image/library.ts'
import { type ImageSource, openImage, plainReason } from '../image/open.ts'
import type { ThumbnailParams } from './report.ts'

export const extensionOf = { jpeg: '.jpg', png: '.png', webp: '.webp' } as const

type Encoding = Pick<ThumbnailParams, 'format' | 'quality'>

/** JPEG has no transparency, so what shows through is white paper. */
const encoded = (image: Sharp, { format, quality }: Encoding): Sharp => {
  switch (format) {
    case 'jpeg':
      return image.flatten({ background: '#fff' }).jpeg({ quality, mozjpeg: true })
    case 'png':
      return image.png({ compressionLevel: 9 })
    case 'webp':
      return image.webp({ quality })
  }
}

/**
 * Scales a picture to a size and writes it: upright, in 8-bit sRGB whatever its profile, its first page if it has several.
 *
 * @param size as shown, after the orientation is applied
 * @throws ColophonError MEDIA_DAMAGED
 */
export async function writeImage(source: ImageSource, size: Size, encoding: Encoding, path: string): Promise<void> {
  const image = (await openImage(source))
    .autoOrient()
    .resize({ ...size, fit: 'fill' })
    .toColourspace('srgb')
  await encoded(image, encoding)
    .toFile(path)
    .catch((error: Error) => {
      throw damaged(`its pixels cannot be decoded (${plainReason(error)})`, error)
    })
}

/** Writes pixels as they are. */
export async function writePixels(pixels: Pixels, encoding: Encoding, path: string): Promise<void> {
  const { data, width, height, channels } = pixels
  const image = (await sharp())(data, { raw: { width, height, channels } })
  await encoded(image, encoding).toFile(path)
}
