import { crc32, deflateSync } from 'node:zlib'
import { box, bytesFrom, element, u32, u64 } from './bytes.ts'

/** Files that claim, or unfold into, far more than they are. */

const u16 = (value: number): number[] => [value >> 8, value & 255]
const le16 = (value: number): number[] => [value & 255, value >> 8]
const le32 = (value: number): number[] => [...le16(value & 0xffff), ...le16(value >>> 16)]
const le24 = (value: number): number[] => [value & 255, (value >> 8) & 255, value >> 16]

const zeros = (count: number): Buffer => deflateSync(Buffer.alloc(count), { level: 9 })

const chunk = (type: string, ...content: readonly (Uint8Array | string | readonly number[])[]): Buffer => {
  const body = bytesFrom(type, ...content)
  return bytesFrom(u32(body.length - 4), body, u32(crc32(body)))
}

/** A PNG of one grey value, with further chunks before its data. */
export const pngBomb = (width: number, height: number, ...chunks: readonly Buffer[]): Buffer =>
  bytesFrom(
    [0x89],
    'PNG\r\n\x1a\n',
    chunk('IHDR', u32(width), u32(height), [8, 0, 0, 0, 0]),
    ...chunks,
    chunk('IDAT', zeros(Math.min(2 ** 22, (width + 1) * height))),
    chunk('IEND'),
  )

/** A text chunk of a PNG that unfolds into `bytes` bytes. */
export const textBomb = (bytes: number): Buffer => chunk('zTXt', 'Comment\0\0', zeros(bytes))
/** A colour profile of a PNG that unfolds into `bytes` bytes. */
export const profileBomb = (bytes: number): Buffer => chunk('iCCP', 'profile\0\0', zeros(bytes))

export const gifBomb = (width: number, height: number): Buffer =>
  bytesFrom(
    'GIF89a',
    le16(width),
    le16(height),
    [0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2c],
    le16(0),
    le16(0),
    le16(width),
    le16(height),
    [0, 2, 2, 0x4c, 0x01, 0, 0x3b],
  )

export const jpegBomb = (width: number, height: number): Buffer =>
  bytesFrom(
    [0xff, 0xd8, 0xff, 0xc0, 0, 11, 8, ...u16(height), ...u16(width), 1, 1, 0x11, 0],
    [0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0],
    Buffer.alloc(16),
    [0xff, 0xd9],
  )

export function webpBomb(width: number, height: number): Buffer {
  const canvas = bytesFrom('VP8X', le32(10), [0, 0, 0, 0], le24(width - 1), le24(height - 1))
  // A picture of one pixel, without losses.
  const picture = bytesFrom('VP8L', le32(8), [0x2f, 0, 0, 0, 0, 0x88, 0x88, 0x08])
  return bytesFrom('RIFF', le32(4 + canvas.length + picture.length), 'WEBP', canvas, picture)
}

export function tiffBomb(width: number, height: number): Buffer {
  const entry = (tag: number, type: number, value: number) => [...le16(tag), ...le16(type), ...le32(1), ...le32(value)]
  const entries = [
    entry(256, 4, width),
    entry(257, 4, height),
    entry(258, 3, 8),
    entry(259, 3, 1),
    entry(262, 3, 1),
    entry(273, 4, 8),
    entry(277, 3, 1),
    entry(278, 4, height),
    entry(279, 4, 8),
  ]
  return bytesFrom('II', [42, 0], le32(16), Buffer.alloc(8), le16(entries.length), ...entries, le32(0))
}

export function wavBomb(channels: number, sampleRate: number, bits = 16): Buffer {
  const align = (channels * bits) / 8
  const format = bytesFrom(
    le16(1),
    le16(channels),
    le32(sampleRate),
    le32((sampleRate * align) >>> 0),
    le16(align & 0xffff),
    le16(bits),
  )
  const data = Buffer.alloc(4096)
  return bytesFrom(
    'RIFF',
    le32(4 + 8 + format.length + 8 + data.length),
    'WAVEfmt ',
    le32(format.length),
    format,
    'data',
    le32(data.length),
    data,
  )
}

/** A FLAC file that announces `samples` samples and holds none. */
export function flacBomb(sampleRate: number, samples: bigint): Buffer {
  const packed = (BigInt(sampleRate) << 44n) | (1n << 41n) | (15n << 36n) | samples
  return bytesFrom('fLaC', [0x80, 0, 0, 34], u16(4096), u16(4096), Buffer.alloc(6), u64(packed), Buffer.alloc(16))
}

/** An MP4 file of which one track has an index as it is given. */
export function mp4Bomb(sampleTable: readonly Buffer[], more: readonly Buffer[] = []): Buffer {
  const matrix = bytesFrom(u32(0x10000), Buffer.alloc(12), u32(0x10000), Buffer.alloc(12), u32(0x40000000))
  const entry = box(
    'mp4v',
    Buffer.alloc(6),
    u16(1),
    Buffer.alloc(16),
    u16(64),
    u16(48),
    u32(0x480000),
    u32(0x480000),
    u32(0),
    u16(1),
    Buffer.alloc(32),
    u16(24),
    u16(0xffff),
  )
  const handler = box('hdlr', u32(0), u32(0), 'vide', Buffer.alloc(13))
  const table = box('stbl', box('stsd', u32(0), u32(1), entry), ...sampleTable)
  const reference = box('dinf', box('dref', u32(0), u32(1), box('url ', u32(1))))
  const information = box('minf', box('vmhd', u32(1), Buffer.alloc(8)), reference, table)
  const times = box('mdhd', u32(0), u32(0), u32(0), u32(1000), u32(1000), u32(0))
  const head = box(
    'tkhd',
    u32(7),
    u32(0),
    u32(0),
    u32(1),
    u32(0),
    u32(1000),
    Buffer.alloc(16),
    matrix,
    u32(64),
    u32(48),
  )
  const track = box('trak', head, box('mdia', times, handler, information))
  const movieHead = box('mvhd', u32(0), u32(0), u32(0), u32(1000), u32(1000), Buffer.alloc(72), u32(2))
  const extends_ = box('mvex', box('trex', u32(0), u32(1), u32(1), u32(1), u32(0), u32(0)))
  return bytesFrom(
    box('ftyp', 'isom', u32(0), 'isom'),
    box('moov', movieHead, track, ...(more.length > 0 ? [extends_] : [])),
    ...more,
    box('mdat', Buffer.alloc(64)),
  )
}

/** An index in which one chunk holds `count` samples of a size each. */
export const repeatedSamples = (count: number, size: number): Buffer[] => [
  box('stts', u32(0), u32(1), u32(count), u32(1)),
  box('stsz', u32(0), u32(size), u32(count)),
  box('stsc', u32(0), u32(1), u32(1), u32(count), u32(1)),
  box('stco', u32(0), u32(1), u32(40)),
]

export const emptyIndex = (): Buffer[] =>
  ['stts', 'stsc', 'stco'].map((type) => box(type, u32(0), u32(0))).concat(box('stsz', u32(0), u32(0), u32(0)))

/** A fragment that announces `count` samples and says nothing of each. */
export const fragmentBomb = (count: number): Buffer =>
  box(
    'moof',
    box('mfhd', u32(0), u32(1)),
    box('traf', box('tfhd', u32(0x020000), u32(1)), box('trun', u32(0), u32(count))),
  )

/** `depth` boxes, each within the one before. */
export function nestedBoxes(type: string, depth: number): Buffer {
  const head = (level: number) => bytesFrom(u32(8 * (depth - level)), type)
  return bytesFrom(...Array.from({ length: depth }, (_, level) => head(level)))
}

/** A Matroska file with one track of sound, whose packets are compressed with zlib. */
export function matroskaBomb(bytes: number): Buffer {
  const compression = element('6d80', element('6240', element('5034', element('4254', [0]))))
  const sound = element(
    'e1',
    element('b5', Buffer.from('40bf400000000000', 'hex')),
    element('9f', [1]),
    element('6264', [16]),
  )
  const track = element(
    'ae',
    element('d7', [1]),
    element('73c5', [1]),
    element('83', [2]),
    element('86', 'A_PCM/INT/LIT'),
    sound,
    compression,
  )
  const block = element('a3', [0x81, 0, 0, 0x80], zeros(bytes))
  return bytesFrom(
    element('1a45dfa3', element('4282', 'matroska')),
    element(
      '18538067',
      element('1549a966', element('2ad7b1', u32(1_000_000))),
      element('1654ae6b', track),
      element('1f43b675', element('e7', [0]), block),
    ),
  )
}

/** A Matroska file with `count` tracks, and nothing else. */
export const manyTracks = (count: number): Buffer =>
  bytesFrom(
    element('1a45dfa3', element('4282', 'matroska')),
    element(
      '18538067',
      element('1549a966', element('2ad7b1', u32(1_000_000))),
      element(
        '1654ae6b',
        ...Array.from({ length: count }, (_, index) =>
          element(
            'ae',
            element('d7', u16(index + 1)),
            element('73c5', u16(index + 1)),
            element('83', [2]),
            element('86', 'A_PCM/INT/LIT'),
          ),
        ),
      ),
      element('1f43b675', element('e7', [0])),
    ),
  )

/** A Matroska file with a video track of a size, with settings for its decoder of so many bytes. */
export const matroskaClaim = (width: number, height: number, settings = 0): Buffer => {
  const video = element('e0', element('b0', u32(width)), element('ba', u32(height)))
  const stored = settings > 0 ? [element('63a2', Buffer.alloc(settings))] : []
  const track = element(
    'ae',
    element('d7', [1]),
    element('73c5', [1]),
    element('83', [1]),
    element('86', 'V_MPEG4/ISO/AVC'),
    ...stored,
    video,
  )
  return bytesFrom(
    element('1a45dfa3', element('4282', 'matroska')),
    element(
      '18538067',
      element('1549a966', element('2ad7b1', u32(1_000_000))),
      element('1654ae6b', track),
      element('1f43b675', element('e7', [0])),
    ),
  )
}

const synchsafe = (value: number): number[] => [21, 14, 7, 0].map((shift) => (value >> shift) & 127)

/** A tag before an MP3, of one frame. */
const tagged = (frame: Buffer, mp3: Uint8Array): Buffer =>
  bytesFrom('ID3', [4, 0, 0], synchsafe(frame.length), frame, mp3)

/** An MP3 whose tag has a text that unfolds into `bytes` bytes. */
export function tagBomb(bytes: number, mp3: Uint8Array): Buffer {
  const packed = zeros(bytes)
  // Compressed, with its true length before it (ID3 2.4, 4.1.2).
  return tagged(bytesFrom('TXXX', synchsafe(packed.length + 4), [0, 0x09], synchsafe(bytes), packed), mp3)
}

/** An MP3 with a picture. */
export function coverBomb(picture: Uint8Array, mp3: Uint8Array): Buffer {
  const content = bytesFrom([0], 'image/png\0', [3, 0], picture)
  return tagged(bytesFrom('APIC', synchsafe(content.length), [0, 0], content), mp3)
}

/** A FLAC file with a picture. */
export function flacCover(picture: Uint8Array): Buffer {
  const rate = (48_000n << 44n) | (15n << 36n)
  const sizes = [0, 0, 0, 0].map(u32)
  const content = bytesFrom(u32(3), u32(9), 'image/png', u32(0), ...sizes, u32(picture.length), picture)
  const facts = bytesFrom(u16(4096), u16(4096), Buffer.alloc(6), u64(rate), Buffer.alloc(16))
  return bytesFrom('fLaC', [0, 0, 0, 34], facts, [0x86], u32(content.length).subarray(1), content)
}

/** The sum of an Ogg page whose own is 0 (RFC 3533, 6): CRC-32 of 0x04c11db7, neither reflected nor inverted. */
function oggSum(page: Uint8Array): number {
  let sum = 0
  for (const byte of page) {
    sum ^= byte << 24
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1
  }
  return sum >>> 0
}

function oggPage(number: number, kind: number, packets: readonly Buffer[]): Buffer {
  const lacing = packets.flatMap(({ length }) => [...Array<number>(Math.floor(length / 255)).fill(255), length % 255])
  const head = bytesFrom('OggS', [0, kind], u64(0), le32(7), le32(number), u32(0), [lacing.length], lacing)
  const page = bytesFrom(head, ...packets)
  page.writeUInt32LE(oggSum(page), 22)
  return page
}

/** A Theora video of `columns` and `rows` macroblocks of 16 pixels (Theora specification, 6.2). */
export function theoraBomb(columns: number, rows: number): Buffer {
  const size = bytesFrom(u16(columns), u16(rows), u32(columns * 16).subarray(1), u32(rows * 16).subarray(1))
  const rest = bytesFrom([0, 0], u32(25), u32(1), Buffer.alloc(6), [0], Buffer.alloc(3), [0, 0])
  const identification = bytesFrom([0x80], 'theora', [3, 2, 1], size, rest)
  const comment = bytesFrom([0x81], 'theora', le32(0), le32(0))
  const setup = bytesFrom([0x82], 'theora', Buffer.alloc(600))
  return bytesFrom(oggPage(0, 2, [identification]), oggPage(1, 0, [comment, setup]), oggPage(2, 4, [Buffer.alloc(20)]))
}
