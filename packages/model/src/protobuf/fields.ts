import { WireError } from './errors.ts'

/** A field of a message in memory: its number, and where it and what it holds lie. */
export interface RawField {
  readonly number: number
  /** The whole field with its key. */
  readonly whole: Uint8Array
  /** The bytes of a field with a length; empty for others. */
  readonly payload: Uint8Array
}

/** The fields of a message that is known to be sound, in their order, uncopied. */
export function* fieldsOf(message: Uint8Array): Generator<RawField> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message[at++]
      if (byte === undefined) break
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    throw new WireError('a number breaks off', at)
  }
  while (at < message.length) {
    const start = at
    const key = varint()
    const type = key % 8
    const length = type === 2 ? varint() : type === 1 ? 8 : type === 5 ? 4 : 0
    if (type === 0) varint()
    const from = at
    at += length
    if (at > message.length) throw new WireError('a field breaks off', start)
    yield {
      number: Math.floor(key / 8),
      whole: message.subarray(start, at),
      payload: type === 2 ? message.subarray(from, at) : empty,
    }
  }
}

const empty = new Uint8Array(0)
