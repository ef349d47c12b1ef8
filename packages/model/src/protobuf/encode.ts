/** Writes protobuf: each function gives the bytes of one field. */
const utf8 = new TextEncoder()

/** Several pieces as one. */
export function join(pieces: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0))
  let at = 0
  for (const piece of pieces) {
    joined.set(piece, at)
    at += piece.length
  }
  return joined
}

/** A signed 64-bit integer as a varint: seven bits a byte, the lowest first. */
export function varint(value: number | bigint): Uint8Array {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Uint8Array.from(bytes)
}

export const intField = (number: number, value: number | bigint): Uint8Array =>
  join([varint(number * 8), varint(value)])

export const bytesField = (number: number, bytes: Uint8Array): Uint8Array =>
  join([varint(number * 8 + 2), varint(bytes.length), bytes])

export const textField = (number: number, text: string): Uint8Array => bytesField(number, utf8.encode(text))

export const messageField = (number: number, fields: readonly Uint8Array[]): Uint8Array =>
  bytesField(number, join(fields))

export const floatField = (number: number, value: number): Uint8Array =>
  join([varint(number * 8 + 5), new Uint8Array(Float32Array.of(value).buffer)])
