import { box, bytesFrom, element, u32, u64 } from '../../testing/bytes.ts'

export interface ChapterMark {
  /** Seconds. */
  readonly start: number
  readonly end: number
  readonly title: string
}

/** A finished MP4, MOV, Matroska or WebM file with chapters added, which FFmpeg's muxers are given no way to be told here. */
export const withChapters = (file: Buffer, marks: readonly ChapterMark[]): Buffer =>
  file.readUInt32BE(0) === 0x1a45dfa3 ? withEdition(file, marks) : withList(file, marks)

/** An MP4 file whose index comes last gets a list of chapters in the manner of Nero at its end. */
function withList(file: Buffer, marks: readonly ChapterMark[]): Buffer {
  const start = topLevel(file, 'moov')
  const list = marks.map(({ start, title }) => bytesFrom(u64(start * 1e7), [Buffer.byteLength(title)], title))
  const added = box('udta', box('chpl', u32(0x01000000), u32(0), [marks.length], ...list))
  const index = file.subarray(start)
  const longer = bytesFrom(file.subarray(0, start), u32(index.length + added.length), index.subarray(4), added)
  return longer
}

function topLevel(file: Buffer, type: string): number {
  for (let at = 0; at < file.length; at += file.readUInt32BE(at))
    if (file.toString('latin1', at + 4, at + 8) === type) return at
  throw new Error(`there is no box ${type}`)
}

/** A Matroska file gets an edition of chapters at the beginning of its segment; its index of positions moves along. */
function withEdition(file: Buffer, marks: readonly ChapterMark[]): Buffer {
  const atoms = marks.map(({ start, end, title }, index) =>
    element(
      'b6',
      element('73c4', [index + 1]),
      element('91', u64(start * 1e9)),
      element('92', u64(end * 1e9)),
      element('80', element('85', title), element('437c', 'eng')),
    ),
  )
  const chapters = element('1043a770', element('45b9', ...atoms))
  // The muxer leaves an empty element (EC) behind its index of elements, which is room enough.
  const segment = file.indexOf(Buffer.from('18538067', 'hex'))
  for (let at = file.indexOf(0xec, segment); at >= 0; at = file.indexOf(0xec, at + 1)) {
    const size = voidSize(file, at)
    if (size === undefined || size < chapters.length + 9) continue
    const rest = size - chapters.length
    const filler = bytesFrom([0xec], wideSize(rest - 9), Buffer.alloc(rest - 9))
    return bytesFrom(file.subarray(0, at), chapters, filler, file.subarray(at + size))
  }
  throw new Error('there is no room for chapters')
}

/** Length of an element that begins at `at`, its head included, if what follows looks like one with nothing in it. */
function voidSize(file: Buffer, at: number): number | undefined {
  const first = file[at + 1]!
  const width = Math.clz32(first) - 23
  if (width < 1 || width > 8) return undefined
  let size = first & (0xff >> width)
  for (let i = 1; i < width; i++) size = size * 256 + file[at + 1 + i]!
  const begin = at + 1 + width
  return size < 2 ** 20 && file.subarray(begin, begin + size).every((byte) => byte === 0) ? 1 + width + size : undefined
}

const wideSize = (size: number): Buffer => {
  const bytes = u64(size)
  bytes[0] = 1
  return bytes
}
