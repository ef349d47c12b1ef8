import { type Format, type FormatName, formats } from './formats.ts'
import { adtsFrame, type FrameLength, frameChain, id3Size, layerFrame, transportPacketSize } from './frame-headers.ts'

/** How many bytes of a file {@link sniff} wants to see. */
export const sniffLength = 64 * 1024

/** What the first bytes of a file say: its format, or why it is none that is read. */
export type Sniffed = { readonly format: Format } | { readonly refused: string }

const text = (bytes: Uint8Array, start: number, length: number): string =>
  String.fromCharCode(...bytes.subarray(start, start + length))

const startsWith = (bytes: Uint8Array, start: number, ...wanted: number[]): boolean =>
  wanted.every((byte, index) => bytes[start + index] === byte)

/** Brands of ISO media files (ISO/IEC 14496-12 `ftyp`) that hold still pictures. */
const pictureBrands: Readonly<Record<string, 'avif' | 'heic'>> = {
  avif: 'avif',
  avis: 'avif',
  heic: 'heic',
  heix: 'heic',
  heim: 'heic',
  heis: 'heic',
  hevc: 'heic',
  hevx: 'heic',
}

/** First boxes of QuickTime files made before `ftyp` existed; the words among them are believed only if the box is small. */
const oldQuickTimeBox = (type: string, size: number): boolean =>
  /^(moov|mdat)$/.test(type) || (/^(wide|free|skip|pnot)$/.test(type) && size < 2 ** 24)

function sniffIso(bytes: Uint8Array): FormatName | 'heic' | undefined {
  const box = text(bytes, 4, 4)
  const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
  if (oldQuickTimeBox(box, size)) return 'mov'
  if (box !== 'ftyp') return undefined
  const end = Math.min(size, bytes.length)
  const brands = [text(bytes, 8, 4)]
  for (let at = 16; at + 4 <= end; at += 4) brands.push(text(bytes, at, 4))
  // `mif1` and `msf1` say only "a picture file"; the brand of its codec follows among the compatible ones.
  const picture = /^(mif1|msf1)$/.test(brands[0]!) ? brands.find((brand) => pictureBrands[brand]) : brands[0]
  if (picture && pictureBrands[picture]) return pictureBrands[picture]
  return brands[0] === 'qt  ' ? 'mov' : 'mp4'
}

function sniffRiff(bytes: Uint8Array): FormatName | undefined {
  const outer = text(bytes, 0, 4)
  const inner = text(bytes, 8, 4)
  if (/^(RIFF|RF64|BW64)$/.test(outer) && inner === 'WAVE') return 'wav'
  if (outer === 'RIFF' && inner === 'AVI ') return 'avi'
  if (outer === 'RIFF' && inner === 'WEBP') return 'webp'
  if (outer === 'FORM' && /^(AIFF|AIFC)$/.test(inner)) return 'aiff'
  return undefined
}

/** Matroska and WebM share their signature; the `DocType` element (EBML id 0x4282) tells them apart. */
function sniffEbml(bytes: Uint8Array): FormatName | undefined {
  if (!startsWith(bytes, 0, 0x1a, 0x45, 0xdf, 0xa3)) return undefined
  return text(bytes, 0, 64).includes('\x42\x82\x84webm') ? 'webm' : 'matroska'
}

const signatures: readonly (readonly [FormatName, readonly number[]])[] = [
  ['jpeg', [0xff, 0xd8, 0xff]],
  ['png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['gif', [0x47, 0x49, 0x46, 0x38]],
  ['tiff', [0x49, 0x49, 0x2a, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2a]],
  ['tiff', [0x49, 0x49, 0x2b, 0x00]],
  ['tiff', [0x4d, 0x4d, 0x00, 0x2b]],
  ['ogg', [0x4f, 0x67, 0x67, 0x53]],
  ['flac', [0x66, 0x4c, 0x61, 0x43]],
  ['flv', [0x46, 0x4c, 0x56, 0x01]],
  ['caf', [0x63, 0x61, 0x66, 0x66, 0x00, 0x01]],
  ['asf', [0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11]],
  ['w64', [0x72, 0x69, 0x66, 0x66, 0x2e, 0x91, 0xcf, 0x11]],
  ['mpeg', [0x00, 0x00, 0x01, 0xba]],
  ['mxf', [0x06, 0x0e, 0x2b, 0x34, 0x02, 0x05, 0x01, 0x01, 0x0d, 0x01, 0x02]],
]

/** Formats without a signature: a run of frame headers, each pointing at the next, is what tells them. */
function sniffFrames(bytes: Uint8Array): FormatName | undefined {
  const chains: readonly (readonly [FormatName, FrameLength])[] = [
    ['mp3', layerFrame],
    ['aac', adtsFrame],
  ]
  const found = chains.find(([, length]) => frameChain(bytes, 0, length) >= 2)
  if (found) return found[0]
  return transportPacketSize(bytes) ? 'mpegts' : undefined
}

/** An ID3v2 tag may stand before MP3, AAC and FLAC. What follows it decides, unless the tag is longer than what was read. */
function sniffTagged(bytes: Uint8Array): FormatName | undefined {
  const tag = id3Size(bytes)
  if (tag === undefined) return undefined
  const rest = bytes.subarray(tag)
  if (startsWith(rest, 0, 0x66, 0x4c, 0x61, 0x43)) return 'flac'
  return frameChain(rest, 0, adtsFrame) >= 2 ? 'aac' : 'mp3'
}

function describe(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'it is empty'
  const head = text(bytes, 0, Math.min(bytes.length, 512))
  if (/^(\xef\xbb\xbf)?\s*#EXTM3U/.test(head)) return 'it is a playlist, and files that name other files are not opened'
  if (/^(\xef\xbb\xbf)?\s*(ffconcat version|;FFMETADATA|\[playlist\])/i.test(head))
    return 'it is a list of other files, and those are not opened'
  if (/^(\xef\xbb\xbf)?\s*<(\?xml|svg|smil|MPD|!DOCTYPE|html)/i.test(head)) return 'it begins with markup text'
  if (/^BM/.test(head) && bytes.length > 26 && bytes[14] === 40) return 'BMP pictures are not read; save it as PNG'
  // Bytes that never stand in text: control characters other than tab, line ends, form feed and escape.
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (!/[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]/.test(head)) return 'it begins with plain text'
  return 'its first bytes belong to no format that is read'
}

/**
 * Finds a file's format from its first bytes alone; names and claimed types play no part.
 *
 * @param bytes the first {@link sniffLength} bytes, or fewer if the file is shorter
 */
export function sniff(bytes: Uint8Array): Sniffed {
  const signature = signatures.find(([, wanted]) => bytes.length >= wanted.length && startsWith(bytes, 0, ...wanted))
  const structured = bytes.length >= 12 ? (sniffRiff(bytes) ?? sniffEbml(bytes) ?? sniffIso(bytes)) : undefined
  const name = signature?.[0] ?? structured ?? sniffTagged(bytes) ?? sniffFrames(bytes)
  if (name === 'heic') return { refused: 'HEIC pictures are not read; save it as JPEG or AVIF' }
  return name ? { format: formats[name] } : { refused: describe(bytes) }
}
