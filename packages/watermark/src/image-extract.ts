import { json, op } from '@colophon/core'
import { image } from '@colophon/media'
import { keyRead } from './key-read.ts'
import { extractParams } from './params.ts'
import { extractOutcome, extractReport, softBitsReport } from './report/extract-report.ts'

/**
 * Looks for a mark of a key in a picture, without the original, its size or the length of what was hidden.
 *
 * There are three answers: a payload that its keyed check vouches for; a mark that is there and cannot be read; and nothing. Each comes with
 * the probability that a picture without such a mark looks like this.
 *
 * @example
 * const { report } = await store.run(() => extractImage({ image: file('suspect.jpg') }))
 * const { found, message, payload, pValue } = await report.value()
 * @throws ColophonError WATERMARK_KEY_INVALID, SECRET_NOT_FOUND, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE, MEDIA_WRONG_KIND
 */
export const extractImage = op({
  name: 'watermark.image.extract',
  version: 1,
  summary: 'Find a hidden message in a picture',
  description:
    'Says found, unreadable or none, with the probability that chance looks the same. Copies may have been turned by any angle, mirrored, scaled from 0.4 to 2.5 times, stretched and cropped.',
  inputs: { image: image() },
  params: extractParams,
  reads: { key: keyRead },
  outputs: {
    report: json(extractReport, { name: 'extraction report' }),
    soft: json(softBitsReport, { name: 'soft bits', extension: '.json' }),
  },
  metrics: {
    found: { unit: '1', from: ({ report }) => Number(report.found) },
    pValue: { unit: '1', from: ({ report }) => report.pValue },
  },
  needs: { cpu: 1, memory: '512MiB' },
  cost: ({ image }) => ({ cpuSeconds: 0.7 + 0.05 * Number(image.facts.megapixels ?? 0) }),
  outcome: ({ report }) => extractOutcome(report),
  async afterwards(extracted, call) {
    const { resolveMark } = await import('./registry/resolve-mark.ts')
    return resolveMark(extracted, call)
  },
  examples: [
    'colophon watermark image extract suspect.jpg',
    'colophon watermark image extract suspect.png --key press-2026 --json',
  ],
  async run({ image, ...params }, context) {
    const { extractPicture } = await import('./extract/extract-picture.ts')
    return extractPicture(image, params, context)
  },
})
