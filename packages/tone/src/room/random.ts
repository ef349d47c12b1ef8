/**
 * Numbers that look random and are the same on every machine: integer arithmetic alone (mulberry32 by T. Ettinger, begun at a hash of what it
 * is for, so that any block of a long noise can be made without those before it).
 *
 * @param of whole numbers that tell this sequence from others: seed, channel, block
 */
export function randomSource(...of: number[]): () => number {
  let state = 0x9e3779b9
  for (const value of of) {
    state = Math.imul(state ^ (value | 0), 0x85ebca6b)
    state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
    state ^= state >>> 16
  }
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A normal variate of mean 0 and variance 1, near enough for noise: the sum of four uniform ones. */
export const normal = (random: () => number): number => (random() + random() + random() + random() - 2) * Math.sqrt(3)
