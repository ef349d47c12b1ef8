/** Colour names by number, as in ITU-T H.273 and FFmpeg; what is unspecified or reserved has none. */
type Names = Readonly<Record<number, string>>

const primaries: Names = {
  1: 'bt709',
  4: 'bt470m',
  5: 'bt470bg',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'film',
  9: 'bt2020',
  10: 'smpte428',
  11: 'smpte431',
  12: 'smpte432',
  22: 'ebu3213',
}

const transfers: Names = {
  1: 'bt709',
  4: 'gamma22',
  5: 'gamma28',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'linear',
  9: 'log100',
  10: 'log316',
  11: 'iec61966-2-4',
  12: 'bt1361e',
  13: 'iec61966-2-1',
  14: 'bt2020-10',
  15: 'bt2020-12',
  16: 'smpte2084',
  17: 'smpte428',
  18: 'arib-std-b67',
}

const matrices: Names = {
  0: 'gbr',
  1: 'bt709',
  4: 'fcc',
  5: 'bt470bg',
  6: 'smpte170m',
  7: 'smpte240m',
  8: 'ycgco',
  9: 'bt2020nc',
  10: 'bt2020c',
  11: 'smpte2085',
  12: 'chroma-derived-nc',
  13: 'chroma-derived-c',
  14: 'ictcp',
  15: 'ipt-c2',
  16: 'ycgco-re',
  17: 'ycgco-ro',
}

const ranges: Names = { 1: 'limited', 2: 'full' }
const fieldOrders: Names = {
  1: 'progressive',
  2: 'top',
  3: 'bottom',
  4: 'top-coded-bottom-first',
  5: 'bottom-coded-top-first',
}

export const colourNames = { primaries, transfers, matrices, ranges, fieldOrders } as const

/** Transfer functions of high dynamic range: perceptual quantisation (16) and hybrid log-gamma (18). */
export const isHdrTransfer = (transfer: number): boolean => transfer === 16 || transfer === 18

/** Bits of a component where the name gives the bits of a whole pixel, by its last two digits: `rgb48le`, `xv36le`, `nv20be`. */
const bitsOfPixel: Readonly<Record<number, number>> = { 20: 10, 28: 32, 30: 10, 36: 12, 48: 16, 64: 16, 96: 32 }

/**
 * Bits of each colour component, from the name that FFmpeg gives a pixel format: `yuv420p10le` and `p010le` have 10, `rgb48be` 16,
 * `yuv420p` 8. Undefined for formats whose components differ (`rgb565le`) or that are floating point (`gbrpf32le`).
 */
export function bitDepthOf(pixelFormat: string): number | undefined {
  if (/^mono[wb]$/.test(pixelFormat)) return 1
  if (/^(rgb|bgr)(4|8|444|555|565)(_byte)?(le|be)?$/.test(pixelFormat) || /f(16|32)(le|be)$/.test(pixelFormat))
    return undefined
  const digits = /(\d+)(?:msb)?(?:le|be)$/.exec(pixelFormat)
  if (!digits) return 8
  const bits = Number(digits[1]) % 100
  return bitsOfPixel[bits] ?? bits
}
