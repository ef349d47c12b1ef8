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

/** An MP4 file whose index comes last gets a list of chapters in the manner of Nero, in the last box of its index. */
function withList(file: Buffer, marks: readonly ChapterMark[]): Buffer {
  const start = boxAt(file, 0, file.length, 'moov')!
  const index = file.subarray(start)
  const list = marks.map(({ start, title }) => bytesFrom(u64(start * 1e7), [Buffer.byteLength(title)], title))
  const chapters = box('chpl', u32(0x01000000), u32(0), [marks.length], ...list)
  const userData = boxAt(index, 8, index.length, 'udta')
  const kept = index.subarray(8, userData ?? index.length)
  const others = userData === undefined ? Buffer.alloc(0) : index.subarray(userData + 8)
  return bytesFrom(file.subarray(0, start), box('moov', kept, box('udta', chapters, others)))
}

function boxAt(bytes: Buffer, from: number, to: number, type: string): number | undefined {
  for (let at = from; at < to; at += bytes.readUInt32BE(at))
    if (bytes.toString('latin1', at + 4, at + 8) === type) return at
  return undefined
}

/** A Matroska file gets chapters before its media data. Its indices, whose positions are not right any more, become empty space. */
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
  const segment = file.indexOf(Buffer.from('18538067', 'hex'))
  const begin = segment + 12
  const parts: Buffer[] = []
  let added = false
  for (let at = begin; at < file.length; ) {
    const { id, length } = head(file, at)
    if (id === '1f43b675' && !added) {
      parts.push(chapters)
      added = true
    }
    const isIndex = id === '114d9b74' || id === '1c53bb6b'
    parts.push(isIndex ? emptySpace(length) : file.subarray(at, at + length))
    at += length
  }
  const whole = bytesFrom(file.subarray(0, begin), ...parts)
  whole.writeBigUInt64BE((1n << 56n) | BigInt(whole.length - begin), segment + 4)
  return whole
}

/** An element's id in hexadecimal, and its length together with its head. */
function head(file: Buffer, at: number): { id: string; length: number } {
  const idLength = Math.clz32(file[at]!) - 23
  const first = file[at + idLength]!
  const sizeLength = Math.clz32(first) - 23
  let size = first & (0xff >> sizeLength)
  for (let i = 1; i < sizeLength; i++) size = size * 256 + file[at + idLength + i]!
  return { id: file.toString('hex', at, at + idLength), length: idLength + sizeLength + size }
}

/** An element that says nothing. */
const emptySpace = (length: number): Buffer => {
  const bytes = Buffer.alloc(length)
  bytes.writeBigUInt64BE((1n << 56n) | BigInt(length - 9), 1)
  bytes[0] = 0xec
  return bytes
}
