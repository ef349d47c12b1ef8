import { asciiOf, viewOf } from '../read/bytes.ts'

/** The block of "image resources" that JPEG files keep IPTC in (Adobe Photoshop File Formats, "Image Resource Section"). */
const header = 'Photoshop 3.0\0'
const iptcResource = 0x0404

/**
 * IPTC records as they are kept in a JPEG's APP13 segment, or by themselves.
 *
 * @returns undefined if there are none
 */
export function iptcRecords(block: Uint8Array): Uint8Array | undefined {
  if (asciiOf(block, 0, Math.min(header.length, block.length)) !== header) return block[0] === 0x1c ? block : undefined
  const view = viewOf(block)
  let at = header.length
  while (at + 12 <= block.length && asciiOf(block, at, 4) === '8BIM') {
    // A name of the resource: its length, then letters, to an even number of bytes.
    const named = at + 6 + ((block[at + 6]! + 2) & ~1)
    if (named + 4 > block.length) return undefined
    const size = view.getUint32(named)
    if (view.getUint16(at + 4) === iptcResource) {
      const records = block.subarray(named + 4, named + 4 + size)
      return records.length === size && size > 0 ? records : undefined
    }
    at = named + 4 + ((size + 1) & ~1)
  }
  return undefined
}

/** The content of an APP13 segment that keeps IPTC records. */
export function iptcBlock(records: Uint8Array): Uint8Array {
  const resource = Buffer.alloc(12)
  resource.write('8BIM', 'latin1')
  resource.writeUInt16BE(iptcResource, 4)
  resource.writeUInt32BE(records.length, 8)
  return Buffer.concat([Buffer.from(header, 'latin1'), resource, records, Buffer.alloc(records.length % 2)])
}
