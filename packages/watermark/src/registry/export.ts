import { z } from 'zod'
import { formatId, parseId } from '../payload/id-text.ts'
import type { BadRow, ImportRow, ImportRows } from './candidate-messages.ts'
import { type Entry, sources } from './entry.ts'
import type { Registry } from './registry.ts'

/** The first line of an export. */
export const exportHeader = { format: 'colophon-watermark-registry', version: 1 } as const

const exportedEntry = z.strictObject({
  id: z.string().optional(),
  text: z.string().optional(),
  message: z.string(),
  recipient: z.string().optional(),
  source: z.enum(sources),
  time: z.iso.datetime(),
  copies: z.array(
    z.strictObject({
      content: z.string(),
      media: z.string(),
      call: z.string().optional(),
      fingerprint: z.hex().optional(),
      time: z.iso.datetime(),
    }),
  ),
  candidate: z
    .strictObject({
      key: z.string(),
      bits: z.string().regex(/^[01]*$/),
      modality: z.string(),
      task: z.string().optional(),
    })
    .optional(),
})

type ExportedEntry = z.infer<typeof exportedEntry>

/**
 * A tenant's entries as JSON Lines: a line that says the format, then one an entry. {@link readExport} reads them back, into a new registry or
 * one of another site.
 *
 * @throws WATERMARK_REGISTRY_ROW_DAMAGED
 */
export function* exportLines(registry: Registry, tenant: string): Generator<string> {
  yield `${JSON.stringify(exportHeader)}\n`
  for (let after = 0; ; ) {
    const entries = registry.list(tenant, { after, limit: 500 })
    for (const entry of entries) yield `${JSON.stringify(exported(entry))}\n`
    const last = entries.at(-1)
    if (!last) return
    after = last.row
  }
}

/** An entry as an export has it. */
export const exported = ({ payload, message, recipient, source, time, copies, candidate }: Entry): ExportedEntry => ({
  ...(payload.kind === 'id' ? { id: formatId(payload) } : { text: payload.text }),
  message,
  ...(recipient !== undefined && { recipient }),
  source,
  time: time.toISOString(),
  copies: copies.map(({ content, media, call, fingerprint, time: at }) => ({
    content,
    media,
    ...(call !== undefined && { call }),
    ...(fingerprint && { fingerprint: Buffer.from(fingerprint).toString('hex') }),
    time: (at ?? time).toISOString(),
  })),
  ...(candidate && { candidate: { ...candidate, bits: candidate.bits.join('') } }),
})

/** Whether a text begins as an export does. */
export const isExport = (text: string): boolean => {
  try {
    return (JSON.parse(text.slice(0, text.indexOf('\n'))) as { format?: unknown }).format === exportHeader.format
  } catch {
    return false
  }
}

/** Reads an export. An entry with several copies becomes a row for each. @returns the good rows, and the bad ones with reasons */
export function readExport(text: string): ImportRows {
  const rows: ImportRow[] = []
  const bad: BadRow[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (index === 0 || line.trim() === '') continue
    const at = { key: String(index + 1), line: index + 1 }
    try {
      rows.push(...entriesOf(exportedEntry.parse(JSON.parse(line))).map((entry) => ({ ...at, entry })))
    } catch (error) {
      bad.push({ ...at, why: reasonOf(error) })
    }
  }
  return { rows, bad }
}

function entriesOf({ id, text, copies, candidate, time, ...entry }: ExportedEntry): ImportRow['entry'][] {
  if ((id === undefined) === (text === undefined)) throw new Error('it has not just one of "id" and "text"')
  const common = {
    ...entry,
    payload: id === undefined ? ({ kind: 'text', text: text! } as const) : ({ kind: 'id', ...parseId(id) } as const),
    time: new Date(time),
    ...(candidate && { candidate: { ...candidate, bits: Uint8Array.from(candidate.bits, Number) } }),
  }
  if (copies.length === 0) return [common]
  return copies.map(({ fingerprint, time: at, ...copy }) => ({
    ...common,
    copy: {
      ...copy,
      time: new Date(at),
      ...(fingerprint !== undefined && { fingerprint: new Uint8Array(Buffer.from(fingerprint, 'hex')) }),
    },
  }))
}

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) {
    const issue = error.issues[0]!
    return `${issue.path.length > 0 ? `"${issue.path.join('.')}": ` : ''}${issue.message}`
  }
  return error instanceof SyntaxError ? 'it is no valid JSON' : (error as Error).message.replace(/\.$/, '')
}
