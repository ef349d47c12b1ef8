import { type BlobRef, ColophonError } from '@colophon/core'

/** Kinds of media that can be marked, as their facts name them. */
const markable = ['image'] as const

export type Modality = (typeof markable)[number]

const named: Readonly<Record<string, string>> = { audio: 'a sound recording', video: 'a video', image: 'a picture' }

/**
 * The kind of a medium, if it is one that can be marked.
 *
 * @throws ColophonError MEDIA_WRONG_KIND
 */
export function modalityOf(media: Pick<BlobRef, 'facts' | 'name'>): Modality {
  const kind = String(media.facts.kind)
  const found = markable.find((each) => each === kind)
  if (found) return found
  const name = media.name ?? 'The file'
  throw new ColophonError('MEDIA_WRONG_KIND', {
    name,
    found: named[kind] ?? kind,
    wanted: 'a picture (JPEG, PNG, WebP, AVIF, TIFF or GIF)',
  })
}
