import { limits } from '../limits.ts'
import type { Chapter } from '../probe/report.ts'
import { type Box, boxes, findBox } from '../read/boxes.ts'
import { type Bytes, viewOf } from '../read/bytes.ts'

/**
 * Chapters of an MP4 or MOV file. There are two ways of writing them: a text track that another track refers to as its chapters
 * (QuickTime), and a list in the user data (Nero's `chpl`). The text track goes first, since its times are exact, unless the list has
 * more: some writers leave chapters without a title out of the track.
 */
export async function mp4Chapters(bytes: Bytes): Promise<Chapter[]> {
  const movie = await findBox(bytes, { start: 0, end: bytes.size }, 'moov')
  if (!movie) return []
  const track = await chapterTrack(bytes, movie)
  const told = track ? await trackChapters(bytes, movie, track) : []
  const listed = await listedChapters(bytes, movie)
  return listed.length > told.length ? listed : told
}

/** Units a second that the chapters of a text track are in; undefined where there is no such track. */
export async function mp4ChapterScale(bytes: Bytes): Promise<number | undefined> {
  const movie = await findBox(bytes, { start: 0, end: bytes.size }, 'moov')
  const track = movie && (await chapterTrack(bytes, movie))
  return track && ((await scaleOf(bytes, track, 'mdia', 'mdhd')) || undefined)
}

/** Content of a small box; undefined where it is missing or larger than such a box ever is. */
async function contentOf(
  bytes: Bytes,
  box: Box | undefined,
  most = 16 * limits.chapters,
): Promise<DataView | undefined> {
  if (!box || box.end > bytes.size) return undefined
  return viewOf(await bytes.read(box.start, Math.min(most, box.end - box.start)))
}

async function listedChapters(bytes: Bytes, movie: Box): Promise<Chapter[]> {
  const list = await contentOf(bytes, await findBox(bytes, movie, 'udta', 'chpl'), 1 << 20)
  if (!list || list.byteLength < 9) return []
  const found: Chapter[] = []
  const head = list.getUint8(0) === 0 ? 4 : 8 // version 1 has four more bytes before the count
  const count = list.getUint8(head)
  for (let at = head + 1; found.length < count && at + 9 <= list.byteLength; at += 9 + list.getUint8(at + 8)) {
    const start = Number(list.getBigUint64(at)) / 1e7
    found.push({ start, ...titled(list, at + 9, list.getUint8(at + 8)) })
  }
  return found
}

/** The first track of text among those that others call their chapters. There may be tracks of pictures among them. */
async function chapterTrack(bytes: Bytes, movie: Box): Promise<Box | undefined> {
  const tracks = new Map<number, Box>()
  const wanted = new Set<number>()
  for await (const box of boxes(bytes, movie.start, movie.end)) {
    if (box.type !== 'trak') continue
    const header = await contentOf(bytes, await findBox(bytes, box, 'tkhd'))
    const at = header?.byteLength && header.getUint8(0) === 1 ? 20 : 12
    if (header && header.byteLength >= at + 4) tracks.set(header.getUint32(at), box)
    const references = await contentOf(bytes, await findBox(bytes, box, 'tref', 'chap'))
    for (let at = 0; references && at + 4 <= references.byteLength; at += 4) wanted.add(references.getUint32(at))
    if (tracks.size + wanted.size > limits.streams * 2) break
  }
  for (const id of wanted) {
    const track = tracks.get(id)
    const handler = track && (await contentOf(bytes, await findBox(bytes, track, 'mdia', 'hdlr')))
    if (handler && handler.byteLength >= 12 && /^(text|sbtl)$/.test(fourCharacters(handler, 8))) return track
  }
  return undefined
}

const fourCharacters = (view: DataView, at: number): string =>
  String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)))

/** Units a second that a header says; 0 where it is missing. */
async function scaleOf(bytes: Bytes, within: Box, ...path: string[]): Promise<number> {
  const header = await contentOf(bytes, await findBox(bytes, within, ...path))
  return header && header.byteLength >= 24 ? header.getUint32(header.getUint8(0) === 1 ? 20 : 12) : 0
}

/** All titles of a file together are not longer than this. */
const allTitles = 2 ** 24

/** Each sample of the track is a chapter: its text is the title and its duration the chapter's. */
async function trackChapters(bytes: Bytes, movie: Box, track: Box): Promise<Chapter[]> {
  const table = async (...path: string[]) => contentOf(bytes, await findBox(bytes, track, 'mdia', ...path))
  const scale = await scaleOf(bytes, track, 'mdia', 'mdhd')
  const samples = ['minf', 'stbl'] as const
  const [sizes, durations, chunks] = [
    await table(...samples, 'stsz'),
    await table(...samples, 'stts'),
    await table(...samples, 'stsc'),
  ]
  const [small, large] = [await table(...samples, 'stco'), await table(...samples, 'co64')]
  if (!scale || !sizes || !durations || !chunks || !(small ?? large)) return []
  const lengths = sampleSizes(sizes)
  const times = sampleTimes(durations, lengths.length)
  const positions = samplePositions(lengths, chunks, chunkOffsets(small, large))
  const { shift, until } = await firstEdit(bytes, movie, track, scale)
  const found: Chapter[] = []
  let room = allTitles
  for (const [index, position] of positions.entries()) {
    const sample = viewOf(await bytes.read(position, Math.min(lengths[index]!, 2 + longestTitle, room)))
    room -= sample.byteLength
    const [from, to] = [times[index]! / scale + shift, times[index + 1]! / scale + shift]
    const [start, end] = [Math.max(0, from), Math.max(0, from, Math.min(to, until))]
    found.push({ start, end, ...(sample.byteLength >= 2 && titled(sample, 2, sample.getUint16(0))) })
  }
  return found
}

/** The length of a title has 16 bits. */
const longestTitle = 2 ** 16 - 1

/** Which times of a track are shown when, in seconds. */
interface Edit {
  /** What is added to the track's times. */
  readonly shift: number
  /** No sample is shown for longer. */
  readonly until: number
}

/** The first edit of a track that shows media; there may be some without before it (ISO/IEC 14496-12, 8.6.6). */
async function firstEdit(bytes: Bytes, movie: Box, track: Box, scale: number): Promise<Edit> {
  const list = await contentOf(bytes, await findBox(bytes, track, 'edts', 'elst'))
  const movieScale = await scaleOf(bytes, movie, 'mvhd')
  if (!list || list.byteLength < 8 || !movieScale) return wholeTrack
  const wide = list.getUint8(0) === 1
  const width = wide ? 20 : 12
  let empty = 0
  for (let at = 8, n = entries(list, 8, width); n > 0; n--, at += width) {
    const duration = wide ? Number(list.getBigUint64(at)) : list.getUint32(at)
    const from = wide ? Number(list.getBigInt64(at + 8)) : list.getInt32(at + 4)
    const shift = empty / movieScale - from / scale
    // Durations of edits are in coarser units. What they cut off by that alone is not taken for cut.
    if (from >= 0) return { shift, until: empty > 0 ? (empty + duration) / movieScale : Number.POSITIVE_INFINITY }
    empty += duration
  }
  return wholeTrack
}

const wholeTrack: Edit = { shift: 0, until: Number.POSITIVE_INFINITY }

const entries = (table: DataView, from: number, width: number): number =>
  Math.max(
    0,
    Math.min(table.byteLength >= from ? table.getUint32(from - 4) : 0, Math.floor((table.byteLength - from) / width)),
  )

function sampleSizes(table: DataView): number[] {
  if (table.byteLength < 12) return []
  const same = table.getUint32(4)
  if (same > 0) return new Array<number>(Math.min(table.getUint32(8), limits.chapters)).fill(same)
  const count = Math.min(entries(table, 12, 4), limits.chapters)
  return Array.from({ length: count }, (_, index) => table.getUint32(12 + 4 * index))
}

/** Start of each sample and the end of the last, in the track's time scale. */
function sampleTimes(table: DataView, count: number): number[] {
  const times = [0]
  for (let entry = 0; entry < entries(table, 8, 8); entry++) {
    const [repeats, duration] = [table.getUint32(8 + 8 * entry), table.getUint32(12 + 8 * entry)]
    for (let n = 0; n < repeats && times.length <= count; n++) times.push(times.at(-1)! + duration)
  }
  while (times.length <= count) times.push(times.at(-1)!)
  return times
}

function chunkOffsets(small: DataView | undefined, large: DataView | undefined): number[] {
  if (small) return Array.from({ length: entries(small, 8, 4) }, (_, index) => small.getUint32(8 + 4 * index))
  return Array.from({ length: entries(large!, 8, 8) }, (_, index) => Number(large!.getBigUint64(8 + 8 * index)))
}

/** Samples lie in chunks; a table says from which chunk on each holds how many (ISO/IEC 14496-12, 8.7.4). */
function samplePositions(sizes: readonly number[], table: DataView, chunks: readonly number[]): number[] {
  const positions: number[] = []
  const runs = entries(table, 8, 12)
  for (let run = 0; run < runs; run++) {
    const first = table.getUint32(8 + 12 * run)
    const next = run + 1 < runs ? table.getUint32(20 + 12 * run) : chunks.length + 1
    for (let chunk = first; chunk < next && chunk >= 1 && chunk <= chunks.length; chunk++) {
      let at = chunks[chunk - 1]!
      for (let n = 0; n < table.getUint32(12 + 12 * run) && positions.length < sizes.length; n++) {
        positions.push(at)
        at += sizes[positions.length - 1]!
      }
    }
  }
  return positions
}

function titled(view: DataView, at: number, length: number): { title?: string } {
  const text = Buffer.from(view.buffer, view.byteOffset + at, Math.max(0, Math.min(length, view.byteLength - at)))
  const title = decoded(text)
  return title ? { title } : {}
}

/** QuickTime text is UTF-16 if it begins with a byte order mark. Old files have neither that nor UTF-8, but what Macintoshes had. */
function decoded(text: Buffer): string {
  const mark = text.length >= 2 ? text.readUInt16BE(0) : 0
  if (mark === 0xfeff || mark === 0xfffe) return new TextDecoder(mark === 0xfeff ? 'utf-16be' : 'utf-16le').decode(text)
  try {
    // What is left of a character at the end was cut off with the title.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(text, { stream: true })
  } catch {
    return new TextDecoder('macintosh').decode(text)
  }
}
