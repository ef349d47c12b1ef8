import { checkLimit, damaged } from '../failures.ts'
import { limits } from '../limits.ts'
import { boxes } from './boxes.ts'
import { type Bytes, bytesOf, viewOf } from './bytes.ts'
import type { Format } from './formats.ts'
import { id3Size } from './frame-headers.ts'

/**
 * Makes sure that what a file's reader would make of a few bytes stays within the limits: a demuxer unfolds indexes and tags while it
 * opens the file, so they are looked at before.
 *
 * @throws ColophonError MEDIA_TOO_LARGE, MEDIA_DAMAGED
 */
export async function checkUnfolded(bytes: Bytes, format: Format): Promise<void> {
  if (format.demuxer === 'mov') await checkFragments(bytes)
  else if (format.name === 'png') await checkPng(bytes)
  else await checkTag(bytes)
}

/** Fragments are read whole up to this size, so that one read is enough for nearly all. */
const usualFragment = 2 ** 16

/**
 * A fragment's run of samples (ISO/IEC 14496-12, 8.8.8) may announce samples without a byte for each. A sample that exists has
 * a byte in the file, so there are no more of them than bytes.
 */
async function checkFragments(bytes: Bytes): Promise<void> {
  let samples = 0
  for await (const fragment of boxes(bytes, 0, bytes.size)) {
    if (fragment.type !== 'moof') continue
    const length = Math.min(fragment.end, bytes.size) - fragment.start
    const inner = length <= usualFragment ? bytesOf(await bytes.read(fragment.start, length)) : shifted(bytes, fragment)
    for await (const track of boxes(inner, 0, length)) {
      if (track.type !== 'traf') continue
      for await (const run of boxes(inner, track.start, track.end)) {
        if (run.type !== 'trun') continue
        const head = await inner.read(run.start, 8)
        if (head.length === 8) samples += viewOf(head).getUint32(4)
      }
    }
    if (samples > bytes.size)
      throw damaged(`its fragments announce ${samples} samples, and the whole file has ${bytes.size} bytes`)
    checkLimit('samples in its fragments', samples, limits.indexSamples)
  }
}

const shifted = (bytes: Bytes, { start, end }: { start: number; end: number }): Bytes => ({
  size: end - start,
  read: (at, length) => bytes.read(start + at, Math.min(length, end - start - at)),
})

/** Samples of a pixel by the colour type of a PNG (PNG specification, 11.2.1). */
const pngSamples: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }

/** A PNG's pixels are deflated, so there are no more of them than its bytes can unfold into. */
async function checkPng(bytes: Bytes): Promise<void> {
  const head = await bytes.read(0, 26)
  if (head.length < 26) return
  const view = viewOf(head)
  const [width, height] = [view.getUint32(16), view.getUint32(20)]
  checkLimit('pixels', width * height, limits.imagePixels)
  const announced = Math.floor((width * height * view.getUint8(24) * (pngSamples[view.getUint8(25)] ?? 1)) / 8)
  if (announced > bytes.size * mostUnfolding)
    throw damaged(`its header announces ${announced} bytes of pixels, and its ${bytes.size} bytes cannot hold as many`)
}

/** Deflated bytes become at most this many (RFC 1951: 258 bytes for two bits). */
const mostUnfolding = 1032

/** Flags of a frame that is compressed, as ID3 2.4 (4.1.2) and 2.3 (3.3.1) have them. */
const compressed = { 4: 0x08, 3: 0x80 } as const
const mostFrames = 10_000
/** A tag (ID3v2) before the recording may hold compressed texts and pictures, which are unfolded when it is read. */
async function checkTag(bytes: Bytes): Promise<void> {
  const head = await bytes.read(0, 10)
  const size = id3Size(head)
  const version = head[3]
  if (size === undefined || (version !== 3 && version !== 4)) return
  let unfolded = 0
  let at = 10
  for (let frames = 0; at + 10 <= size && frames < mostFrames; frames++) {
    const frame = await bytes.read(at, 10)
    if (frame.length < 10 || frame[0] === 0) return
    const plain = viewOf(frame).getUint32(4)
    const digits = frame.subarray(4, 8)
    // Some writers of 2.4 forgot that its sizes take seven bits a byte.
    const length =
      version === 4 && digits.every((digit) => digit < 128)
        ? digits.reduce((sum, digit) => sum * 128 + digit, 0)
        : plain
    // FFmpeg takes the flags of 2.4 in both versions.
    if (frame[9]! & (compressed[version] | compressed[4])) unfolded += length * mostUnfolding
    checkLimit('bytes in its compressed tags', unfolded, limits.tagBytes)
    at += 10 + length
  }
}
