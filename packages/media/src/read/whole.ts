import { boxes } from './boxes.ts'
import { asciiOf, type Bytes, viewOf } from './bytes.ts'
import { ebml, elements } from './elements.ts'
import type { Format } from './formats.ts'

/**
 * Looks whether a file is as long as its own headers say, so that a download that broke off is told before anything is decoded.
 *
 * @returns why it is not whole, or undefined. Formats that do not write their length are taken as whole.
 */
export async function whyNotWhole(bytes: Bytes, format: Format): Promise<string | undefined> {
  switch (format.name) {
    case 'mp4':
    case 'mov':
      return wholeBoxes(bytes)
    case 'matroska':
    case 'webm':
      return wholeSegment(bytes)
    case 'wav':
    case 'avi':
    case 'webp':
      return wholeRiff(bytes)
    case 'png':
      return wholePng(bytes)
    case 'jpeg':
      return wholeJpeg(bytes)
    default:
      return undefined
  }
}

const cut = (found: number, wanted: number): string =>
  `its headers announce ${wanted} bytes and ${found} are there, so the end is missing`

async function wholeBoxes(bytes: Bytes): Promise<string | undefined> {
  const seen = new Set<string>()
  for await (const box of boxes(bytes, 0, bytes.size)) {
    if (box.end > bytes.size && box.type !== 'free' && box.type !== 'skip') return cut(bytes.size, box.end)
    seen.add(box.type)
  }
  return seen.has('moov') ? undefined : 'its index (the "moov" box) is missing, so the end is probably missing too'
}

async function wholeSegment(bytes: Bytes): Promise<string | undefined> {
  for await (const element of elements(bytes, 0, bytes.size)) {
    if (element.id === ebml.segment && (element.end ?? 0) > bytes.size) return cut(bytes.size, element.end!)
  }
  return undefined
}

async function wholeRiff(bytes: Bytes): Promise<string | undefined> {
  const head = await bytes.read(0, 12)
  const size = viewOf(head).getUint32(4, true)
  // Writers that could not know the length leave 0 or the largest number; RF64 keeps it elsewhere.
  if (asciiOf(head, 0, 4) !== 'RIFF' || size === 0 || size >= 0xffffff00) return undefined
  return size + 8 > bytes.size + 1 ? cut(bytes.size, size + 8) : undefined
}

async function wholePng(bytes: Bytes): Promise<string | undefined> {
  for (let at = 8; at < bytes.size; ) {
    const head = await bytes.read(at, 8)
    if (head.length < 8) break
    if (asciiOf(head, 4, 4) === 'IEND') return undefined
    at += 12 + viewOf(head).getUint32(0)
  }
  return 'its last part (the "IEND" chunk) is missing'
}

/** A JPEG ends with the marker FF D9. Others may stand inside embedded previews, so what lies after the last scan's start counts. */
async function wholeJpeg(bytes: Bytes): Promise<string | undefined> {
  const scan = await firstScan(bytes)
  if (scan === undefined) return 'it holds no picture data'
  const piece = 64 * 1024
  // Backwards: the marker is nearly always in the last two bytes.
  for (let end = bytes.size; end > scan; end -= piece - 1) {
    const start = Math.max(scan, end - piece)
    if (Buffer.from(await bytes.read(start, end - start)).includes(endMarker)) return undefined
    if (start === scan) break
  }
  return 'its end marker is missing, so the end is missing'
}

const endMarker = Buffer.from([0xff, 0xd9])

/** Where the first scan of a JPEG begins: after the segments, each of which tells its length (ITU T.81, B.1.1). */
async function firstScan(bytes: Bytes): Promise<number | undefined> {
  for (let at = 2; at < bytes.size; ) {
    const head = await bytes.read(at, 4)
    if (head.length < 4 || head[0] !== 0xff) return undefined
    const marker = head[1]!
    if (marker === 0xff) at += 1
    else if (marker === 0xda) return at
    else at += 2 + viewOf(head).getUint16(2)
  }
  return undefined
}
