import { type Bytes, viewOf } from '../read/bytes.ts'

/** Luminance and chrominance tables that quality 50 has, in zigzag order (ITU T.81, K.1 and K.2). */
const standard = [
  [
    16, 11, 12, 14, 12, 10, 16, 14, 13, 14, 18, 17, 16, 19, 24, 40, 26, 24, 22, 22, 24, 49, 35, 37, 29, 40, 58, 51, 61,
    60, 57, 51, 56, 55, 64, 72, 92, 78, 64, 68, 87, 69, 55, 56, 80, 109, 81, 87, 95, 98, 103, 104, 103, 62, 77, 113,
    121, 112, 100, 120, 92, 101, 103, 99,
  ],
  [
    17, 18, 18, 24, 21, 24, 47, 26, 26, 47, 99, 66, 56, 66, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
    99, 99, 99, 99, 99, 99,
  ],
] as const

/** What the segments before the first scan of a JPEG tell of how it was encoded. */
export interface JpegHeader {
  /** The quality, 1 to 100, whose tables are the nearest. */
  readonly quality?: number
  /** Undefined for grey. Ratios other than the usual ones are told as `other`. */
  readonly chromaSubsampling?: '4:4:4' | '4:2:2' | '4:2:0' | '4:4:0' | '4:1:1' | 'other'
}

/** Reads the quantisation tables (ITU T.81, B.2.4.1) and the frame header (B.2.2). */
export async function jpegHeader(bytes: Bytes): Promise<JpegHeader> {
  const tables: (number[] | undefined)[] = []
  let chromaSubsampling: JpegHeader['chromaSubsampling']
  for (let at = 2; at < bytes.size; ) {
    const head = await bytes.read(at, 4)
    if (head.length < 4 || head[0] !== 0xff) break
    const marker = head[1]!
    if (marker === 0xda) break
    if (marker === 0xff) {
      at++
      continue
    }
    const size = viewOf(head).getUint16(2)
    if (marker === 0xdb) readTables(await bytes.read(at + 4, size - 2), tables)
    else if (isFrame(marker)) chromaSubsampling = subsampling(await bytes.read(at + 4, size - 2))
    at += 2 + size
  }
  const quality = nearestQuality(tables)
  return { ...(quality !== undefined && { quality }), ...(chromaSubsampling && { chromaSubsampling }) }
}

const isFrame = (marker: number): boolean => marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)

function readTables(segment: Uint8Array, tables: (number[] | undefined)[]): void {
  const view = viewOf(segment)
  for (let at = 0; at < segment.length; ) {
    const [width, id] = [segment[at]! >> 4 ? 2 : 1, segment[at]! & 15]
    at++
    if (at + 64 * width > segment.length) return
    tables[id] = Array.from({ length: 64 }, (_, i) => (width === 2 ? view.getUint16(at + 2 * i) : segment[at + i]!))
    at += 64 * width
  }
}

function subsampling(frame: Uint8Array): JpegHeader['chromaSubsampling'] {
  if (frame[5] !== 3 && frame[5] !== 4) return undefined
  const factors = [7, 10, 13].map((at) => [frame[at]! >> 4, frame[at]! & 15] as const)
  const [luma, blue, red] = factors as [readonly [number, number], ...(readonly [number, number])[]]
  if (!blue || !red || blue[0] !== red[0] || blue[1] !== red[1]) return 'other'
  const names = { '1,1': '4:4:4', '2,1': '4:2:2', '2,2': '4:2:0', '1,2': '4:4:0', '4,1': '4:1:1' } as const
  return names[`${luma[0] / blue[0]},${luma[1] / blue[1]}` as keyof typeof names] ?? 'other'
}

/** The table that the usual encoders make for a quality: the standard one, scaled and held to 1 to 255. */
const scaled = (table: readonly number[], quality: number): number[] => {
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality
  return table.map((entry) => Math.min(255, Math.max(1, Math.floor((entry * percent + 50) / 100))))
}

function nearestQuality(tables: readonly (number[] | undefined)[]): number | undefined {
  if (!tables[0]) return undefined
  let [best, least] = [0, Number.POSITIVE_INFINITY]
  for (let quality = 1; quality <= 100; quality++) {
    let distance = 0
    for (const [id, table] of tables.slice(0, 2).entries()) {
      const wanted = scaled(standard[id]!, quality)
      // Ratios, as steps matter by how coarse they are.
      table?.forEach((entry, index) => {
        distance += Math.abs(Math.log(Math.max(1, entry) / wanted[index]!))
      })
    }
    if (distance < least) [best, least] = [quality, distance]
  }
  return best
}
