/**
 * How numbers of a picture stand for colours. BT.2020 is meant with non-constant luminance. `smpte240m` and `fcc` are found in old
 * recordings.
 */
export type ColourMatrix = 'bt601' | 'bt709' | 'bt2020' | 'smpte240m' | 'fcc'

/** Whether luma goes from 16 to 235 (of 8 bits), or over all numbers. */
export type ColourRange = 'limited' | 'full'

/**
 * Where chroma of fewer samples lies. `left`: in the column of the first of its pixels, halfway between rows (MPEG-2, H.264);
 * `centre`: in the middle of its pixels (JPEG, MPEG-1); `top-left`: on the first of its pixels (BT.2020, BT.2100).
 */
export type ChromaSiting = 'left' | 'centre' | 'top-left'

/** What must be known of luma and chroma to tell their colours. */
export interface YuvFormat {
  readonly matrix: ColourMatrix
  readonly range: ColourRange
  /** Bits that a number has: 8 to 16. */
  readonly bits: number
  /** Bits that it is shifted up by within its 16-bit element: 6 in `p010le`. Default 0. */
  readonly shift?: number
  /** Of chroma with fewer samples than luma. Default `left`. */
  readonly siting?: ChromaSiting
}

/** Shares of red and blue in luma: ITU-R BT.601-7 2.5.1, BT.709-6 3.2, BT.2020-2 table 4; ITU-T H.273 table 4 for the others. */
const shares: Readonly<Record<ColourMatrix, readonly [red: number, blue: number]>> = {
  bt601: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  bt2020: [0.2627, 0.0593],
  smpte240m: [0.212, 0.087],
  fcc: [0.3, 0.11],
}

/** What red, green and blue count for in luma; together 1. */
export function lumaShares(matrix: ColourMatrix): readonly [red: number, green: number, blue: number] {
  const [red, blue] = shares[matrix]
  return [red, 1 - red - blue, blue]
}

/** How luma of 0 to 1 and chroma of -0.5 to 0.5 are written as numbers: multiplied, then added to. */
export interface Quantisation {
  readonly lumaScale: number
  readonly black: number
  readonly chromaScale: number
  readonly neutral: number
  /** The greatest number. */
  readonly most: number
}

/** ITU-T H.273 (2021) equations 20 to 27; limited range as in BT.709-6 4.6 and BT.2020-2 table 5. */
export function quantisation({ range, bits, shift = 0 }: YuvFormat): Quantisation {
  if (!(Number.isInteger(bits) && bits >= 8 && bits <= 16))
    throw new RangeError(`Colours have 8 to 16 bits, not ${bits}.`)
  if (!(Number.isInteger(shift) && shift >= 0 && bits + shift <= 16))
    throw new RangeError(`Numbers of ${bits} bits are shifted by 0 to ${16 - bits}, not by ${shift}.`)
  const unit = 2 ** (bits - 8)
  const most = 2 ** bits - 1
  const neutral = 128 * unit
  if (range === 'full') return { lumaScale: most, black: 0, chromaScale: most, neutral, most }
  return { lumaScale: 219 * unit, black: 16 * unit, chromaScale: 224 * unit, neutral, most }
}
