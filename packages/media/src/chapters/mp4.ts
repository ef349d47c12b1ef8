import { limits } from '../limits.ts'
import type { Chapter } from '../probe/report.ts'
import { type Box, boxes, findBox } from '../read/boxes.ts'
import { type Bytes, viewOf } from '../read/bytes.ts'

/**
 * Chapters of an MP4 or MOV file. There are two ways of writing them: a text track that another track refers to as its chapters
 * (QuickTime), and a list in the user data (Nero's `chpl`). The text track goes first: its times are exact.
 */
export async function mp4Chapters(bytes: Bytes): Promise<Chapter[]> {
  const movie = await findBox(bytes, { start: 0, end: bytes.size }, 'moov')
  if (!movie) return []
  const track = await chapterTrack(bytes, movie)
  const told = track ? await trackChapters(bytes, track) : []
  return told.length > 0 ? told : listedChapters(bytes, movie)
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

async function chapterTrack(bytes: Bytes, movie: Box): Promise<Box | undefined> {
  const tracks = new Map<number, Box>()
  let wanted: number | undefined
  for await (const box of boxes(bytes, movie.start, movie.end)) {
    if (box.type !== 'trak') continue
    const header = await contentOf(bytes, await findBox(bytes, box, 'tkhd'))
    const at = header?.getUint8(0) === 1 ? 20 : 12
    if (header && header.byteLength >= at + 4) tracks.set(header.getUint32(at), box)
    const reference = await contentOf(bytes, await findBox(bytes, box, 'tref', 'chap'))
    if (reference && reference.byteLength >= 4) wanted ??= reference.getUint32(0)
  }
  return wanted === undefined ? undefined : tracks.get(wanted)
}

/** Each sample of the track is a chapter: its text is the title and its duration the chapter's. */
async function trackChapters(bytes: Bytes, track: Box): Promise<Chapter[]> {
  const table = async (...path: string[]) => contentOf(bytes, await findBox(bytes, track, 'mdia', ...path))
  const header = await table('mdhd')
  const scale = header && header.byteLength >= 24 ? header.getUint32(header.getUint8(0) === 1 ? 20 : 12) : 0
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
  const found: Chapter[] = []
  for (const [index, position] of positions.entries()) {
    const sample = viewOf(await bytes.read(position, Math.min(lengths[index]!, 1024)))
    const [start, end] = [times[index]! / scale, times[index + 1]! / scale]
    found.push({ start, end, ...(sample.byteLength >= 2 && titled(sample, 2, sample.getUint16(0))) })
  }
  return found
}

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
  // QuickTime text is UTF-16 if it begins with a byte order mark.
  const wide = text.length >= 2 && (text.readUInt16BE(0) === 0xfeff || text.readUInt16BE(0) === 0xfffe)
  const title = wide
    ? new TextDecoder(text.readUInt16BE(0) === 0xfeff ? 'utf-16be' : 'utf-16le').decode(text)
    : text.toString('utf8')
  return title ? { title } : {}
}
