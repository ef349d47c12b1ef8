import { viewOf } from './bytes.ts'

/**
 * Pixels that a picture claims to have, from its first bytes; 0 where they do not tell. For pictures within recordings, whose
 * decoder must not be asked before.
 */
export function claimedPixels(picture: Uint8Array): number {
  const view = viewOf(picture)
  if (picture.length < 30) return 0
  if (view.getUint32(0) === 0x89504e47) return view.getUint32(16) * view.getUint32(20)
  if (view.getUint32(0) >>> 8 === 0x474946) return view.getUint16(6, true) * view.getUint16(8, true)
  if (view.getUint16(0) === 0x424d) return Math.abs(view.getInt32(18, true)) * Math.abs(view.getInt32(22, true))
  if (view.getUint16(0) === 0xffd8) return jpegPixels(view)
  return 0
}

/** The largest of a JPEG's frame headers (ITU T.81, B.2.2): a damaged one may have several. */
function jpegPixels(view: DataView): number {
  let most = 0
  for (let at = 2; at + 9 <= view.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return most
    const marker = view.getUint8(at + 1)
    const frame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
    if (frame) most = Math.max(most, view.getUint16(at + 5) * view.getUint16(at + 7))
    if (marker === 0xda) return most
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2)
  }
  return most
}
