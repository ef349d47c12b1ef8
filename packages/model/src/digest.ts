import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { encode } from '@colophon/core'

/** The domains of docs/encoding.md, "Hashes": a model of one file has the content hash that it has as a blob. */
const domains = { blob: 'colophon/blob/1\n', model: 'colophon/model/1\n' } as const

const begin = (domain: keyof typeof domains): Hash => createHash('sha256').update(domains[domain], 'latin1')

/** The content hash of bytes: 64 hex digits. */
export const bytesDigest = (bytes: Uint8Array): string => begin('blob').update(bytes).digest('hex')

/** The content hash of a file. @throws as `open` and `read` of node:fs */
export async function fileDigest(path: string, signal?: AbortSignal): Promise<string> {
  const hash = begin('blob')
  for await (const piece of createReadStream(path, { highWaterMark: 512 * 1024, ...(signal && { signal }) }))
    hash.update(piece as Uint8Array)
  return hash.digest('hex')
}

/**
 * The digest of a model: that of its file where it has no other; else that of its file and the others, under the names that the
 * model gives them.
 */
export function modelDigestOf(file: string, others: ReadonlyMap<string, string>): string {
  if (others.size === 0) return file
  const sorted = [...others].sort(([a], [b]) => (a < b ? -1 : 1))
  return begin('model')
    .update(encode([file, sorted]))
    .digest('hex')
}
