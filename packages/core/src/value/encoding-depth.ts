import { tags } from './encoding-format.ts'

/**
 * How many arrays, objects, maps and sets lie in each other at the deepest place of a canonical encoding, read without making
 * its values.
 */
export function depthOf(bytes: Uint8Array): number {
  /** Members still to come in each container that is open. */
  const left: number[] = []
  let deepest = 0
  let position = 0
  const varint = (): number => {
    let value = 0
    for (let factor = 1; ; factor *= 0x80) {
      const byte = bytes[position++]!
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
  }
  while (position < bytes.length) {
    const tag = bytes[position++]!
    if (tag === tags.array || tag === tags.set) left.push(varint())
    else if (tag === tags.object || tag === tags.map) left.push(varint() * 2)
    else {
      if (tag === tags.natural || tag === tags.negative) varint()
      else if (tag === tags.float || tag === tags.date) position += 8
      else if (tag === tags.blob) {
        position += 32
        varint()
      } else if (tag > tags.true) {
        if (tag === tags.typedArray) position++
        const size = varint()
        position += size
      }
      if (left.length > 0) left[left.length - 1]!--
    }
    deepest = Math.max(deepest, left.length)
    // A container that is full was itself a member of the one around it.
    while (left.length > 0 && left.at(-1) === 0) {
      left.pop()
      if (left.length > 0) left[left.length - 1]!--
    }
  }
  return deepest
}
