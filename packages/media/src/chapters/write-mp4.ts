import { type FileHandle, open } from 'node:fs/promises'
import type { Chapter } from '../probe/report.ts'
import { boxes } from '../read/boxes.ts'
import { type Bytes, withBytes } from '../read/bytes.ts'
import { PartialFile } from '../write/partial-file.ts'
import { areContiguous, box, titleSamples } from './build-mp4.ts'
import { movieShifted, movieWithChapters } from './movie-box.ts'

/** A larger index is left as and where it is: it is held in memory. */
const largestMovie = 256 * 2 ** 20

/** Bytes copied at a time. */
const pieceSize = 2 ** 20

/** Whether the index of an MP4 or MOV file stands before its media, so that players need not wait for the end. */
export async function beginsWithIndex(bytes: Bytes): Promise<boolean> {
  for await (const { type } of boxes(bytes, 0, bytes.size)) {
    if (type === 'moov') return true
    if (type === 'mdat') return false
  }
  return false
}

/** Where the index stands: from the beginning of its box to its end. */
async function movieOf(bytes: Bytes): Promise<{ from: number; to: number; content: Buffer } | undefined> {
  for await (const { type, start, end } of boxes(bytes, 0, bytes.size)) {
    if (type !== 'moov' || end - start > largestMovie) continue
    return { from: start - 8, to: end, content: Buffer.from(await bytes.read(start, end - start)) }
  }
  return undefined
}

async function append(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await file.write(bytes, done)).bytesWritten
}

/**
 * Adds chapters to an MP4 or MOV file whose index stands at its end: as a list in the user data, and as a text track where they follow
 * each other without gaps.
 */
export async function addMp4Chapters(path: string, chapters: readonly Chapter[]): Promise<boolean> {
  const movie = await withBytes(path, async (bytes) => {
    const found = await movieOf(bytes)
    return found?.to === bytes.size ? found : undefined
  })
  if (!movie) return false
  const samples = areContiguous(chapters) ? titleSamples(chapters) : undefined
  const media = samples ? box('mdat', ...samples) : Buffer.alloc(0)
  const track = samples && { samples, offset: movie.from + 8 }
  const file = await open(path, 'r+')
  try {
    const tail = Buffer.concat([media, movieWithChapters(movie.content, chapters, track)])
    for (let done = 0; done < tail.length; )
      done += (await file.write(tail, done, tail.length - done, movie.from + done)).bytesWritten
    await file.truncate(movie.from + tail.length)
  } finally {
    await file.close()
  }
  return true
}

/** Writes an MP4 or MOV file anew with its index in front. It stays as it is where the index is too large for that. */
export async function putIndexInFront(path: string): Promise<void> {
  await withBytes(path, async (bytes) => {
    const movie = await movieOf(bytes)
    if (!movie) return
    const first = await firstEnd(bytes)
    if (movie.from <= first) return
    const whole = box('moov', movie.content)
    const shifted = movieShifted(whole, whole.length)
    if (!shifted) return
    await using target = await PartialFile.for(path)
    const file = await open(target.path, 'wx')
    try {
      await copy(bytes, file, 0, first)
      await append(file, shifted)
      await copy(bytes, file, first, movie.from)
      await copy(bytes, file, movie.to, bytes.size)
    } finally {
      await file.close()
    }
    await target.finish()
  })
}

/** Where the box that says what the file is ends; the index follows it. */
async function firstEnd(bytes: Bytes): Promise<number> {
  for await (const { type, end } of boxes(bytes, 0, bytes.size)) return type === 'ftyp' ? end : 0
  return 0
}

async function copy(bytes: Bytes, file: FileHandle, from: number, to: number): Promise<void> {
  for (let at = from; at < to; at += pieceSize) await append(file, await bytes.read(at, Math.min(pieceSize, to - at)))
}
