import type { Bytes } from './bytes.ts'

/** An element of a Matroska file: its content lies from `start` to `end`; `end` is undefined where the writer did not know it. */
export interface Element {
  readonly id: number
  readonly start: number
  readonly end: number | undefined
}

export const ebml = {
  header: 0x1a45dfa3,
  segment: 0x18538067,
  cluster: 0x1f43b675,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  chapters: 0x1043a770,
  edition: 0x45b9,
  chapter: 0xb6,
  chapterStart: 0x91,
  chapterEnd: 0x92,
  chapterHidden: 0x98,
  chapterDisplay: 0x80,
  chapterText: 0x85,
} as const

/** Reads the id and size that an element begins with (RFC 8794, 4 and 5). */
async function elementAt(bytes: Bytes, at: number): Promise<Element | undefined> {
  const head = await bytes.read(at, 12)
  const idLength = Math.clz32(head[0] ?? 0) - 23
  const sizeLength = Math.clz32(head[idLength] ?? 0) - 23
  if (idLength > 4 || sizeLength > 8 || head.length < idLength + sizeLength) return undefined
  const id = head.subarray(0, idLength).reduce((value, byte) => value * 256 + byte, 0)
  const digits = head.subarray(idLength, idLength + sizeLength)
  const first = digits[0]! & ((1 << (8 - sizeLength)) - 1)
  const size = digits.subarray(1).reduce((value, byte) => value * 256 + byte, first)
  const unknown = size >= 2 ** (7 * sizeLength) - 1
  const start = at + idLength + sizeLength
  return { id, start, end: unknown ? undefined : start + size }
}

/** The elements that follow each other between two positions, up to one of unknown size. */
export async function* elements(bytes: Bytes, start: number, end: number): AsyncGenerator<Element> {
  for (let at = start; at < end; ) {
    const element = await elementAt(bytes, at)
    if (!element) return
    yield element
    if (element.end === undefined) return
    at = element.end
  }
}

/** The content of an unsigned integer element. */
export async function elementNumber(bytes: Bytes, element: Element): Promise<number> {
  const content = await bytes.read(element.start, Math.min(8, (element.end ?? element.start) - element.start))
  return content.reduce((value, byte) => value * 256 + byte, 0)
}
