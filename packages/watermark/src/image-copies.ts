import { type BlobRef, ColophonError, json, op, optional, record } from '@colophon/core'
import { image } from '@colophon/media'
import { z } from 'zod'
import { keyRead } from './key-read.ts'
import { embedParams } from './params.ts'
import { type EmbedReport, embedReport } from './report/embed-report.ts'

const recipientName = z.string().min(1).max(200)

const { recipient: _one, residual: _without, as: _always, id: _given, ...common } = embedParams.shape

/** Params of `watermark.image.copies`. */
export const copiesParams = z.object({
  recipient: z.array(recipientName).max(10_000).default([]).describe('Who gets a copy'),
  ...common,
})

/** What names of recipients become in names of files. */
const fileName = (recipient: string): string => recipient.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').toLowerCase()

/** @throws ColophonError CALL_PARAM_INVALID for nobody, and for names that could not be told apart as files */
function checkRecipients(recipients: readonly string[]): void {
  const refuse = (why: string) =>
    new ColophonError('CALL_PARAM_INVALID', { op: 'watermark.image.copies', param: 'recipient', why })
  if (recipients.length === 0) throw refuse('there is nobody to make a copy for')
  const known = new Map<string, string>()
  for (const recipient of recipients) {
    const other = known.get(fileName(recipient))
    if (other !== undefined) throw refuse(`"${other}" and "${recipient}" cannot be told apart in names of files`)
    known.set(fileName(recipient), recipient)
  }
}

/** One line that says how many. */
function copiesSummary(reports: Readonly<Record<string, EmbedReport>>): string {
  const all = Object.values(reports)
  const least = Math.min(...all.map(({ quality }) => quality.psnr ?? Number.POSITIVE_INFINITY))
  return `marked ${all.length} ${all.length === 1 ? 'copy' : 'copies'}, each ${least.toFixed(1)} dB or better, each read back`
}

/**
 * Marks a copy of a picture for each recipient. The picture is read and studied once; each copy is a call of `watermark.image.embed` of its own,
 * so those that are there already, from an earlier or an interrupted call, are not made again.
 *
 * @example
 * const { copies } = await store.run(() => markCopies({ image: file('photo.jpg'), message: 'Press kit', recipient: ['alice', 'bob'] }))
 * await copies.alice.saveTo('photo.alice.jpg')
 * @throws ColophonError CALL_PARAM_INVALID, and as `embedImage`
 */
export const markCopies = op({
  name: 'watermark.image.copies',
  version: 1,
  summary: 'Mark a copy of a picture for each recipient',
  description:
    'Each copy carries an id of its own, by which the registry knows whose it is. What is common to all is done once.',
  inputs: {
    image: image(),
    recipients: optional(json(z.array(recipientName).max(10_000), { name: 'list of recipients', extension: '.json' })),
  },
  params: copiesParams,
  reads: { key: keyRead },
  outputs: {
    copies: record(image()),
    reports: json(z.record(z.string(), embedReport), { name: 'embedding reports' }),
  },
  needs: { cpu: 1, memory: '768MiB' },
  cost: ({ image, recipient }) => ({
    cpuSeconds: recipient.length * (0.3 + 0.2 * Number(image.facts.megapixels ?? 0)),
  }),
  outcome: ({ reports }) => ({ summary: copiesSummary(reports) }),
  async afterwards({ copies, reports }, call) {
    const { registerMarks } = await import('./registry/register-mark.ts')
    const files = Object.entries(copies).map(([name, file]) => ({ report: reports[name]!, file }))
    return registerMarks(files, call)
  },
  examples: [
    'colophon watermark image copies photo.jpg --message "Press kit" --recipient alice --recipient bob -o photo.jpg',
    'colophon watermark image copies photo.jpg recipients.json -o out/photo.jpg',
  ],
  async run({ image: _, recipients = [], recipient, key, ...params }, { refs, signal, progress }) {
    const all = [...recipient, ...recipients]
    checkRecipients(all)
    const [{ embedImage }, { sharing }] = await Promise.all([import('./image-embed.ts'), import('./embed/prepared.ts')])
    const copies: Record<string, BlobRef> = {}
    const reports: Record<string, EmbedReport> = {}
    await sharing(async () => {
      for (const [index, name] of all.entries()) {
        signal.throwIfAborted()
        progress(index / all.length, `copy ${index + 1} of ${all.length}`)
        const made = await embedImage({ ...params, image: refs.image as BlobRef, recipient: name, key: String(key) })
        copies[name] = made.image
        reports[name] = await made.report.value()
      }
    })
    return { copies, reports }
  },
})
