import { checkBits, type PayloadBits, payloadSizes } from '../payload/payload.ts'
import { leastCodedLength } from '../payload/payload-code.ts'

/** Code bits that marks of images carry for a payload of a size: all of a code of rate 1/4. */
export const codedLengthOf = (bits: PayloadBits): number => 4 * (bits + checkBits)

/** A size that a mark may have, and its number of code bits. */
export interface MarkSize {
  readonly bits: PayloadBits
  readonly codeBits: number
}

/** Sizes that fit into so many places, the smallest first. */
export const sizesWithin = (places: number): MarkSize[] =>
  payloadSizes
    .map((bits) => ({ bits, codeBits: Math.min(codedLengthOf(bits), places) }))
    .filter(({ bits, codeBits }) => leastCodedLength(bits) <= codeBits)
