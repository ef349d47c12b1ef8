import type { MarkKey } from './secret-key.ts'

/** Where the bits of a code word go, and which of them are turned over. */
export interface CodeLayout {
  /** For each position of the coded payload, the code bit that it carries. */
  readonly sources: Uint16Array
  /** For each position, whether the bit is carried as it is (1) or turned over (-1). */
  readonly signs: Int8Array
}

/**
 * Fits the code of a payload to any length, keyed: of the code bits, those of the first generator come first, then those of the next, and
 * when all are used they are repeated. So a short length is a good code with fewer generators, and a long one repeats all
 * evenly. Within a generator they come in such an order that what a length leaves out lies evenly around the circle.
 * Then all are shuffled by the key, and each is turned over or not by the key: without it a code word cannot be told from chance.
 *
 * @param bits Length of the circle: bits that are coded together.
 * @param branches Code bits for each of them.
 * @param length Positions.
 */
export function layOut(key: MarkKey, bits: number, branches: number, length: number): CodeLayout {
  const stream = key.stream(`payload layout ${bits} ${length}`)
  const times = spreadOut(bits)
  const sources = new Uint16Array(length)
  for (let i = 0; i < length; i++) {
    const turn = i % (bits * branches)
    sources[i] = times[turn % bits]! * branches + Math.floor(turn / bits)
  }
  stream.shuffle(sources)
  const signs = new Int8Array(length)
  const turned = stream.bits(length)
  for (let i = 0; i < length; i++) signs[i] = turned[i] === 1 ? -1 : 1
  return { sources, signs }
}

/** The times of a circle in an order of which any beginning lies evenly: by where multiples of the golden section fall. */
function spreadOut(circle: number): number[] {
  const falls = (time: number) => (time * 0.6180339887498949) % 1
  return Array.from({ length: circle }, (_, time) => time).sort((one, other) => falls(one) - falls(other))
}
