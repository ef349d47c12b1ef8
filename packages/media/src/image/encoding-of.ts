import type { Metadata } from 'sharp'
import { asciiOf, type Bytes, viewOf } from '../read/bytes.ts'
import { jpegHeader } from './jpeg-header.ts'
import type { Encoding, PictureFormat } from './picture.ts'

/** Finds out from its headers how a picture was encoded. */
export async function encodingOf(bytes: Bytes, format: PictureFormat, header: Metadata): Promise<Encoding> {
  return {
    frames: header.pages ?? 1,
    ...(header.isProgressive && { progressive: true }),
    ...(header.isPalette && { palette: true }),
    ...(header.space === 'cmyk' && { cmyk: true as const }),
    ...(format === 'jpeg' && (await jpegHeader(bytes))),
    ...(format === 'webp' && { lossless: await isLosslessWebp(bytes) }),
    ...(format === 'avif' && (await avifHeader(bytes))),
  }
}

/** Whether the first picture is in the lossless bitstream (RFC 9649, 2.6). */
async function isLosslessWebp(bytes: Bytes): Promise<boolean> {
  for (let at = 12; at + 8 <= bytes.size; ) {
    const head = await bytes.read(at, 8)
    const name = asciiOf(head, 0, 4)
    if (name === 'VP8L') return true
    if (name === 'VP8 ') return false
    // A frame of an animation: 16 bytes of its own, then chunks.
    if (name === 'ANMF') at += 24
    else at += 8 + ((viewOf(head).getUint32(4, true) + 1) & ~1)
  }
  return false
}

/**
 * The subsampling in the codec's settings (`av1C`: AV1 in ISOBMFF, 2.3), and whether red, green and blue were coded as they are,
 * which only lossless pictures do (`colr` with matrix 0: ISO/IEC 23091-2, 8.3).
 */
async function avifHeader(bytes: Bytes): Promise<Pick<Encoding, 'chromaSubsampling' | 'lossless'>> {
  const head = Buffer.from(await bytes.read(0, 64 * 1024))
  const settings = head.indexOf('av1C')
  const flags = settings < 0 ? undefined : head[settings + 6]
  const colour = head.indexOf('colrnclx')
  const matrix = colour >= 0 && colour + 14 <= head.length ? head.readUInt16BE(colour + 12) : undefined
  const lossless = matrix === 0
  if (flags === undefined || flags & 0x10) return { lossless }
  return { lossless, chromaSubsampling: flags & 8 ? (flags & 4 ? '4:2:0' : '4:2:2') : '4:4:4' }
}
