import { checkId, invalidId, type PayloadId, payloadSizes } from './payload-id.ts'

/** Crockford's digits of base 32: no I, L, O or U. */
const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const checkDigits = 2
const digitsOf = (bits: number) => Math.ceil(bits / 5) + checkDigits
const sizeByDigits = new Map(payloadSizes.map((bits) => [digitsOf(bits), bits]))

/**
 * An id as people read, type and dictate it: Crockford's base 32 in groups of five, of which the last two digits are a
 * check (CRC-10). 64 bits take 15 digits: `00000-00939-AYD64`. Ids of different sizes have different numbers of digits.
 *
 * @throws WATERMARK_ID_INVALID when the id does not fit its bits.
 */
export function formatId({ id, bits }: PayloadId): string {
  checkId(id, bits)
  const count = digitsOf(bits)
  let value = (id << BigInt(5 * checkDigits)) | BigInt(crc10(id, bits))
  let text = ''
  for (let place = count - 1; place >= 0; place--) {
    text = digits[Number(value & 31n)] + text
    value >>= 5n
    if (place % 5 === 0 && place > 0) text = `-${text}`
  }
  return text
}

/**
 * Reads an id as {@link formatId} writes it, or in hexadecimal after `0x`, with all its zeros (16 digits for 64 bits). In base 32
 * small letters, spaces and missing hyphens are fine, and O is read as 0, I and L as 1.
 *
 * @throws WATERMARK_ID_INVALID for anything else; a mistyped digit, or two that changed places, are always found.
 */
export function parseId(text: string): PayloadId {
  const hex = /^\s*0x([0-9a-f]+)\s*$/i.exec(text)?.[1]
  if (hex !== undefined) {
    const bits = payloadSizes.find((size) => size === hex.length * 4)
    if (bits === undefined) throw invalidId(text, `it has ${hex.length} digits, and 8, 16, 24 or 32 are right after 0x`)
    return { id: BigInt(`0x${hex}`), bits }
  }
  const compact = text.replace(/[-\s]/g, '').toUpperCase().replace(/O/g, '0').replace(/[IL]/g, '1')
  const strange = [...compact].find((digit) => !digits.includes(digit))
  if (strange !== undefined) throw invalidId(text, `"${strange}" is not one of its digits, ${digits}`)
  const bits = sizeByDigits.get(compact.length)
  if (bits === undefined) {
    throw invalidId(text, `it has ${compact.length} digits, and ${[...sizeByDigits.keys()].join(', ')} are right`)
  }
  let value = 0n
  for (const digit of compact) value = (value << 5n) | BigInt(digits.indexOf(digit))
  const id = value >> BigInt(5 * checkDigits)
  const check = Number(value & ((1n << BigInt(5 * checkDigits)) - 1n))
  if (id >> BigInt(bits) !== 0n || check !== crc10(id, bits))
    throw invalidId(text, 'its check digits do not fit. Look for a typing error')
  return { id, bits }
}

/** CRC-10/ATM of the id's bytes, most significant first. */
function crc10(id: bigint, bits: number): number {
  const bytes: number[] = []
  for (let shift = bits - 8; shift >= 0; shift -= 8) bytes.push(Number((id >> BigInt(shift)) & 255n))
  return crc10OfBytes(bytes)
}

/** CRC-10/ATM: x^10 + x^9 + x^5 + x^4 + x + 1, from zero. */
export function crc10OfBytes(bytes: Iterable<number>): number {
  let crc = 0
  for (const byte of bytes) {
    crc ^= byte << 2
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x200 ? ((crc << 1) & 0x3ff) ^ 0x233 : (crc << 1) & 0x3ff
  }
  return crc
}
