import { type BlobRef, ColophonError } from '@colophon/core'
import { type Picture, readPicture } from '@colophon/media'

/** What errors call a file whose name is not known. */
export const nameOf = (blob: Pick<BlobRef, 'name'>): string => blob.name ?? 'The picture'

/** Formats whose files do not say how they are to be turned, so that their pixels must be upright. */
const upright = ['avif', 'gif']

/**
 * Reads a picture that is to be marked, with its pixels as they are stored.
 *
 * @param format it is to be written in
 * @throws ColophonError MEDIA_WRONG_KIND for animations, several pages and CMYK, of which one picture of the same kind could not be made;
 *   and as `readPicture` of media
 */
export async function readMarkable(blob: BlobRef, format: string | undefined): Promise<Picture> {
  const name = nameOf(blob)
  const kept = ![format, blob.facts.format].some((each) => upright.includes(String(each)))
  const picture = await readPicture(blob, { orient: !kept })
  checkStill(picture, name)
  if (picture.encoding.cmyk)
    throw new ColophonError('MEDIA_WRONG_KIND', { name, found: 'a CMYK picture', wanted: 'one in grey or RGB' })
  return picture
}

/** @throws ColophonError MEDIA_WRONG_KIND */
export function checkStill({ encoding: { frames }, format }: Picture, name: string): void {
  if (frames <= 1) return
  const found = format === 'tiff' ? `a file of ${frames} pages` : `an animation of ${frames} frames`
  throw new ColophonError('MEDIA_WRONG_KIND', { name, found, wanted: 'a single still picture' })
}
