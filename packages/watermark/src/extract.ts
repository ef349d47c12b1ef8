import { type BlobRef, json, op } from '@colophon/core'
import { media } from '@colophon/media'
import { keyRead } from './key-read.ts'
import { modalityOf } from './modality.ts'
import { extractParams } from './params.ts'
import { extractOutcome, extractReport, softBitsReport } from './report/extract-report.ts'

/**
 * Looks for a mark in a medium, by the op for its kind: `watermark.image.extract` for pictures, the only kind so far.
 *
 * @example
 * const { report } = await store.run(() => extract({ media: file('suspect.jpg') }))
 * @throws ColophonError MEDIA_WRONG_KIND for other kinds, and as `extractImage`
 */
export const extract = op({
  name: 'watermark.extract',
  version: 1,
  summary: 'Find a hidden message in a file',
  description: 'Looks in pictures; what is done and given back is that of "colophon watermark image extract".',
  inputs: { media: media() },
  params: extractParams,
  reads: { key: keyRead },
  outputs: {
    report: json(extractReport, { name: 'extraction report' }),
    soft: json(softBitsReport, { name: 'soft bits', extension: '.json' }),
  },
  needs: { cpu: 1, memory: '512MiB' },
  outcome: ({ report }) => extractOutcome(report),
  async afterwards(extracted, call) {
    const { resolveMark } = await import('./registry/resolve-mark.ts')
    return resolveMark(extracted, call)
  },
  examples: ['colophon watermark extract suspect.jpg', 'colophon watermark extract suspect.jpg --json'],
  async run({ media, key, ...params }, { refs }) {
    modalityOf(media)
    const { extractImage } = await import('./image-extract.ts')
    return extractImage({ image: refs.media as BlobRef, key: String(key), ...params })
  },
})
