import type { TilePattern } from './tile.ts'

/** The sign that each place carries for code bits: 1 for a 1, -1 for a 0. */
export function placeSigns(code: Uint8Array, pattern: TilePattern): Int8Array {
  const carried = pattern.codeBits(code.length)
  return Int8Array.from(carried, (bit) => (code[bit] === 1 ? 1 : -1))
}
