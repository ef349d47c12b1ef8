import { type BlobRef, blob, type Facts, type ValueType } from '@colophon/core'
import type { MediaFacts } from './facts.ts'

/** Facts are shared by all media types: a blob is looked at once, whatever op it is given to. */
const inspect = async (blob: BlobRef): Promise<Facts> => {
  const { inspectMedia } = await import('./facts.ts')
  return { ...(await inspectMedia(blob)) }
}

const extensions = {
  image: ['.jpg', '.jpeg', '.png', '.webp', '.avif', '.tif', '.tiff', '.gif'],
  audio: ['.wav', '.flac', '.mp3', '.m4a', '.aac', '.ogg', '.opus', '.aif', '.aiff', '.caf', '.mka'],
  video: ['.mp4', '.mkv', '.webm', '.mov', '.m4v', '.avi', '.ts', '.m2ts', '.mpg', '.flv', '.wmv', '.mxf'],
} as const

type Kind = MediaFacts['kind']

const named: Readonly<Record<Kind, string>> = { image: 'a picture', audio: 'a sound recording', video: 'a video' }

const accepts =
  (...kinds: Kind[]) =>
  (facts: Facts): true | string => {
    const kind = facts.kind as Kind
    return kinds.includes(kind) || named[kind]
  }

const mediaBlob = (name: string, ...kinds: Kind[]): ValueType<BlobRef> =>
  blob({
    name,
    family: 'media',
    mediaTypes: kinds.map((kind) => `${kind}/*`),
    extensions: kinds.flatMap((kind) => extensions[kind]),
    inspect,
    accepts: accepts(...kinds),
  })

/** Any picture, sound recording or video. Its facts are {@link MediaFacts}. */
export const media = (): ValueType<BlobRef> => mediaBlob('media', 'image', 'audio', 'video')

/** What can be looked at: pictures, video, and sound recordings with cover art. */
export const pictorial = (): ValueType<BlobRef> =>
  blob({
    ...media().blob,
    name: 'picture or video',
    accepts: (facts) => facts.kind !== 'audio' || facts.hasCover === true || 'a sound recording without cover art',
  })

/** A still picture or an animation: JPEG, PNG, WebP, AVIF, TIFF or GIF. */
export const image = (): ValueType<BlobRef> => mediaBlob('image', 'image')

/** A sound recording. Cover art does not make it a video. */
export const audio = (): ValueType<BlobRef> => mediaBlob('audio', 'audio')

/** A video, with or without sound. */
export const video = (): ValueType<BlobRef> => mediaBlob('video', 'video')
