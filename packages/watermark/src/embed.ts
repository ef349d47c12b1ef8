import { BlobRef, blob, json, op, optional } from '@colophon/core'
import { image, media } from '@colophon/media'
import { keyRead } from './key-read.ts'
import { modalityOf } from './modality.ts'
import { embedParams } from './params.ts'
import { embedReport, embedSummary } from './report/embed-report.ts'

/**
 * Hides a message in a medium, by the op for its kind: `watermark.image.embed` for pictures, the only kind so far.
 *
 * @example
 * const { media } = await store.run(() => embed({ media: file('photo.jpg'), message: 'hello' }))
 * @throws ColophonError MEDIA_WRONG_KIND for other kinds, and as `embedImage`
 */
export const embed = op({
  name: 'watermark.embed',
  version: 1,
  summary: 'Hide a message in a file',
  description: 'Pictures can be marked; what is done and given back is that of "colophon watermark image embed".',
  inputs: { media: media() },
  params: embedParams,
  reads: { key: keyRead },
  outputs: {
    media: image(),
    residual: optional(blob({ ...image().blob, name: 'residual picture', extensions: ['.png'] })),
    report: json(embedReport, { name: 'embedding report' }),
  },
  needs: { cpu: 1, memory: '768MiB' },
  outcome: ({ report }) => ({ summary: embedSummary(report) }),
  async afterwards({ media, report }, call) {
    const { registerMark } = await import('./registry/register-mark.ts')
    return registerMark(report, media, call)
  },
  examples: [
    'colophon watermark embed photo.jpg --message "hello" -o marked.jpg',
    'colophon watermark embed photo.png --message "For the press, 12 May" --recipient alice -o alice.png',
  ],
  async run({ media, key, ...params }, { refs }) {
    modalityOf(media)
    const { embedImage } = await import('./image-embed.ts')
    const { image, residual, report } = await embedImage({ image: refs.media as BlobRef, key: String(key), ...params })
    return { media: image, residual: residual instanceof BlobRef ? residual : undefined, report }
  },
})
