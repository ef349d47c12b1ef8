import { chaptersElement, chaptersWith } from '../chapters/build-matroska.ts'
import { readChapters } from '../chapters/chapters.ts'
import { matroskaChaptersContent } from '../chapters/matroska.ts'
import { addMatroskaChapters } from '../chapters/write-matroska.ts'
import { addMp4Chapters, beginsWithIndex, putIndexInFront } from '../chapters/write-mp4.ts'
import { type Bytes, withBytes } from '../read/bytes.ts'
import type { Format } from '../read/formats.ts'
import type { Located } from '../stream/source.ts'

/**
 * Puts into a written file what FFmpeg's muxers were not told: the chapters of the source, and the index in front where the source
 * has it there.
 *
 * @param path of the whole file, which nobody sees yet
 * @param container its name
 */
export async function finishFile(path: string, container: string, { input, format }: Located): Promise<void> {
  const work = (source: Bytes) => finish(path, container, source, format)
  await (typeof input === 'string' ? withBytes(input, work) : work(input))
}

async function finish(path: string, container: string, source: Bytes, format: Format): Promise<void> {
  if (/^(matroska|webm)$/.test(container)) {
    const element = await matroskaElement(source, format)
    if (element) await addMatroskaChapters(path, element)
  } else if (/^(mp4|mov)$/.test(container)) {
    const chapters = await readChapters(source, format)
    if (chapters.length > 0) await addMp4Chapters(path, chapters)
    if (format.demuxer === 'mov' && (await beginsWithIndex(source))) await putIndexInFront(path)
  }
}

/** Chapters that lie in Matroska go along as they are: with editions, languages and nested ones. */
async function matroskaElement(source: Bytes, format: Format): Promise<Uint8Array | undefined> {
  if (format.demuxer === 'matroska') {
    const content = await matroskaChaptersContent(source)
    return content && chaptersWith(content)
  }
  const chapters = await readChapters(source, format)
  return chapters.length > 0 ? chaptersElement(chapters) : undefined
}
