import { ColophonError } from '@colophon/core'
import { bytesDigest, fileDigest, modelDigestOf } from './digest.ts'
import { externalFiles } from './external-files.ts'
import { externalData, fileFailure } from './failures.ts'
import { type FileStamp, stampOf } from './file-stamp.ts'
import { describe, type ModelDescription } from './onnx/describe.ts'
import { externalParts } from './onnx/external-parts.ts'
import { readModel } from './onnx/read-model.ts'
import { bytesSource, FileBytes } from './protobuf/source.ts'
import { type Located, locate, type ModelSource } from './source.ts'

/** A model that was looked at and hashed, but not loaded. */
export interface Examined {
  readonly source: Located
  readonly description: ModelDescription
  /** Of the file and of the other files that hold its weights. */
  readonly digest: string
  /** Bytes of all its files. */
  readonly size: number
  /** Paths of the other files, by the name that the model gives them. */
  readonly files: ReadonlyMap<string, string>
}

type Found = Omit<Examined, 'source'>

interface Known {
  readonly stamps: ReadonlyMap<string, string>
  readonly found: Found
}

/** What is known of files, by path, the last used last. A large model is hashed once, not at every call. */
const known = new Map<string, Known>()
const mostKnown = 256

async function stampAll(paths: Iterable<string>): Promise<Map<string, FileStamp>> {
  const stamps = new Map<string, FileStamp>()
  for (const path of paths) stamps.set(path, await stampOf(path))
  return stamps
}

async function recall(key: string): Promise<Found | undefined> {
  const entry = known.get(key)
  if (!entry) return undefined
  known.delete(key)
  try {
    const now = await stampAll(entry.stamps.keys())
    for (const [path, stamp] of entry.stamps) if (now.get(path)!.text !== stamp) return undefined
  } catch {
    return undefined
  }
  known.set(key, entry)
  return entry.found
}

function remember(key: string, before: ReadonlyMap<string, FileStamp>, found: Found): void {
  if ([...before.values()].some(({ settled }) => !settled)) return
  known.delete(key)
  known.set(key, { stamps: new Map([...before].map(([path, { text }]) => [path, text])), found })
  for (const oldest of known.keys()) {
    if (known.size <= mostKnown) return
    known.delete(oldest)
  }
}

async function examineFile(path: string, name: string, alone: boolean, signal?: AbortSignal): Promise<Found> {
  const key = `${alone ? 'blob' : 'file'} ${path}`
  const recalled = await recall(key)
  if (recalled) return recalled
  const first = await stampOf(path)
  await using file = await FileBytes.open(path)
  const model = await readModel(file, name)
  const description = describe(model, name)
  const parts = externalParts(model, name)
  if (alone && parts[0])
    throw externalData(name, parts[0].file, 'only the model itself was given; give its path instead')
  const files = await externalFiles(path, name, parts)
  const before = new Map([[path, first], ...(await stampAll(files.values()))])
  const others = new Map<string, string>()
  for (const [file, at] of files) others.set(file, await fileDigest(at, signal))
  const digest = modelDigestOf(await fileDigest(path, signal), others)
  const after = await stampAll(before.keys())
  for (const [at, { text }] of before)
    if (after.get(at)!.text !== text) throw new ColophonError('MODEL_CHANGED', { name })
  const size = [...before.values()].reduce((sum, { text }) => sum + Number(text.split(' ')[2]), 0)
  const found = { description, digest, size, files }
  remember(key, before, found)
  return found
}

async function examineBytes(bytes: Uint8Array, name: string): Promise<Found> {
  const model = await readModel(bytesSource(bytes), name)
  const [part] = externalParts(model, name)
  if (part) throw externalData(name, part.file, 'only the bytes of the model were given; give its path instead')
  return { description: describe(model, name), digest: bytesDigest(bytes), size: bytes.length, files: new Map() }
}

/**
 * Looks at a model without loading it. What it finds is remembered for files that have not changed since.
 *
 * @throws ColophonError FILE_NOT_FOUND, FILE_IS_DIRECTORY, FILE_NOT_READABLE, FILE_EMPTY, MODEL_NOT_RECOGNISED, MODEL_DAMAGED,
 * MODEL_TOO_LARGE, MODEL_EXTERNAL_DATA, MODEL_CHANGED when the file is not what it is said to be
 */
export async function examine(source: ModelSource, signal?: AbortSignal): Promise<Examined> {
  const located = await locate(source)
  if ('bytes' in located) return { source: located, ...(await examineBytes(located.bytes, located.name)) }
  const { path, name, alone, expected } = located
  try {
    const found = await examineFile(path, name, alone, signal)
    if (expected && expected !== found.digest) throw new ColophonError('MODEL_CHANGED', { name })
    return { source: located, ...found }
  } catch (error) {
    signal?.throwIfAborted()
    throw fileFailure(name, error)
  }
}
