import { box, boxHead, chapterReference, lengthOf } from './build-mp4.ts'

/** A box within bytes: all of it, and where its content begins. */
interface Part {
  readonly type: string
  readonly whole: Buffer
  readonly content: Buffer
}

/** The boxes that follow each other in some bytes. Ends at the first that does not fit. */
function partsOf(bytes: Buffer): Part[] {
  const parts: Part[] = []
  for (let at = 0; at + 8 <= bytes.length; ) {
    const small = bytes.readUInt32BE(at)
    const size = small === 1 && at + 16 <= bytes.length ? Number(bytes.readBigUInt64BE(at + 8)) : small
    const head = small === 1 ? 16 : 8
    if (size < head || at + size > bytes.length) break
    const whole = bytes.subarray(at, at + size)
    parts.push({ type: whole.toString('latin1', 4, 8), whole, content: whole.subarray(head) })
    at += size
  }
  return parts
}

const partOf = (bytes: Buffer, ...path: readonly string[]): Buffer | undefined =>
  path.reduce<Buffer | undefined>(
    (content, wanted) => content && partsOf(content).find(({ type }) => type === wanted)?.content,
    bytes,
  )

/** What the header of a film says. */
export interface MovieHeader {
  /** Units a second. */
  readonly scale: number
  /** Seconds. */
  readonly duration: number
  /** The number that the next track gets. */
  readonly nextTrack: number
}

/** @returns undefined where there is none */
export function movieHeader(movie: Buffer): MovieHeader | undefined {
  const header = partOf(movie, 'mvhd')
  const wide = header?.[0] === 1
  if (!header || header.length < (wide ? 112 : 100)) return undefined
  const scale = header.readUInt32BE(wide ? 20 : 12)
  const length = wide ? Number(header.readBigUInt64BE(24)) : header.readUInt32BE(16)
  return { scale, duration: length / scale, nextTrack: header.readUInt32BE(header.length - 4) }
}

/** What is put into a film. */
export interface AddedChapters {
  /** A `trak` box. Its number is the one that comes next. */
  readonly track?: Uint8Array
  /** A `chpl` box. */
  readonly list?: Uint8Array
}

/**
 * A film's index with chapters.
 *
 * @param movie content of the `moov` box
 * @returns the new box in pieces, which are parts of `movie` where nothing is changed: it may be large
 */
export function movieWithChapters(movie: Buffer, { track, list }: AddedChapters): Uint8Array[] {
  const { nextTrack } = movieHeader(movie)!
  const parts = partsOf(movie)
  const lastTrack = parts.findLastIndex(({ type }) => type === 'trak')
  const pieces = parts.flatMap(({ type, whole, content }, index): Uint8Array[] => {
    if (type === 'udta') return userData(content, list)
    if (!track) return [whole]
    if (type === 'trak')
      return [...trackWithReference(whole, content, nextTrack), ...(index === lastTrack ? [track] : [])]
    if (type !== 'mvhd') return [whole]
    const header = Buffer.from(whole)
    header.writeUInt32BE(nextTrack + 1, header.length - 4)
    return [header]
  })
  if (track && lastTrack < 0) pieces.push(track)
  if (!parts.some(({ type }) => type === 'udta')) pieces.push(...userData(Buffer.alloc(0), list))
  return [boxHead('moov', lengthOf(pieces)), ...pieces]
}

/** User data with another list of chapters, or without one. */
function userData(content: Buffer, list: Uint8Array | undefined): Uint8Array[] {
  const kept = partsOf(content).flatMap(({ type, whole }) => (type === 'chpl' ? [] : [whole]))
  const all = list ? [...kept, list] : kept
  return all.length > 0 ? [boxHead('udta', lengthOf(all)), ...all] : []
}

/** A track that says where its chapters are. There is one box of references in a track, before its media; time codes have none. */
function trackWithReference(whole: Buffer, content: Buffer, id: number): Uint8Array[] {
  if (partOf(content, 'mdia', 'hdlr')?.toString('latin1', 8, 12) === 'tmcd') return [whole]
  const references = partOf(content, 'tref') ?? Buffer.alloc(0)
  const others = partsOf(references).flatMap((part) => (part.type === 'chap' ? [] : [part.whole]))
  const all = box('tref', ...others, chapterReference(id))
  const parts = partsOf(content).filter(({ type }) => type !== 'tref')
  const pieces = parts.flatMap(({ type, whole: part }) => (type === 'mdia' ? [all, part] : [part]))
  return [boxHead('trak', lengthOf(pieces)), ...pieces]
}

const containersOfTables = /^(moov|trak|mdia|minf|stbl)$/

/** The tables of positions in an index, and whether each has 64 bits. */
function* tablesWithin(bytes: Buffer): Generator<{ table: Buffer; wide: boolean }> {
  for (const { type, content } of partsOf(bytes)) {
    if (containersOfTables.test(type)) yield* tablesWithin(content)
    else if (type === 'stco' || type === 'co64') yield { table: content, wide: type === 'co64' }
  }
}

const countOf = (table: Buffer, wide: boolean): number =>
  table.length < 8 ? 0 : Math.min(table.readUInt32BE(4), Math.floor((table.length - 8) / (wide ? 8 : 4)))

/** Whether all positions that have 32 bits would have room for being that much further. */
function hasRoom(movie: Buffer, shift: number): boolean {
  for (const { table, wide } of tablesWithin(movie)) {
    if (wide) continue
    for (let n = countOf(table, false), at = 8; n > 0; n--, at += 4)
      if (table.readUInt32BE(at) + shift > 0xffffffff) return false
  }
  return true
}

/** The same boxes with tables of 64 bits alone. */
const widened = (bytes: Buffer): Buffer =>
  Buffer.concat(
    partsOf(bytes).map(({ type, whole, content }) => {
      if (containersOfTables.test(type)) return box(type, widened(content))
      if (type !== 'stco') return whole
      const wide = Buffer.alloc(8 + 8 * countOf(content, false))
      content.copy(wide, 0, 0, 8)
      for (let n = 0; 8 + 8 * n < wide.length; n++) wide.writeUInt32BE(content.readUInt32BE(8 + 4 * n), 12 + 8 * n)
      return box('co64', wide)
    }),
  )

/**
 * A film's index for a file in which it stands before the media that it describes: all positions are as much further as it is long.
 * Positions get 64 bits where 32 are not enough.
 *
 * @param movie the whole box, whose positions are changed
 */
export function movieInFront(movie: Buffer): Buffer {
  const whole = hasRoom(movie, movie.length) ? movie : widened(movie)
  const shift = whole.length
  for (const { table, wide } of tablesWithin(whole)) {
    for (let n = countOf(table, wide), at = 8; n > 0; n--, at += wide ? 8 : 4) {
      if (wide) table.writeBigUInt64BE(table.readBigUInt64BE(at) + BigInt(shift), at)
      else table.writeUInt32BE(table.readUInt32BE(at) + shift, at)
    }
  }
  return whole
}
