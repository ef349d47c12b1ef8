import { viewOf } from '../../read/bytes.ts'

const sizes: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
}
const exifDirectory = 0x8769

/** The tags of EXIF data with their types and values, wherever these lie. Made for tests: the data must be whole. */
export function exifTags(exif: Uint8Array): Map<string, string> {
  const view = viewOf(exif)
  const little = exif[0] === 0x49
  const tags = new Map<string, string>()
  const read = (directory: number, name: string): void => {
    const entries = view.getUint16(directory, little)
    for (let at = directory + 2; at < directory + 2 + 12 * entries; at += 12) {
      const [tag, type] = [view.getUint16(at, little), view.getUint16(at + 2, little)]
      const count = view.getUint32(at + 4, little)
      const size = sizes[type]! * count
      const place = size <= 4 ? at + 8 : view.getUint32(at + 8, little)
      if (tag === exifDirectory) read(view.getUint32(at + 8, little), 'exif')
      else
        tags.set(`${name} ${tag.toString(16)} ${type}`, Buffer.from(exif.subarray(place, place + size)).toString('hex'))
    }
  }
  read(view.getUint32(4, little), 'main')
  return tags
}
