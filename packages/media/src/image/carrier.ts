import { open } from 'node:fs/promises'
import type { Orientation } from '../geometry/orientation.ts'

/** What is written into a carrier. */
export interface Carried {
  readonly width: number
  readonly height: number
  readonly channels: 1 | 2 | 3 | 4
  readonly samples: Uint8Array | Uint16Array
  readonly orientation: Orientation
  /** Pixels an inch. */
  readonly density?: number
  readonly icc?: Uint8Array
  /** With the letters that it begins with in JPEG. */
  readonly exif?: Uint8Array
  readonly xmp?: Uint8Array
  readonly iptc?: Uint8Array
}

const magic = 0x08f2a6b6
const headerSize = 64

/** Numbers of libvips's number formats and colour spaces, which are part of its file format. */
const numbers = { uchar: 0, ushort: 2, bW: 1, srgb: 22, rgb16: 25, grey16: 26 } as const

/**
 * Writes a picture as libvips's own uncompressed format (a header of 64 bytes, the samples, then metadata as XML; libvips,
 * "vips_image_write_to_file"). sharp takes samples from memory too, but no profile or EXIF with them.
 */
export async function writeCarrier(path: string, picture: Carried): Promise<void> {
  const { samples } = picture
  const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)
  const handle = await open(path, 'wx')
  try {
    for (const part of [headerOf(picture), bytes, Buffer.from(metadataOf(picture))]) await handle.writeFile(part)
  } finally {
    await handle.close()
  }
}

function headerOf({ width, height, channels, samples, density }: Carried): Buffer {
  const wide = samples instanceof Uint16Array
  const grey = channels < 3
  const header = Buffer.alloc(headerSize)
  header.writeUInt32LE(magic, 0)
  header.writeUInt32LE(width, 4)
  header.writeUInt32LE(height, 8)
  header.writeUInt32LE(channels, 12)
  header.writeUInt32LE(wide ? numbers.ushort : numbers.uchar, 20)
  header.writeUInt32LE(numbers[wide ? (grey ? 'grey16' : 'rgb16') : grey ? 'bW' : 'srgb'], 28)
  // What viewers take where a file says nothing. Formats that must say something say this.
  const perMillimetre = (density ?? 72) / 25.4
  header.writeFloatLE(perMillimetre, 32)
  header.writeFloatLE(perMillimetre, 36)
  return header
}

function metadataOf({ icc, exif, xmp, iptc, density, orientation }: Carried): string {
  const field = (type: string, name: string, text: string) => `<field type="${type}" name="${name}">${text}</field>`
  const blobs = { 'icc-profile-data': icc, 'exif-data': exif, 'xmp-data': xmp, 'iptc-data': iptc }
  const fields = Object.entries(blobs).flatMap(([name, blob]) =>
    blob ? [field('VipsBlob', name, Buffer.from(blob).toString('base64'))] : [],
  )
  if (density !== undefined) fields.push(field('VipsRefString', 'resolution-unit', 'in'))
  if (orientation !== 1) fields.push(field('gint', 'orientation', `${orientation}`))
  return `<?xml version="1.0"?><root xmlns="http://www.vips.ecs.soton.ac.uk/vips/8.0.0"><header/><meta>${fields.join('')}</meta></root>`
}
