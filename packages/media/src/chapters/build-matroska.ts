import { crc32 } from 'node:zlib'
import type { Chapter } from '../probe/report.ts'
import { ebml } from '../read/elements.ts'

/** Ids of elements as they stand in a file. */
const ids = {
  chapters: ebml.chapters,
  edition: ebml.edition,
  atom: ebml.chapter,
  uid: 0x73c4,
  start: ebml.chapterStart,
  end: ebml.chapterEnd,
  display: ebml.chapterDisplay,
  text: ebml.chapterText,
  language: 0x437c,
  seek: ebml.seek,
  seekId: ebml.seekId,
  seekPosition: ebml.seekPosition,
  tags: 0x1254c367,
  tag: 0x7373,
  crc: 0xbf,
  void: 0xec,
} as const

const nanoseconds = 1e9

/** An id is written as it is; its first bits tell how long it is. */
function idBytes(id: number): Buffer {
  const bytes = []
  for (let rest = id; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256)
  return Buffer.from(bytes)
}

/** As few bytes as a size takes. All bits set would say that it is not known (RFC 8794, 4). */
function sizeLength(size: number): number {
  let length = 1
  while (size >= 2 ** (7 * length) - 1) length++
  return length
}

/** A size in as many bytes as are asked for, or in as few as it takes. */
export function sizeBytes(size: number, length = sizeLength(size)): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = length - 1, rest = size; at >= 0; at--, rest = Math.floor(rest / 256)) bytes[at] = rest % 256
  bytes[0]! |= 0x80 >> (length - 1)
  return bytes
}

const element = (id: number, ...content: readonly Uint8Array[]): Buffer => {
  const whole = Buffer.concat(content)
  return Buffer.concat([idBytes(id), sizeBytes(whole.length), whole])
}

function numberBytes(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(Math.round(value)))
  return bytes
}

const number = (id: number, value: number): Buffer => element(id, numberBytes(value))

/** A `Chapters` element of one edition (RFC 9559, 5.1.7). */
export function chaptersElement(chapters: readonly Chapter[]): Buffer {
  const atoms = chapters.map(({ start, end, title }, index) => {
    const display =
      title === undefined
        ? []
        : [element(ids.display, element(ids.text, Buffer.from(title)), element(ids.language, Buffer.from('und')))]
    const ends = end === undefined ? [] : [number(ids.end, end * nanoseconds)]
    return element(ids.atom, number(ids.uid, index + 1), number(ids.start, start * nanoseconds), ...ends, ...display)
  })
  return element(ids.chapters, element(ids.edition, ...atoms))
}

/** A `Chapters` element with the content of another. */
export const chaptersWith = (content: Uint8Array): Buffer => element(ids.chapters, content)

/** A `Tags` element with tags of which each has the content of another. */
export const tagsWith = (contents: readonly Uint8Array[]): Buffer =>
  element(ids.tags, ...contents.map((content) => element(ids.tag, content)))

/** The checksum that an element begins with, of all that follows in it (RFC 8794, 11.3.1). */
function withChecksum(content: Uint8Array): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(crc32(content))
  return Buffer.concat([element(ids.crc, sum), content])
}

/** How long the checksum at the beginning of an element's content is; 0 where there is none. */
const checksumLength = (content: Uint8Array): number => (content[0] === ids.crc && content[1] === 0x84 ? 6 : 0)

/** An element and where it stands, from the beginning of the segment's content. */
export interface Entry {
  readonly id: number
  readonly position: number
}

/**
 * An index of elements (`SeekHead`) with more entries, and what is left of the room behind it.
 *
 * @param content of the index as it is
 * @param room bytes that index and the void behind it take, from the beginning of the one to the end of the other
 * @returns `room` bytes, or undefined where they do not fit
 */
export function seekHeadWith(content: Uint8Array, room: number, added: readonly Entry[]): Buffer | undefined {
  const more = added.map(({ id, position }) =>
    element(ids.seek, element(ids.seekId, idBytes(id)), number(ids.seekPosition, position)),
  )
  const checksum = checksumLength(content)
  const entries = Buffer.concat([content.subarray(checksum), ...more])
  const all = checksum > 0 ? withChecksum(entries) : entries
  const head = element(ebml.seekHead, all)
  const left = room - head.length
  // The least void is its id and a size; where one byte is left the index's own size takes it.
  if (left === 1) return Buffer.concat([idBytes(ebml.seekHead), sizeBytes(all.length, sizeLength(all.length) + 1), all])
  if (left <= 0) return left === 0 ? head : undefined
  const width = left - 2 < 127 ? 1 : 8
  return Buffer.concat([head, idBytes(ids.void), sizeBytes(left - 1 - width, width), Buffer.alloc(left - 1 - width)])
}
