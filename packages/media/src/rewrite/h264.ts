/** H.264 as it lies in files: network abstraction layer units and where parameter sets are kept (ITU-T H.264; ISO/IEC 14496-15). */

const kinds = { slice: 1, idr: 5, sps: 7, pps: 8 } as const

const kindOf = (unit: Uint8Array): number => unit[0]! & 0x1f

/** Units of a byte stream: each follows a start code 00 00 01 (H.264, annex B). */
export function startCodeUnits(bytes: Uint8Array): Uint8Array[] {
  const starts: number[] = []
  for (let at = 0; at + 3 <= bytes.length; at++)
    if (bytes[at] === 0 && bytes[at + 1] === 0 && bytes[at + 2] === 1) {
      starts.push(at + 3)
      at += 2
    }
  return starts.map((start, index) => {
    let end = index + 1 < starts.length ? starts[index + 1]! - 3 : bytes.length
    while (end > start && bytes[end - 1] === 0) end--
    return bytes.subarray(start, end)
  })
}

/** Units that each follow their length. Ends at the first that does not fit. */
export function lengthUnits(bytes: Uint8Array, lengthSize: number): Uint8Array[] {
  const units: Uint8Array[] = []
  for (let at = 0; at + lengthSize <= bytes.length; ) {
    let length = 0
    for (let i = 0; i < lengthSize; i++) length = length * 256 + bytes[at + i]!
    at += lengthSize
    if (length === 0 || at + length > bytes.length) break
    units.push(bytes.subarray(at, at + length))
    at += length
  }
  return units
}

/** Units with their length before each. */
export function withLengths(units: readonly Uint8Array[], lengthSize: number): Buffer {
  const pieces = units.flatMap((unit) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(unit.length)
    return [length.subarray(4 - lengthSize), unit]
  })
  return Buffer.concat(pieces)
}

/** A decoder configuration record (ISO/IEC 14496-15, 5.3.3.1.2). */
export interface AvcConfiguration {
  readonly lengthSize: number
  readonly sps: readonly Uint8Array[]
  readonly pps: readonly Uint8Array[]
}

/** Reads a record; undefined for a byte stream, which has none. */
export function readConfiguration(record: Uint8Array): AvcConfiguration | undefined {
  if (record.length < 7 || record[0] !== 1) return undefined
  const lengthSize = (record[4]! & 3) + 1
  let at = 5
  const sets = (count: number): Uint8Array[] => {
    const found: Uint8Array[] = []
    for (let n = 0; n < count && at + 2 <= record.length; n++) {
      const length = record[at]! * 256 + record[at + 1]!
      found.push(record.subarray(at + 2, at + 2 + length))
      at += 2 + length
    }
    return found
  }
  const sps = sets(record[at++]! & 0x1f)
  const pps = sets(record[at++] ?? 0)
  return { lengthSize, sps, pps }
}

/**
 * A record that holds further parameter sets. What stands in it about profile and level stays that of the first; players look at
 * the set that a picture names.
 */
export function addToConfiguration(record: Uint8Array, more: { sps: Uint8Array[]; pps: Uint8Array[] }): Buffer {
  const had = readConfiguration(record)!
  const sps = [...had.sps, ...more.sps]
  const pps = [...had.pps, ...more.pps]
  const head = Buffer.from(record.subarray(0, 5))
  // The record promises the highest level among its sets.
  head[3] = Math.max(head[3]!, ...more.sps.map((set) => set[3]!))
  const listed = (sets: readonly Uint8Array[]) => withLengths(sets, 2)
  const ppsEnd = 7 + [...had.sps, ...had.pps].reduce((sum, set) => sum + 2 + set.length, 0)
  return Buffer.concat([
    head,
    Buffer.from([0xe0 | sps.length]),
    listed(sps),
    Buffer.from([pps.length]),
    listed(pps),
    // High profiles add chroma format and bit depth (and extensions of parameter sets) after the lists.
    record.subarray(ppsEnd),
  ])
}

/** The parameter sets in a byte stream. */
export function parameterSets(bytes: Uint8Array): { sps: Uint8Array[]; pps: Uint8Array[] } {
  const units = startCodeUnits(bytes)
  return {
    sps: units.filter((unit) => kindOf(unit) === kinds.sps),
    pps: units.filter((unit) => kindOf(unit) === kinds.pps),
  }
}

/** Reads exponential Golomb codes (H.264, 9.1). */
class Bits {
  readonly #bytes: number[] = []
  #at = 0

  /** @param unit its emulation prevention bytes are left out (H.264, 7.4.1) */
  constructor(unit: Uint8Array, from: number) {
    let zeros = 0
    for (const byte of unit.subarray(from, from + 64)) {
      if (zeros >= 2 && byte === 3) zeros = 0
      else {
        this.#bytes.push(byte)
        zeros = byte === 0 ? zeros + 1 : 0
      }
    }
  }

  bit(): number {
    const byte = this.#bytes[this.#at >> 3] ?? 0
    return (byte >> (7 - (this.#at++ & 7))) & 1
  }

  golomb(): number {
    let zeros = 0
    while (this.bit() === 0 && zeros < 32) zeros++
    let value = 1
    for (let n = 0; n < zeros; n++) value = value * 2 + this.bit()
    return value - 1
  }
}

/** The number of a sequence parameter set, which follows its profile, constraints and level. */
export const spsId = (sps: Uint8Array): number => new Bits(sps, 4).golomb()

/** The number of a picture parameter set. */
export const ppsId = (pps: Uint8Array): number => new Bits(pps, 1).golomb()

/** Whether a decoder that begins at this packet needs nothing from before it, also for pictures shown earlier. */
export const beginsAnew = (units: readonly Uint8Array[]): boolean =>
  units.some((unit) => kindOf(unit) === kinds.idr) && !units.some((unit) => kindOf(unit) === kinds.slice)

/** Units of a packet without parameter sets, which the container holds. */
export const withoutParameterSets = (units: readonly Uint8Array[]): Uint8Array[] =>
  units.filter((unit) => kindOf(unit) !== kinds.sps && kindOf(unit) !== kinds.pps)
