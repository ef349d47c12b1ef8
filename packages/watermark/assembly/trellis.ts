/** A round of the Viterbi algorithm, for codes whose generators all have their first and last tap. */

/**
 * Walks once along the trellis of a word. State s and state s + half lead to 2s (with a 0) and 2s + 1 (with a 1). One metric m, added or
 * subtracted, serves these four branches; states come in blocks of eight, and as the code is linear the symbols of a block are
 * those of its first state, crossed with the same eight patterns.
 *
 * Metrics are i16, relative to what was subtracted: the first state's, at each step. They cannot run over while
 * |soft| * branches * (2 * memory + 2) < 32768.
 *
 * @param soft i16, `branches` for each step
 * @param blocks u8, symbol of the first state of each block of the lower half
 * @param blockCount how many there are: states / 16
 * @param patterns u8, symbols of the first eight states
 * @param now i16, metrics of the states; after an even number of steps the new ones are here, else in `next`
 * @param leads where i16 are kept for a step: by how much the path by way of s leads over that by way of s + half, for all 2s, then
 *   for all 2s + 1
 * @param leadStep bytes from what is kept for a step to what is for the next; 0 to keep nothing but the last
 * @param metrics room for 2^branches i16, and then for 8 * 2^branches
 * @returns what was subtracted in all
 */
export function walk(
  soft: usize,
  steps: i32,
  branches: i32,
  blocks: usize,
  blockCount: i32,
  patterns: usize,
  now: usize,
  next: usize,
  leads: usize,
  leadStep: usize,
  metrics: usize,
): i32 {
  const half = (<usize>blockCount) << 4
  const vectors = metrics + ((<usize>2) << branches)
  let subtracted = 0
  for (let step = 0; step < steps; step++, soft += 2 * <usize>branches) {
    spread(soft, branches, patterns, metrics, vectors)
    const first = <i32>load<i16>(now)
    subtracted += first
    const base = i16x8.splat(<i16>first)
    let from = now
    let to = next
    let lead = leads
    for (let block: usize = 0; block < <usize>blockCount; block++, from += 16, to += 32) {
      const m = v128.load(vectors + ((<usize>load<u8>(blocks + block)) << 4))
      const low = i16x8.sub(v128.load(from), base)
      const high = i16x8.sub(v128.load(from + half), base)
      const with0 = i16x8.max_s(i16x8.add(low, m), i16x8.sub(high, m))
      const with1 = i16x8.max_s(i16x8.sub(low, m), i16x8.add(high, m))
      v128.store(to, v128.shuffle<i16>(with0, with1, 0, 8, 1, 9, 2, 10, 3, 11))
      v128.store(to, v128.shuffle<i16>(with0, with1, 4, 12, 5, 13, 6, 14, 7, 15), 16)
      const apart = i16x8.sub(low, high)
      const twice = i16x8.add(m, m)
      v128.store(lead, i16x8.add(apart, twice))
      v128.store(lead + half, i16x8.sub(apart, twice))
      lead += 16
    }
    leads += leadStep
    const turned = now
    now = next
    next = turned
  }
  return subtracted
}

/** The metrics of all symbols at a step, and for each symbol the eight of a block that begins with it. */
function spread(soft: usize, branches: i32, patterns: usize, metrics: usize, vectors: usize): void {
  let none = 0
  for (let branch = 0; branch < branches; branch++) none -= <i32>load<i16>(soft + 2 * <usize>branch)
  store<i16>(metrics, <i16>none)
  for (let branch = 0; branch < branches; branch++) {
    const size = (<usize>2) << branch
    const gain = 2 * <i32>load<i16>(soft + 2 * <usize>branch)
    for (let at: usize = 0; at < size; at += 2) {
      store<i16>(metrics + size + at, <i16>(<i32>load<i16>(metrics + at) + gain))
    }
  }
  const symbols = 1 << branches
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (let state = 0; state < 8; state++, vectors += 2) {
      const crossed = symbol ^ <i32>load<u8>(patterns + state)
      store<i16>(vectors, load<i16>(metrics + 2 * <usize>crossed))
    }
  }
}
