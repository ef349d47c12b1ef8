import { chaptersElement, chaptersWith, tagsWith } from '../chapters/build-matroska.ts'
import { readChapters } from '../chapters/chapters.ts'
import { countMatroskaChapters, matroskaChaptersContent, matroskaChapterTags } from '../chapters/matroska.ts'
import { mp4ChapterScale } from '../chapters/mp4.ts'
import { addToMatroska } from '../chapters/write-matroska.ts'
import { addMp4Chapters, beginsWithIndex, putIndexInFront } from '../chapters/write-mp4.ts'
import type { Chapter } from '../probe/report.ts'
import { type Bytes, withBytes } from '../read/bytes.ts'
import type { Format } from '../read/formats.ts'
import type { Located } from '../stream/source.ts'

/** What became of the chapters of a source. */
export interface KeptChapters {
  /** How many are in the new file as `probe` counts them. */
  readonly kept: number
  /** Why others are not there, or not all that was said of them. */
  readonly left?: string
}

/** What is known of a source and of the file that was written from it. */
interface Finishing {
  readonly path: string
  readonly container: string
  readonly source: Bytes
  readonly format: Format
  readonly signal: AbortSignal | undefined
}

/**
 * Puts into a written file what FFmpeg's muxers were not told: the chapters of the source, and the index in front where the source
 * has it there.
 *
 * @param path of the whole file, which nobody sees yet: it is not whole any more where this fails. Undefined where the file went to
 * its target in parts; nothing is done then
 * @param container its name
 * @returns what became of the chapters; undefined where the source has none
 * @throws ColophonError MEDIA_NOT_WRITTEN where the chapters have no room
 */
export async function finishFile(
  path: string | undefined,
  container: string,
  { input, format }: Located,
  signal?: AbortSignal,
): Promise<KeptChapters | undefined> {
  const work = async (source: Bytes) => {
    if (path === undefined) return lost(source, format, 'what is written in parts gets no chapters')
    const finishing = { path, container, source, format, signal }
    if (/^(matroska|webm)$/.test(container)) return finishMatroska(finishing)
    if (/^(mp4|mov)$/.test(container)) return finishMp4(finishing)
    return lost(source, format, `no chapters are written into ${container}`)
  }
  return typeof input === 'string' ? withBytes(input, work) : work(input)
}

async function lost(source: Bytes, format: Format, left: string): Promise<KeptChapters | undefined> {
  const all = format.demuxer === 'matroska' ? await countMatroskaChapters(source) : 0
  return all > 0 || (await readChapters(source, format)).length > 0 ? { kept: 0, left } : undefined
}

async function finishMp4(finishing: Finishing): Promise<KeptChapters | undefined> {
  const { path, container, source, format, signal } = finishing
  const chapters = await readChapters(source, format)
  const isMp4 = format.demuxer === 'mov'
  const scale = isMp4 ? await mp4ChapterScale(source) : undefined
  // Chapters that were a list alone stay one: a track would be one more stream, and would say where the last one ends.
  const manner = isMp4 && scale === undefined ? { track: false, list: true } : { scale }
  if (chapters.length > 0) await addMp4Chapters(path, chapters, { quickTime: container === 'mov', ...manner })
  if (isMp4 && (await beginsWithIndex(source))) await putIndexInFront(path, signal)
  const all = format.demuxer === 'matroska' ? await countMatroskaChapters(source) : chapters.length
  if (all === 0) return undefined
  const left = whatIsLeft(chapters, all, container)
  return { kept: chapters.length, ...(left && { left }) }
}

/** What MP4 cannot say of chapters. */
function whatIsLeft(chapters: readonly Chapter[], all: number, container: string): string | undefined {
  if (all > chapters.length)
    return `nested and hidden chapters and those of other editions are not written into ${container}`
  const isCut = chapters.some(({ end }, index) => index + 1 < chapters.length && end !== chapters[index + 1]!.start)
  return isCut ? `each chapter of ${container} ends where the next begins` : undefined
}

async function finishMatroska({ path, source, format }: Finishing): Promise<KeptChapters | undefined> {
  const chapters = await readChapters(source, format)
  const elements = await matroskaElements(source, format, chapters)
  if (elements.length === 0) return undefined
  await addToMatroska(path, ...elements)
  return { kept: chapters.length }
}

/** Chapters that lie in Matroska go along as they are, with editions, languages and nested ones; and what is said of single ones. */
async function matroskaElements(source: Bytes, format: Format, chapters: readonly Chapter[]): Promise<Buffer[]> {
  if (format.demuxer !== 'matroska') return chapters.length > 0 ? [chaptersElement(chapters)] : []
  const content = await matroskaChaptersContent(source)
  if (!content) return []
  const tags = await matroskaChapterTags(source)
  return [chaptersWith(content), ...(tags.length > 0 ? [tagsWith(tags)] : [])]
}
