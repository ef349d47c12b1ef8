import { type FileHandle, open } from 'node:fs/promises'
import { ColophonError } from '@colophon/core'
import type { Chapter } from '../probe/report.ts'
import { boxes } from '../read/boxes.ts'
import { type Bytes, withBytes } from '../read/bytes.ts'
import { boxHead, chapterList, chapterTrack, lengthOf, titleSamples } from './build-mp4.ts'
import { movieHeader, movieInFront, movieWithChapters } from './movie-box.ts'
import { timelineOf } from './timeline.ts'
import { writePieces } from './write-pieces.ts'

/** A larger index is not held in memory. */
const largestMovie = 256 * 2 ** 20

/** Bytes moved at a time. */
const pieceSize = 4 * 2 ** 20

/** Whether the index of an MP4 or MOV file stands before its media, so that players need not wait for the end. */
export async function beginsWithIndex(bytes: Bytes): Promise<boolean> {
  for await (const { type } of boxes(bytes, 0, bytes.size)) {
    if (type === 'moov') return true
    if (type === 'mdat') return false
  }
  return false
}

/** The index of a file. */
interface Movie {
  /** Where its box begins. */
  readonly from: number
  /** Whether nothing follows. */
  readonly last: boolean
  readonly whole: Buffer
  readonly content: Buffer
}

/** @returns undefined where there is none, or one that is too large */
async function movieOf(bytes: Bytes): Promise<Movie | undefined> {
  let from = 0
  for await (const { type, start, end } of boxes(bytes, 0, bytes.size)) {
    if (type !== 'moov') {
      from = end
      continue
    }
    if (end - from > largestMovie || end > bytes.size) return undefined
    const read = await bytes.read(from, end - from)
    const whole = Buffer.from(read.buffer, read.byteOffset, read.length)
    return { from, last: end === bytes.size, whole, content: whole.subarray(start - from) }
  }
  return undefined
}

/** How chapters are added. Default: as a track, and in MP4 as a list too. */
export interface Mp4Chapters {
  /** Whether the file is MOV. */
  readonly quickTime?: boolean
  /** Whether they get a text track. */
  readonly track?: boolean
  /** Whether they get a list in the manner of Nero. */
  readonly list?: boolean
  /** Units a second that are tried first for the track: those of the source. */
  readonly scale?: number | undefined
}

/**
 * Adds chapters to an MP4 or MOV file in place: as a text track, as a list in the user data, or as both. Their titles and the new
 * index stand at the end of the file. Nothing else is moved.
 *
 * @param path of a file that nobody sees yet: it is not whole where this fails
 * @param chapters at least one, in order of their beginnings
 * @throws ColophonError MEDIA_NOT_WRITTEN where the file's index is missing or too large
 */
export async function addMp4Chapters(
  path: string,
  chapters: readonly Chapter[],
  { quickTime = false, track = true, list = !quickTime, scale }: Mp4Chapters = {},
): Promise<void> {
  const movie = await withBytes(path, movieOf)
  const header = movie && movieHeader(movie.content)
  if (!movie || !header) {
    const why = 'its index is missing, or too large for the chapters that the source has to be added'
    throw new ColophonError('MEDIA_NOT_WRITTEN', { name: 'The output', why })
  }
  const file = await open(path, 'r+')
  try {
    const end = movie.last ? movie.from : (await file.stat()).size
    const samples = track ? titleSamples(chapters) : []
    const media = track ? [boxHead('mdat', lengthOf(samples)), ...samples] : []
    const sizes = samples.map(({ length }) => length)
    const place = { id: header.nextTrack, movieScale: header.scale, offset: end + 8, quickTime }
    const index = movieWithChapters(movie.content, {
      ...(track && { track: chapterTrack(timelineOf(chapters, header.duration, scale), sizes, place) }),
      ...(list && { list: chapterList(chapters) }),
    })
    await writePieces(file, [Buffer.concat(media), ...index], end)
    if (!movie.last) await writePieces(file, [Buffer.from('free')], movie.from + 4)
    else await file.truncate(end + lengthOf(media) + lengthOf(index))
  } finally {
    await file.close()
  }
}

/**
 * Moves the index of an MP4 or MOV file from its end to its beginning, in place. The file stays as it is where the index does not
 * stand at the end, or is too large to be held in memory.
 *
 * @param path of a file that nobody sees yet: it is not whole where this fails
 */
export async function putIndexInFront(path: string, signal?: AbortSignal): Promise<void> {
  const { movie, first } = await withBytes(path, async (bytes) => ({
    movie: await movieOf(bytes),
    first: await firstEnd(bytes),
  }))
  if (!movie?.last || movie.from <= first) return
  const index = movieInFront(movie.whole)
  const file = await open(path, 'r+')
  try {
    await moveBehind(file, first, movie.from, index.length, signal)
    await writePieces(file, [index], first)
  } finally {
    await file.close()
  }
}

/** Where the box that says what the file is ends; the index follows it. */
async function firstEnd(bytes: Bytes): Promise<number> {
  for await (const { type, end } of boxes(bytes, 0, bytes.size)) return type === 'ftyp' ? end : 0
  return 0
}

/** Moves bytes towards the end of their file. The last go first, so that none is written over before it is moved. */
async function moveBehind(
  file: FileHandle,
  from: number,
  to: number,
  shift: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const buffer = Buffer.alloc(Math.min(pieceSize, to - from))
  for (let end = to; end > from; ) {
    signal?.throwIfAborted()
    const start = Math.max(from, end - buffer.length)
    const piece = buffer.subarray(0, end - start)
    for (let done = 0; done < piece.length; ) {
      const { bytesRead } = await file.read(piece, done, piece.length - done, start + done)
      if (bytesRead === 0) throw new Error('The file became shorter while it was being read.')
      done += bytesRead
    }
    await writePieces(file, [piece], start + shift)
    end = start
  }
}
