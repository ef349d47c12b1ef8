import { once } from 'node:events'
import { createReadStream, createWriteStream, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { BlobRef, ColophonError, reasonOf } from '@colophon/core'
import { extensionFor, itemName, withExtension } from './output-name.ts'
import { type Target, whatIs } from './output-plan.ts'
import { toJson } from './readable.ts'

/** Whether a file holds exactly the bytes of a blob. */
const holds = async (path: string, blob: BlobRef): Promise<boolean> => {
  if (statSync(path).size !== blob.size) return false
  const own = createReadStream(path)[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  let rest: Uint8Array = new Uint8Array()
  for await (let piece of blob.stream()) {
    while (piece.length > 0) {
      if (rest.length === 0) {
        const next = await own.next()
        if (next.done) return false
        rest = next.value
      }
      const length = Math.min(rest.length, piece.length)
      if (Buffer.compare(rest.subarray(0, length), piece.subarray(0, length)) !== 0) {
        await own.return?.()
        return false
      }
      rest = rest.subarray(length)
      piece = piece.subarray(length)
    }
  }
  return true
}

const pour = async (blob: BlobRef, into: Writable) => {
  for await (const piece of blob.stream()) if (!into.write(piece)) await once(into, 'drain')
}

const pourInto = async (blob: BlobRef, path: string) => {
  const into = createWriteStream(path)
  const failed = once(into, 'error').then(([error]) => Promise.reject(error))
  const poured = pour(blob, into).then(() => {
    into.end()
    return once(into, 'finish')
  })
  await Promise.race([poured, failed])
}

/** How outputs are written. */
export interface WriteOptions {
  readonly stdout: Writable
  /** Replace files whose names were made up, too. */
  readonly force: boolean
  readonly signal: AbortSignal
}

/** The target with the extension that the blob's format calls for, when the user did not name it. */
const placeFor = (blob: BlobRef, target: Target): Target => {
  const { path, full, explicit, extensions } = target
  if (explicit) return target
  const [from, to] = [extensions[0]!, extensionFor(blob.facts, extensions)]
  return { ...target, path: withExtension(path, from, to), full: withExtension(full, from, to) }
}

const writeBlob = async (blob: BlobRef, { path, full, explicit }: Target, { stdout, force }: WriteOptions) => {
  const there = whatIs(path, full)
  if (path === '-') return pour(blob, stdout)
  // Devices and pipes are written into; a rename would put a file in their place.
  if (there === 'sink') return pourInto(blob, full)
  if (there !== 'nothing' && !explicit && !force) {
    if (there === 'file' && (await holds(full, blob))) return
    throw new ColophonError('FILE_EXISTS', { path })
  }
  await blob.saveTo(full)
}

/** A blob as it is reported, by `--json` too. */
export class BlobReport {
  readonly hash: string
  readonly size: number
  /** Where it was written to, as the user named it; undefined when it went to no file. */
  readonly path: string | undefined
  readonly facts: unknown

  constructor({ hash, size, facts }: BlobRef, path: string | undefined) {
    this.hash = hash
    this.size = size
    this.path = path
    this.facts = facts
  }

  toJSON() {
    return { hash: this.hash, size: this.size, path: this.path, facts: this.facts }
  }
}

/** A document that was written, as it is reported; with `--json` by its contents. */
export class DocumentReport {
  readonly path: string
  readonly size: number
  readonly #value: unknown

  constructor(path: string, size: number, value: unknown) {
    this.path = path
    this.size = size
    this.#value = value
  }

  toJSON(): unknown {
    return this.#value
  }
}

/**
 * Writes plain data as a JSON file that a person can read and change.
 *
 * @throws FILE_EXISTS when a file of a made-up name is there already and holds something else; FILE_NOT_WRITABLE
 */
export const writeDocument = async (
  value: unknown,
  { path, full, explicit }: Target,
  { stdout, force, signal }: WriteOptions,
): Promise<unknown> => {
  signal.throwIfAborted()
  const text = `${jsonText(toJson(value))}\n`
  const size = Buffer.byteLength(text)
  if (path === '-') {
    stdout.write(text)
    return value
  }
  const there = whatIs(path, full)
  if (there === 'file' && !explicit && !force && readFileSync(full, 'utf8') !== text)
    throw new ColophonError('FILE_EXISTS', { path })
  try {
    if (there === 'sink') writeFileSync(full, text)
    else {
      const partial = `${full}.partial-${process.pid}`
      writeFileSync(partial, text)
      renameSync(partial, full)
    }
  } catch (cause) {
    throw new ColophonError('FILE_NOT_WRITABLE', { path, why: reasonOf(cause) }, { cause })
  }
  return new DocumentReport(path, size, value)
}

/** JSON with a line for each property, but lists of numbers in one: a curve is a line, not a page. */
const jsonText = (value: unknown): string =>
  JSON.stringify(value, null, 2).replaceAll(/\[\n[\s\d.,eE+-]+\]/g, (list) =>
    list.replaceAll(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'),
  )

/**
 * Writes the files of an output and gives the value with a {@link BlobReport} in the place of each blob. A single blob
 * goes to the target itself; of several, each goes beside it with its number or name in the file's name.
 *
 * @throws FILE_EXISTS when a file of a made-up name is there already and holds something else; FILE_NOT_WRITABLE,
 *   STORE_DISK_FULL; the signal's reason when the user interrupts
 */
export const writeOutput = async (
  value: unknown,
  target: Target | undefined,
  options: WriteOptions,
): Promise<unknown> => {
  if (value instanceof BlobRef) {
    options.signal.throwIfAborted()
    const place = target && placeFor(value, target)
    if (place) await writeBlob(value, place, options)
    return new BlobReport(value, place?.path === '-' ? undefined : place?.path)
  }
  const below = (name: string): Target | undefined =>
    target && { ...target, path: itemName(target.path, name), full: itemName(target.full, name) }
  if (value instanceof Set || Array.isArray(value)) {
    const items = [...value]
    const digits = String(items.length).length
    const written: unknown[] = []
    for (const [i, item] of items.entries()) {
      written.push(await writeOutput(item, below(String(i + 1).padStart(digits, '0')), options))
    }
    return written
  }
  if (
    value instanceof Map ||
    (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
  ) {
    const written: [string, unknown][] = []
    const entries: [unknown, unknown][] = value instanceof Map ? [...value] : Object.entries(value)
    for (const [name, item] of entries)
      written.push([String(name), await writeOutput(item, below(String(name)), options)])
    return Object.fromEntries(written)
  }
  return value
}
