/** What one child process is to measure. It opens the store, gets ready, runs the loop under the clock, and checks its work. */
export interface Task {
  /** Folder of the store. */
  readonly path: string
  readonly commit: 'group' | 'call'
  readonly synchronous: 'normal' | 'full'
  readonly keys: Keys
  /** How often the loop goes over the keys. */
  readonly passes: number
  /** How many calls of the loop must be computed; any other number is an error of the benchmark. */
  readonly computes: number
  /**
   * What happens before the clock starts, beside opening the store.
   *
   * - `nothing`: the first call of the loop is the first call of the process
   * - `keys`: the same keys are computed and then answered {@link warmUpPasses} times by this process
   * - `code`: misses and hits on another store, so that the code is compiled and this store as cold as ever
   */
  readonly ready: 'nothing' | 'keys' | 'code'
  /** What the store must hold in the end; anything else is an error of the benchmark. */
  readonly leaves: { readonly calls: number; readonly steps: number }
}

/** After how many passes a process counts as warm. */
export const warmUpPasses = 10

/** First inputs of the calls: neighbours, or some chosen at random, each once. */
export type Keys =
  | { readonly kind: 'range'; readonly from: number; readonly count: number }
  | { readonly kind: 'sample'; readonly below: number; readonly count: number; readonly seed: number }

/** What a child process found out. */
export interface Measured {
  /** User and system time of the whole process while the loop ran, microseconds a call. */
  readonly cpuUs: number
  /** Time that passed, microseconds a call. */
  readonly wallUs: number
}

/** What a process of ours found out besides. */
export interface MeasuredStore extends Measured {
  /** Size of all files of the store, once it was closed. */
  readonly bytes: number
}

export const keysOf = (keys: Keys): Int32Array =>
  keys.kind === 'range' ? Int32Array.from({ length: keys.count }, (_, index) => keys.from + index) : sample(keys)

/** The first `count` of a shuffled row of numbers, without making the row. */
function sample({ below, count, seed }: Extract<Keys, { kind: 'sample' }>): Int32Array {
  const random = mulberry32(seed)
  const moved = new Map<number, number>()
  return Int32Array.from({ length: count }, (_, index) => {
    const at = index + Math.floor(random() * (below - index))
    const chosen = moved.get(at) ?? at
    moved.set(at, moved.get(index) ?? index)
    return chosen
  })
}

/** Numbers in 0..1 that are the same for the same seed (mulberry32, public domain). */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
