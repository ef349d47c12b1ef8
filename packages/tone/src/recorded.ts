import { type BlobRef, blob, type ValueType } from '@colophon/core'
import { media } from '@colophon/media'

/** A sound recording, or a video with sound. */
export const recorded = (): ValueType<BlobRef> =>
  blob({
    ...media().blob,
    name: 'recording',
    accepts: (facts) => {
      if (facts.kind === 'image') return 'a picture'
      return facts.kind === 'audio' || facts.hasAudio === true || 'a video without sound'
    },
  })
