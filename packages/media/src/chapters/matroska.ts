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

/** More than this is no list of chapters. */
const largestChapters = 16 * 2 ** 20

/** The content of a Matroska file's chapters as it stands there. */
export async function matroskaChaptersContent(bytes: Bytes): Promise<Uint8Array | undefined> {
  const chapters = await findChapters(bytes)
  if (chapters?.end === undefined || chapters.end - chapters.start > largestChapters) return undefined
  return bytes.read(chapters.start, chapters.end - chapters.start)
}

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

/** Where chapters are: among the elements before the media data, or where the index of elements (SeekHead) points. */
async function findChapters(bytes: Bytes): Promise<Element | undefined> {
  const segment = await first(elements(bytes, 0, bytes.size), ebml.segment)
  if (!segment) return undefined
  for await (const element of elements(bytes, segment.start, segment.end ?? bytes.size)) {
    if (element.id === ebml.chapters) return element
    if (element.id === ebml.cluster) break
    const at = element.id === ebml.seekHead ? await soughtPosition(bytes, element) : undefined
    if (at === undefined) continue
    const target = await first(elements(bytes, segment.start + at, bytes.size), ebml.chapters, 1)
    if (target) return target
  }
  return undefined
}

/** The position of the chapters, from the beginning of the segment, in an index of elements. */
async function soughtPosition(bytes: Bytes, seekHead: Element): Promise<number | undefined> {
  for await (const seek of children(bytes, seekHead)) {
    if (seek.id !== ebml.seek) continue
    const [id, position] = [await child(bytes, seek, ebml.seekId), await child(bytes, seek, ebml.seekPosition)]
    if (id && position && (await elementNumber(bytes, id)) === ebml.chapters) return elementNumber(bytes, position)
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

const longestTitle = 4096

async function elementText(bytes: Bytes, element: Element): Promise<string> {
  const content = await bytes.read(element.start, Math.min(longestTitle, element.end! - element.start))
  return Buffer.from(content).toString('utf8').replace(/\0.*$/s, '')
}
