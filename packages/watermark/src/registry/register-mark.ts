import type { AfterCall, AfterResult, BlobRef } from '@colophon/core'
import { parseId } from '../payload/id-text.ts'
import type { EmbedReport } from '../report/embed-report.ts'
import type { PayloadReport } from '../report/payload-report.ts'
import type { MarkPayload, NewEntry } from './entry.ts'
import { parseFingerprint } from './fingerprint.ts'
import { Registry } from './registry.ts'

/** A file that was marked, and what was told of it. */
export interface MarkedFile {
  readonly report: Pick<EmbedReport, 'payload' | 'message' | 'recipient'> & {
    readonly fingerprint?: string | null | undefined
  }
  /** The marked file. */
  readonly file: Pick<BlobRef, 'hash'> & Partial<Pick<BlobRef, 'history'>>
  /** Default `image`. */
  readonly media?: string
}

/** Where a mark is registered: tenant, store's folder, and the call that made the file, where the file does not say so itself. */
export type RegisterContext = Pick<AfterCall, 'tenant' | 'folder'> & Partial<Pick<AfterCall, 'call'>>

/**
 * Enters marked files into the registry of a store, so that what they carry leads back to message, recipient and call. The command line does so after
 * each call that marks; whoever marks through the library calls this with the outputs.
 *
 * The same again changes nothing. A file marked with an id that is registered already joins the files of that id.
 *
 * @throws WATERMARK_REGISTRY_CONFLICT when the payload stands for another message or recipient, and then nothing is registered;
 *   WATERMARK_REGISTRY_DAMAGED, WATERMARK_REGISTRY_ROW_DAMAGED, STORE_*
 */
export async function registerMarks(files: readonly MarkedFile[], context: RegisterContext): Promise<AfterResult> {
  using registry = await Registry.open(context.folder)
  const entries = files.map((file) => entryOf(registry, file, context))
  const done = registry.registerAll(context.tenant, entries, (error) => {
    throw error
  })
  const [marks, copies] = [done.filter((each) => each?.added), done.filter((each) => each?.copyAdded)]
  return { shown: { registry: { marks: marks.length, files: copies.length, known: files.length - copies.length } } }
}

/** {@link registerMarks} of one file. */
export const registerMark = (
  report: MarkedFile['report'],
  file: MarkedFile['file'],
  context: RegisterContext,
): Promise<AfterResult> => registerMarks([{ report, file }], context)

function entryOf(
  registry: Registry,
  { report, file, media = 'image' }: MarkedFile,
  context: RegisterContext,
): NewEntry {
  const payload = payloadOfReport(report.payload)
  // Who marks with an id alone need not know what it stands for.
  const known = report.message === null ? registry.find(context.tenant, payload) : undefined
  const recipient = report.recipient ?? known?.recipient
  const fingerprint = parseFingerprint(report.fingerprint)
  // A pipeline hands on what inner calls made: it is those that say how the file came about.
  const call = file.history?.call ?? context.call
  return {
    payload,
    message: report.message ?? known?.message ?? '',
    ...(recipient !== undefined && { recipient }),
    copy: {
      content: file.hash,
      media,
      ...(call && { call }),
      ...(fingerprint && { fingerprint }),
    },
  }
}

/** The payload that a report shows. */
export const payloadOfReport = ({ kind, id, text }: PayloadReport): MarkPayload =>
  kind === 'text' ? { kind, text: text! } : { kind, ...parseId(id!) }
