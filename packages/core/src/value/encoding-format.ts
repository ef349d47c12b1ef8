/** What writer and reader of format 1 share; `docs/encoding.md` is the specification. */

/** The first byte of every value. */
export const tags = {
  undefined: 0x00,
  null: 0x01,
  false: 0x02,
  true: 0x03,
  natural: 0x04,
  negative: 0x05,
  float: 0x06,
  bigNatural: 0x07,
  bigNegative: 0x08,
  text: 0x09,
  illFormedText: 0x0a,
  date: 0x0b,
  array: 0x0c,
  object: 0x0d,
  map: 0x0e,
  set: 0x0f,
  arrayBuffer: 0x10,
  typedArray: 0x11,
  blob: 0x12,
} as const

/**
 * How deep values may nest; deeper ones could exhaust the stack of whoever walks through them. It stands well below that, as
 * code that walks over values needs more stack than the encoder.
 */
export const maxDepth = 512

interface TypedArrayConstructor {
  new (buffer: ArrayBuffer): ArrayBufferView
  readonly name: string
  readonly BYTES_PER_ELEMENT: number
}

/** Kinds of typed arrays. The position in this list is written to disk: append only. */
export const typedArrays: readonly TypedArrayConstructor[] = [
  Uint8Array,
  Int8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  BigInt64Array,
  BigUint64Array,
  Float32Array,
  Float64Array,
  Float16Array,
]

const littleEndian = new Uint8Array(new Uint16Array([1]).buffer)[0] === 1

/** Turns the elements of a typed array between this machine's order of bytes and the little-endian one of the format. */
export function toLittleEndian(bytes: Buffer, width: number): void {
  if (littleEndian) return
  if (width === 2) bytes.swap16()
  else if (width === 4) bytes.swap32()
  else if (width === 8) bytes.swap64()
}
