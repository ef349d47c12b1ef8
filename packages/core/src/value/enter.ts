import { ColophonError } from '../errors.ts'
import type { TenantHome } from '../store/home.ts'
import { contentOf } from './content.ts'
import { maxDepth } from './encoding.ts'
import { BlobRef, type EmbeddedRef, embedPlain, type FactsByFamily, isPlain, Ref } from './ref.ts'
import { openFile } from './take-file.ts'
import { until } from './until.ts'
import { FileSource, TempFile, type ValueType } from './value-type.ts'

/** Where a value enters: which op, and which input or output, for messages. */
export interface Place {
  readonly home: TenantHome
  readonly invalid: (why: string) => ColophonError
  /** Ends the taking in of files and streams. */
  readonly signal?: AbortSignal | undefined
}

/**
 * Makes a ref of what was given for a value of some type. Plain values are encoded at once, so what happens to them later
 * changes nothing; files and streams are taken into the store.
 */
export function enter(given: unknown, type: ValueType, place: Place): Ref | Promise<Ref> {
  if (typeof given !== 'object' || given === null) return enterScalar(given, type, place)
  if (type.kind === 'blob') return enterBlob(given, type, place)
  if (type.kind === 'any' && given instanceof Ref && given.home === place.home) return given
  return enterData(given, type, place)
}

function enterScalar(given: unknown, type: ValueType, place: Place): Ref {
  if (type.kind === 'any' || (given === undefined && type.optional)) return new Ref(contentOf(given), place.home)
  if (type.kind === 'json') return new Ref(contentOf(checked(given, type, place)), place.home)
  throw place.invalid(`it is ${described(given)}, and a ${type.name} is wanted`)
}

const described = (value: unknown): string =>
  value === undefined ? 'missing' : value === null ? 'null' : `a ${typeof value}`

function checked(value: unknown, type: ValueType, place: Place): unknown {
  const parsed = type.schema!.safeParse(value)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]!
  const path = issue.path.map(String).join('.')
  throw place.invalid(path ? `${path}: ${issue.message}` : issue.message)
}

function enterData(given: object, type: ValueType, place: Place): Ref | Promise<Ref> {
  // Read at once when it can be, so that what the caller does to it next does not matter.
  if (!type.item && !mustWait(given, type.kind === 'json', place)) return encoded(given, type, place)
  return settle(given, type, place).then(async (value) => {
    const ref = value instanceof Ref ? value : encoded(value, type, place)
    if (type.kind === 'json' && (value instanceof Ref || ref.items.length > 0)) checked(await ref.value(), type, place)
    return ref
  })
}

function encoded(value: unknown, type: ValueType, place: Place): Ref {
  const met: EmbeddedRef[] = []
  const holdsRefs = type.kind !== 'json' || containsRef(value)
  const content = contentOf(holdsRefs ? value : checked(value, type, place), (item, path) => {
    met.push({ path, ref: item as Ref })
    return embedPlain(item)
  })
  // Only now are the paths final: the items of sets have got their places.
  const items = met.flatMap(({ path, ref }) => [
    ...(ref.origin || ref instanceof BlobRef ? [{ path, ref }] : []),
    ...ref.items.map((inner) => ({ path: [...path, ...inner.path], ref: inner.ref })),
  ])
  return new Ref(content, place.home, undefined, '', items)
}

/** Whether something inside is a promise, a file, a ref that is not loaded, or (`strict`) any ref. */
const mustWait = (value: unknown, strict: boolean, place: Place): boolean =>
  holds(value, (part) => {
    if (part instanceof Ref)
      return strict || part.home !== place.home || (part.content.kind === 'data' && part.content.body === undefined)
    return part instanceof Promise || part instanceof FileSource || part instanceof TempFile
  })

const containsRef = (value: unknown): boolean => holds(value, (part) => part instanceof Ref)

/** Whether `wanted` is true of some object inside. Each is looked at once, so graphs with cycles end; they are the encoder's to refuse. */
function holds(value: unknown, wanted: (part: object) => boolean, seen = new Set<object>(), depth = 0): boolean {
  if (typeof value !== 'object' || value === null || depth > maxDepth || seen.has(value)) return false
  if (wanted(value)) return true
  seen.add(value)
  const inside = (part: unknown): boolean => holds(part, wanted, seen, depth + 1)
  if (Array.isArray(value)) return value.some(inside)
  if (value instanceof Map || value instanceof Set) return [...value.values()].some(inside)
  return !(value instanceof Ref) && isPlain(value) && Object.values(value).some(inside)
}

/**
 * Awaits promises, takes files in, and brings refs home, at any depth. What holds none of these is returned as it is, so that
 * the encoder sees every value in one pass.
 */
async function settle(
  given: unknown,
  type: ValueType | undefined,
  place: Place,
  open: readonly object[] = [],
): Promise<unknown> {
  if (type?.kind === 'json' && open.length > 0) return enter(await given, type, place)
  if (typeof given !== 'object' || given === null) return type?.kind === 'blob' ? enterBlob(given, type, place) : given
  if (given instanceof Promise) return settle(await given, type, place, open)
  if (type?.kind === 'blob' || given instanceof FileSource || given instanceof TempFile)
    return enterBlob(given, type ?? anyBlob, place)
  if (given instanceof Ref) return bringHome(given, place)
  // A cycle is the encoder's to report, with its path.
  if (open.includes(given) || open.length > 600) return given
  const inside = [...open, given]
  if (type) checkShape(given, type, place)
  const item = type?.item
  if (Array.isArray(given)) {
    if (!item && !given.some((part) => typeof part === 'object' && part !== null)) return given
    const settled: unknown[] = new Array(given.length)
    for (const key of Object.keys(given))
      if (/^\d+$/.test(key)) settled[Number(key)] = await settle(given[Number(key)], item, place, inside)
    return settled
  }
  if (given instanceof Map) {
    const settled = new Map<unknown, unknown>()
    for (const [key, part] of given) settled.set(key, await settle(part, item, place, inside))
    return settled
  }
  if (given instanceof Set) {
    const settled = new Set<unknown>()
    for (const part of given) settled.add(await settle(part, item, place, inside))
    return settled
  }
  if (!isPlain(given) || Object.getOwnPropertySymbols(given).length > 0) return given
  const settled: Record<string, unknown> = {}
  for (const [key, part] of Object.entries(given))
    Object.defineProperty(settled, key, { value: await settle(part, item, place, inside), enumerable: true })
  return settled
}

const anyBlob: ValueType = { kind: 'blob', name: 'file', optional: false, blob: {} }

function checkShape(given: object, type: ValueType, place: Place): void {
  const fits =
    type.kind === 'list'
      ? Array.isArray(given)
      : type.kind === 'set'
        ? given instanceof Set
        : type.kind !== 'record' || isPlain(given)
  if (!fits) throw place.invalid(`a ${type.name} is wanted`)
}

/** A ref of this home with its body in memory; one from another store loses its history, which is not known here. */
async function bringHome(ref: Ref, place: Place): Promise<Ref> {
  const { content } = ref
  const home = ref.home === place.home
  if (content.kind === 'blob') return home ? ref : enterBlob(ref, anyBlob, place)
  if (content.kind === 'data' && !content.body) {
    const body = await ref.home.loadBody(content.digest)
    return new Ref({ ...content, body }, place.home, home ? ref.origin : undefined, ref.output, home ? ref.items : [])
  }
  return home ? ref : new Ref(content, place.home)
}

async function enterBlob(given: unknown, type: ValueType, place: Place): Promise<BlobRef> {
  const source = await given
  const { objects, tenant } = place.home
  let ref: BlobRef
  if (source instanceof BlobRef && source.home === place.home) ref = source
  else {
    const stored =
      source instanceof TempFile
        ? await adopt(source, place)
        : source instanceof FileSource
          ? await objects.write(tenant, until(openFile(source.path), place.signal))
          : await objects.write(tenant, until(bytesOf(source, type, place), place.signal))
    const name = source instanceof FileSource ? source.path : source instanceof BlobRef ? source.name : undefined
    ref = new BlobRef({ kind: 'blob', ...stored }, place.home, undefined, '', undefined, name)
  }
  return type.blob ? recognise(ref, type) : ref
}

async function adopt(file: TempFile, place: Place): Promise<{ digest: string; size: number }> {
  try {
    return await place.home.objects.adopt(place.home.tenant, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw place.invalid('the scratch file was never written')
    throw error
  }
}

function bytesOf(source: unknown, type: ValueType, place: Place): AsyncIterable<Uint8Array> {
  if (source instanceof BlobRef) return source.stream()
  if (source instanceof Uint8Array)
    return (async function* () {
      yield source
    })()
  if (typeof source === 'object' && source !== null && Symbol.asyncIterator in source)
    return source as AsyncIterable<Uint8Array>
  throw place.invalid(`it is ${described(source)}, and a ${type.name} is wanted: give file(path), bytes or a stream`)
}

/** Finds out a blob's facts, once for each family of types, and checks them against the type. */
async function recognise(ref: BlobRef, type: ValueType): Promise<BlobRef> {
  const { family = type.name, inspect, accepts } = type.blob!
  let known: FactsByFamily = ref.factsByFamily
  if (inspect && !known[family]) {
    known = { ...known, [family]: await inspect(ref) }
    ref = ref.from(ref.origin, ref.output, known)
  }
  const accepted = accepts?.(known[family] ?? {}) ?? true
  if (accepted !== true)
    throw new ColophonError('MEDIA_WRONG_KIND', {
      name: ref.name ?? 'The file',
      found: accepted,
      wanted: `a file of kind ${type.name}`,
    })
  return ref
}
