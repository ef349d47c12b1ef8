import { checkLimit, damaged } from '../failures.ts'
import { limits } from '../limits.ts'
import type { Chapter } from '../probe/report.ts'
import type { Bytes } from '../read/bytes.ts'
import { type Element, ebml, elementNumber, elements } from '../read/elements.ts'

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
const largestChapters = 16 * 2 ** 20

/**
 * The content of a Matroska file's chapters as it stands there; undefined where there are none.
 *
 * @throws ColophonError MEDIA_TOO_LARGE
 */
export async function matroskaChaptersContent(bytes: Bytes): Promise<Uint8Array | undefined> {
  const chapters = await findChapters(bytes)
  if (!chapters) return undefined
  const length = (chapters.end ?? Number.POSITIVE_INFINITY) - chapters.start
  checkLimit('bytes of chapters', length, largestChapters)
  const content = await bytes.read(chapters.start, length)
  if (content.length < length) throw damaged('its chapters end in the middle')
  return content
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

/** Where chapters are: among the elements before the media data, or where an index of elements (SeekHead) points. */
async function findChapters(bytes: Bytes): Promise<Element | undefined> {
  const segment = await first(elements(bytes, 0, bytes.size), ebml.segment)
  if (!segment) return undefined
  const soughtIn = async (index: Element, id: number): Promise<Element | undefined> => {
    const at = await soughtPosition(bytes, index, id)
    return at === undefined ? undefined : first(elements(bytes, segment.start + at, bytes.size), id, 1)
  }
  for await (const element of elements(bytes, segment.start, segment.end ?? bytes.size)) {
    if (element.id === ebml.chapters) return element
    if (element.id === ebml.cluster) break
    if (element.id !== ebml.seekHead) continue
    const target = await soughtIn(element, ebml.chapters)
    if (target) return target
    // An index may have a second part elsewhere (RFC 9559, 6.3).
    const second = await soughtIn(element, ebml.seekHead)
    const behind = second && (await soughtIn(second, ebml.chapters))
    if (behind) return behind
  }
  return undefined
}

/** The position of an element, from the beginning of the segment, in an index of elements. */
async function soughtPosition(bytes: Bytes, seekHead: Element, wanted: number): Promise<number | undefined> {
  for await (const seek of children(bytes, seekHead)) {
    if (seek.id !== ebml.seek) continue
    const [id, position] = [await child(bytes, seek, ebml.seekId), await child(bytes, seek, ebml.seekPosition)]
    if (id && position && (await elementNumber(bytes, id)) === wanted) return elementNumber(bytes, position)
  }
  return undefined
}

const children = (bytes: Bytes, parent: Element) => elements(bytes, parent.start, parent.end ?? parent.start)
const child = (bytes: Bytes, parent: Element, id: number) => first(children(bytes, parent), id)

async function first(among: AsyncIterable<Element>, id: number, within = 1000): Promise<Element | undefined> {
  let seen = 0
  for await (const element of among) {
    if (element.id === id) return element
    if (++seen >= within) break
  }
  return undefined
}

const longestTitle = 2 ** 16

async function elementText(bytes: Bytes, element: Element): Promise<string> {
  const content = await bytes.read(element.start, Math.min(longestTitle, element.end! - element.start))
  // What is left of a character at the end was cut off with the title.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(content, { stream: true }).replace(/\0.*$/s, '')
}
