import type { Chapter } from '../probe/report.ts'
import type { Timeline } from './timeline.ts'

/** Boxes (ISO/IEC 14496-12; QuickTime File Format) that hold chapters. */

/** The beginning of a box with that much content. */
export function boxHead(type: string, length: number): Buffer {
  const head = Buffer.alloc(8)
  head.writeUInt32BE(length + 8)
  head.write(type, 4, 'latin1')
  return head
}

export const lengthOf = (pieces: readonly Uint8Array[]): number => pieces.reduce((sum, { length }) => sum + length, 0)

export const box = (type: string, ...content: readonly Uint8Array[]): Buffer =>
  Buffer.concat([boxHead(type, lengthOf(content)), ...content])

const u8 = (...values: number[]): Buffer => Buffer.from(values)
const u16 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(2 * values.length)
  for (const [at, value] of values.entries()) bytes.writeUInt16BE(value, 2 * at)
  return bytes
}
const u32 = (...values: number[]): Buffer => {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [at, value] of values.entries()) bytes.writeUInt32BE(value, 4 * at)
  return bytes
}
const u64 = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(Math.round(value)))
  return bytes
}

/** A box with a version and flags. */
const full = (type: string, version: number, flags: number, ...content: readonly Uint8Array[]): Buffer =>
  box(type, u32(version * 2 ** 24 + flags), ...content)

const matrix = u32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)

/** As much of a title as has room. Characters are not cut in two. */
export function bytesOfTitle(title: string, most: number): Buffer {
  const bytes = Buffer.from(title)
  if (bytes.length <= most) return bytes
  let end = most
  while (end > 0 && (bytes[end]! & 0xc0) === 0x80) end--
  return bytes.subarray(0, end)
}

/** Most chapters and bytes of a title that the list has room for. */
const listLimits = { chapters: 255, title: 255 } as const

/** The list of chapters in the user data, after Nero; in units of 100 ns. */
export function chapterList(chapters: readonly Chapter[]): Buffer {
  const listed = chapters.slice(0, listLimits.chapters)
  const entries = listed.map(({ start, title = '' }) => {
    const text = bytesOfTitle(title, listLimits.title)
    return Buffer.concat([u64(start * 1e7), u8(text.length), text])
  })
  return full('chpl', 1, 0, u32(0), u8(listed.length), ...entries)
}

/** Samples of a text track: the title, its length before it, and that it is UTF-8. */
export const titleSamples = (chapters: readonly Chapter[]): Buffer[] =>
  chapters.map(({ title = '' }) => {
    const text = bytesOfTitle(title, 65_535)
    return Buffer.concat([u16(text.length), text, box('encd', u32(0x100))])
  })

/** What a text track needs to know of the film that it is put into. */
export interface TrackPlace {
  readonly id: number
  /** Units a second of the film's header. */
  readonly movieScale: number
  /** Where the samples begin in the file. */
  readonly offset: number
  /** Whether the file is MOV, whose handlers say what they handle. */
  readonly quickTime: boolean
}

/**
 * The text track of chapters, as QuickTime has it (QTFF, "Chapter Lists").
 *
 * A first chapter that does not begin at once has an empty edit before it. That is in units of the film: its beginning is exact to
 * half of one. Readers that take the track's length for the end of the last chapter, as FFmpeg does, forget that edit; so the last
 * sample is as much longer, and the edit that follows shows less of it.
 *
 * @param sizes of the samples
 */
export function chapterTrack(
  { scale, times }: Timeline,
  sizes: readonly number[],
  { id, movieScale, offset, quickTime }: TrackPlace,
): Buffer {
  const before = Math.round((times[0]! / scale) * movieScale)
  const first = Math.min(Math.round((before / movieScale) * scale), times[1]!)
  const starts = [first, ...times.slice(1)]
  const shown = Math.round(((starts.at(-1)! - first) / scale) * movieScale)
  starts[sizes.length]! += first
  const media = starts.at(-1)! - first
  const head = full(
    'tkhd',
    1,
    2, // part of the film, but not shown of itself
    u64(0),
    u64(0),
    u32(id, 0),
    u64(before + shown),
    u32(0, 0),
    u16(0, 0, 0, 0),
    matrix,
    u32(0, 0),
  )
  const edits = [
    Buffer.concat([u64(before), Buffer.alloc(8, 0xff), u16(1, 0)]),
    Buffer.concat([u64(shown), u64(0), u16(1, 0)]),
  ]
  const edited = before > 0 ? [box('edts', full('elst', 1, 0, u32(edits.length), ...edits))] : []
  const minf = box(
    'minf',
    box('gmhd', full('gmin', 0, 0, u16(0x40, 0x8000, 0x8000, 0x8000, 0, 0)), box('text', matrix)),
    box('dinf', full('dref', 0, 0, u32(1), full('url ', 0, 1))),
    sampleTable(starts, sizes, offset),
  )
  const kind = quickTime ? 'mhlr' : '\0\0\0\0'
  const handler = full('hdlr', 0, 0, Buffer.from(`${kind}text`), u32(0, 0, 0), u8(0))
  const mediaHead = full('mdhd', 1, 0, u64(0), u64(0), u32(scale), u64(media), u16(undetermined, 0))
  return box('trak', head, ...edited, box('mdia', mediaHead, handler, minf))
}

/** The language `und` in 15 bits (ISO/IEC 14496-12, 8.4.2). */
const undetermined = 0x55c4

/** All samples lie one behind the other, in one chunk. */
function sampleTable(starts: readonly number[], sizes: readonly number[], offset: number): Buffer {
  // Flags, alignment, colour of the background, box, 8 bytes that are kept free, font and face, and colour and name of the font.
  const style = [u32(1, 1), Buffer.alloc(6 + 8 + 8), u16(0, 0), Buffer.alloc(3), Buffer.alloc(6), u8(0)]
  const description = box('text', u32(0), u16(0, 1), ...style)
  const durations = sizes.flatMap((_, index) => [1, starts[index + 1]! - starts[index]!])
  const where = offset > 0xffffffff ? full('co64', 0, 0, u32(1), u64(offset)) : full('stco', 0, 0, u32(1, offset))
  return box(
    'stbl',
    full('stsd', 0, 0, u32(1), description),
    full('stts', 0, 0, u32(sizes.length, ...durations)),
    full('stsc', 0, 0, u32(1, 1, sizes.length, 1)),
    full('stsz', 0, 0, u32(0, sizes.length, ...sizes)),
    where,
  )
}

/** A reference to a track of chapters, for the references of other tracks. */
export const chapterReference = (id: number): Buffer => box('chap', u32(id))
