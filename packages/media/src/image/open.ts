import type { Metadata, Sharp } from 'sharp'
import { checkLimit, damaged } from '../failures.ts'
import { limits } from '../limits.ts'
import { sharp } from './library.ts'

/** A picture: the path of its file, or its bytes when it was taken out of another file. */
export type ImageSource = string | Uint8Array

/**
 * Opens the first page of a picture. Nothing is decoded yet.
 *
 * A picture whose data break off is refused; slips that every viewer overlooks are overlooked here as well.
 */
export async function openImage(source: ImageSource): Promise<Sharp> {
  const library = await sharp()
  // The limit is checked from the header, by `imageHeader`, so that it is told by our own error.
  return library(source, { page: 0, pages: 1, failOn: 'error', limitInputPixels: false, sequentialRead: true })
}

/**
 * What the header of a picture tells.
 *
 * @throws ColophonError MEDIA_DAMAGED, MEDIA_TOO_LARGE
 */
export async function imageHeader(source: ImageSource): Promise<Metadata> {
  const image = await openImage(source)
  const header = await image.metadata().catch((error: Error) => {
    throw damaged(`its header cannot be read (${plainReason(error)})`, error)
  })
  checkLimit('pixels', header.width * header.height, limits.imagePixels)
  return header
}

/**
 * What libvips says is wrong: the first line of its message that says something, without the names of file and loader before it.
 * Where it tries several places in a file, it speaks of each that is not there.
 */
export const plainReason = (error: Error): string =>
  error.message
    .replace(/^Input (file|buffer) has corrupt header:/, '')
    .split('\n')
    .map((line) => line.replace(/^.*?(\w+load(_\w+)?: )/, '').trim())
    .find((line) => line !== '' && !/: bad seek to \d+$/.test(line)) ?? 'libvips does not say why'
