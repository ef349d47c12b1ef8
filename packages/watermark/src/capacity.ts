import { json, op } from '@colophon/core'
import { media } from '@colophon/media'
import { keyRead } from './key-read.ts'
import { capacityParams } from './params.ts'
import { capacityReport, capacitySummary } from './report/capacity-report.ts'

/**
 * Whether a file can carry a payload, before anything is hidden in it, and if not, why: too small, or too much of it flat.
 *
 * @example
 * const { report } = await capacity({ media: file('slide.png'), bits: 64 })
 * @throws ColophonError MEDIA_WRONG_KIND for what is no picture, and as `embedImage`
 */
export const capacity = op({
  name: 'watermark.capacity',
  version: 1,
  summary: 'Say whether a file can carry a mark',
  description: 'Pictures of at least 256 pixels a side carry a mark, unless too much of them is flat.',
  inputs: { media: media() },
  params: capacityParams,
  reads: { key: keyRead },
  outputs: { report: json(capacityReport, { name: 'capacity report' }) },
  metrics: { carries: { unit: '1', from: ({ report }) => Number(report.carries) } },
  needs: { cpu: 1, memory: '512MiB' },
  cost: ({ media }) => ({ cpuSeconds: 0.3 + 0.1 * Number(media.facts.megapixels ?? 0) }),
  outcome: ({ report }) => ({ ...(report.carries ? {} : { exitCode: 4 as const }), summary: capacitySummary(report) }),
  examples: ['colophon watermark capacity slide.png', 'colophon watermark capacity photo.jpg --bits 128 --json'],
  async run({ media, ...params }, context) {
    const { pictureCapacity } = await import('./embed/picture-capacity.ts')
    return { report: await pictureCapacity(media, params, context) }
  },
})
