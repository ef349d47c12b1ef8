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
 * evenly. Within a generator they come in steps of the golden section, so that what a length leaves out lies evenly around the circle.
 * Then all are shuffled by the key, and each is turned over or not by the key: without it a code word cannot be told from chance.
 *
 * @param bits Length of the circle: bits that are coded together.
 * @param branches Code bits for each of them.
 * @param length Positions.
 */
export function layOut(key: MarkKey, bits: number, branches: number, length: number): CodeLayout {
  const stream = key.stream(`payload layout ${bits} ${length}`)
  const step = golden(bits)
  const sources = new Uint16Array(length)
  for (let i = 0; i < length; i++) {
    const turn = i % (bits * branches)
    const time = ((turn % bits) * step) % bits
    sources[i] = time * branches + Math.floor(turn / bits)
  }
  stream.shuffle(sources)
  const signs = new Int8Array(length)
  const turned = stream.bits(length)
  for (let i = 0; i < length; i++) signs[i] = turned[i] === 1 ? -1 : 1
  return { sources, signs }
}

/** The step nearest to the golden section of a circle that has no factor in common with it, so that it visits every place. */
function golden(circle: number): number {
  const ideal = Math.round(circle * 0.6180339887498949)
  for (let off = 0; ; off++) {
    for (const step of [ideal + off, ideal - off]) if (step > 0 && gcd(step, circle) === 1) return step
  }
}

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b))
