import type { Chapter } from '../probe/report.ts'

/** Content of boxes (ISO/IEC 14496-12; QuickTime File Format) that hold chapters. */

export function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 8)
  const head = Buffer.alloc(8)
  head.writeUInt32BE(length)
  head.write(type, 4, 'latin1')
  return Buffer.concat([head, ...content])
}

const u8 = (...values: number[]): Buffer => Buffer.from(values)
const u16 = (...values: number[]): Buffer => Buffer.concat(values.map((value) => u8(value >> 8, value & 255)))
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

/** Characters are not cut in two. */
function bytesOfTitle(title: string, most: number): Buffer {
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

/** Whether each chapter begins where the one before ends, the first at 0: only so can they be samples of a track. */
export const areContiguous = (chapters: readonly Chapter[]): boolean =>
  chapters.every(
    ({ start, end }, index) =>
      Math.abs(start - (index === 0 ? 0 : chapters[index - 1]!.end!)) < 1e-9 && end !== undefined && end > start,
  )

/** Samples of a text track: the title, its length before it, and that it is UTF-8. */
export const titleSamples = (chapters: readonly Chapter[]): Buffer[] =>
  chapters.map(({ title = '' }) => {
    const text = bytesOfTitle(title, 65_535)
    return Buffer.concat([u16(text.length), text, box('encd', u32(0x100))])
  })

/** Units a second in which all times are whole, as far as durations fit into 32 bits. */
export function timeScaleOf(chapters: readonly Chapter[]): number {
  const longest = Math.max(...chapters.map(({ start, end }) => end! - start))
  const whole = (scale: number) =>
    chapters.every(({ start, end }) =>
      [start, end!].every((time) => Math.abs(time * scale - Math.round(time * scale)) < 1e-4),
    )
  return [1000, 90_000, 1_000_000].find((scale) => whole(scale) && longest * scale < 2 ** 32) ?? 1000
}

/**
 * The text track of chapters, as QuickTime has it (QTFF, "Chapter Lists").
 *
 * @param movieScale units a second of the movie's header
 * @param offset where the samples begin in the file
 */
export function chapterTrack(
  chapters: readonly Chapter[],
  samples: readonly Uint8Array[],
  { id, movieScale, offset }: { readonly id: number; readonly movieScale: number; readonly offset: number },
): Buffer {
  const scale = timeScaleOf(chapters)
  const times = [...chapters.map(({ start }) => start), chapters.at(-1)!.end!].map((time) => Math.round(time * scale))
  const total = times.at(-1)!
  const head = full(
    'tkhd',
    1,
    0,
    u64(0),
    u64(0),
    u32(id, 0),
    u64((total / scale) * movieScale),
    u32(0, 0),
    u16(0, 0, 0, 0),
    matrix,
    u32(0, 0),
  )
  const description = box(
    'text',
    u32(0),
    u16(0, 1),
    u32(1, 1),
    Buffer.alloc(6 + 8 + 8),
    u16(0, 0),
    u8(0),
    u16(0),
    Buffer.alloc(6),
    u8(0),
  )
  const durations = chapters.map((_, index) => u32(1, times[index + 1]! - times[index]!))
  const where = offset > 0xffffffff ? full('co64', 0, 0, u32(1), u64(offset)) : full('stco', 0, 0, u32(1, offset))
  const table = box(
    'stbl',
    full('stsd', 0, 0, u32(1), description),
    full('stts', 0, 0, u32(chapters.length), ...durations),
    full('stsc', 0, 0, u32(1, 1, chapters.length, 1)),
    full('stsz', 0, 0, u32(0, chapters.length, ...samples.map(({ length }) => length))),
    where,
  )
  const media = box(
    'mdia',
    full('mdhd', 1, 0, u64(0), u64(0), u32(scale), u64(total), u16(0x55c4, 0)),
    full('hdlr', 0, 0, u32(0), Buffer.from('text'), u32(0, 0, 0), u8(0)),
    box(
      'minf',
      box('gmhd', full('gmin', 0, 0, u16(0x40, 0x8000, 0x8000, 0x8000, 0, 0)), box('text', matrix)),
      box('dinf', full('dref', 0, 0, u32(1), full('url ', 0, 1))),
      table,
    ),
  )
  return box('trak', head, media)
}

/** A reference from a track to its chapters. */
export const chapterReference = (id: number): Buffer => box('tref', box('chap', u32(id)))
