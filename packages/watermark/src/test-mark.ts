import { type BlobRef, json, op } from '@colophon/core'
import { image } from '@colophon/media'
import { testParams, testReport, testSummary } from './attack/report.ts'
import { keyRead } from './key-read.ts'

/**
 * Says which attacks the mark of a picture survives: makes a copy by each, and looks for the mark in it. A pipeline of `attack` and
 * `extractImage`, so that what was tried before is not tried again.
 *
 * @example
 * const { report } = await store.run(() => testMark({ image: file('marked.jpg') }))
 * const { survived, tried, attacks } = await report.value()
 * @throws ColophonError as `attack` and `extractImage`
 */
export const testMark = op({
  name: 'watermark.test',
  version: 1,
  summary: 'Say what the mark of a picture survives',
  description:
    'Makes a copy of a marked picture by every attack of the set, or by some, looks for the mark in each, and says in which of them the same message came back.',
  inputs: { image: image() },
  params: testParams,
  reads: { key: keyRead },
  outputs: { report: json(testReport, { name: 'survival report' }) },
  metrics: { survived: { unit: '1', from: ({ report }) => report.survived / Math.max(1, report.tried) } },
  needs: { cpu: 1, memory: '768MiB' },
  cost: ({ image, attacks }) => ({
    cpuSeconds: (attacks?.length ?? 46) * (0.7 + 0.2 * Number(image.facts.megapixels ?? 0)),
  }),
  outcome: ({ report }) => ({ ...(report.marked ? {} : { exitCode: 4 as const }), summary: testSummary(report) }),
  examples: [
    'colophon watermark test marked.jpg',
    'colophon watermark test marked.jpg --attacks jpeg50 --attacks screenshot --json',
  ],
  async run({ key, attacks, seed }, { refs, progress, signal }) {
    const { testFile } = await import('./attack/test-file.ts')
    return {
      report: await testFile(refs.image as BlobRef, { names: attacks, seed, key: String(key) }, { progress, signal }),
    }
  },
})
