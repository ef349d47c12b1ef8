import { checkLimit, damaged } from '../failures.ts'
import { limits } from '../limits.ts'
import type { Chapter } from '../probe/report.ts'
import type { Bytes } from '../read/bytes.ts'
import { type Element, ebml, elementNumber } from '../read/elements.ts'
import { child, children, topElements } from './top-elements.ts'

const nanoseconds = 1e9

/** Chapters of a Matroska file (RFC 9559, 5.1.7), those at the top level of its first edition. */
export async function matroskaChapters(bytes: Bytes): Promise<Chapter[]> {
  const chapters = await findChapters(bytes)
  if (!chapters) return []
  const edition = await child(bytes, chapters, ebml.edition)
  const found: Chapter[] = []
  for await (const atom of edition ? children(bytes, edition) : []) {
    if (atom.id !== ebml.chapter) continue
    if (found.length >= limits.chapters) break
    const chapter = await readChapter(bytes, atom)
    if (chapter) found.push(chapter)
  }
  return found
}

/** More than this is not held in memory. */
const largest = 16 * 2 ** 20

/**
 * The content of a Matroska file's chapters as it stands there; undefined where there are none.
 *
 * @throws ColophonError MEDIA_TOO_LARGE, MEDIA_DAMAGED
 */
export async function matroskaChaptersContent(bytes: Bytes): Promise<Uint8Array | undefined> {
  const chapters = await findChapters(bytes)
  return chapters && contentOf(bytes, chapters, 'bytes of chapters')
}

async function contentOf(bytes: Bytes, { start, end }: Element, what: string): Promise<Uint8Array> {
  const length = (end ?? Number.POSITIVE_INFINITY) - start
  checkLimit(what, length, largest)
  const content = await bytes.read(start, length)
  if (content.length < length) throw damaged(`the ${what} are not all there`)
  return content
}

/** Ids of elements in tags (RFC 9559, 5.1.8). */
const ofTags = { tags: 0x1254c367, tag: 0x7373, targets: 0x63c0, edition: 0x63c9, chapter: 0x63c4 } as const

/**
 * What a Matroska file says of single chapters and editions: the content of its tags that have them as targets.
 *
 * @returns for each tag the content of the element
 * @throws ColophonError MEDIA_TOO_LARGE, MEDIA_DAMAGED
 */
export async function matroskaChapterTags(bytes: Bytes): Promise<Uint8Array[]> {
  const found: Uint8Array[] = []
  let length = 0
  for await (const tags of topElements(bytes, ofTags.tags))
    for await (const tag of children(bytes, tags)) {
      const targets = tag.id === ofTags.tag ? await child(bytes, tag, ofTags.targets) : undefined
      if (!targets || !(await isOfChapters(bytes, targets))) continue
      const content = await contentOf(bytes, tag, 'bytes of tags')
      length += content.length
      checkLimit('bytes of tags', length, largest)
      found.push(content)
    }
  return found
}

/** Number 0 stands for all chapters or editions. */
async function isOfChapters(bytes: Bytes, targets: Element): Promise<boolean> {
  for await (const { id } of children(bytes, targets)) if (id === ofTags.edition || id === ofTags.chapter) return true
  return false
}

/** How many chapters a Matroska file has, nested and hidden ones and those of all editions among them. */
export async function countMatroskaChapters(bytes: Bytes): Promise<number> {
  const count = async (parent: Element, depth: number): Promise<number> => {
    let found = 0
    for await (const part of children(bytes, parent)) {
      if (part.id === ebml.chapter) found++
      if ((part.id === ebml.chapter || part.id === ebml.edition) && depth < deepest)
        found += await count(part, depth + 1)
      if (found >= limits.chapters * 4) break
    }
    return found
  }
  const chapters = await findChapters(bytes)
  return chapters ? count(chapters, 0) : 0
}

/** Levels of chapters within chapters that are looked at. */
const deepest = 16

async function readChapter(bytes: Bytes, atom: Element): Promise<Chapter | undefined> {
  let [start, end, title]: [number, number | undefined, string | undefined] = [0, undefined, undefined]
  for await (const part of children(bytes, atom)) {
    if (part.id === ebml.chapterHidden && (await elementNumber(bytes, part)) === 1) return undefined
    if (part.id === ebml.chapterStart) start = (await elementNumber(bytes, part)) / nanoseconds
    if (part.id === ebml.chapterEnd) end = (await elementNumber(bytes, part)) / nanoseconds
    if (part.id === ebml.chapterDisplay && title === undefined) {
      const text = await child(bytes, part, ebml.chapterText)
      if (text) title = await elementText(bytes, text)
    }
  }
  return { start, ...(end !== undefined && { end }), ...(title && { title }) }
}

async function findChapters(bytes: Bytes): Promise<Element | undefined> {
  for await (const element of topElements(bytes, ebml.chapters)) return element
  return undefined
}

const longestTitle = 2 ** 16

async function elementText(bytes: Bytes, element: Element): Promise<string> {
  const content = await bytes.read(element.start, Math.min(longestTitle, element.end! - element.start))
  // What is left of a character at the end was cut off with the title.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(content, { stream: true }).replace(/\0.*$/s, '')
}
