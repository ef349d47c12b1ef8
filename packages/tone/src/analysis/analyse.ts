import type { WorkerPool } from '@colophon/media'

/** How a recording is analysed. */
export interface AnalyseOptions {
  /** What it is to be taken for. Default `auto`: what it sounds like. */
  readonly kind?: 'auto' | 'speech' | 'music'
  /** Threads to work on. Default: all on this one. The result is the same, bit for bit. */
  readonly workers?: WorkerPool
  /** What `decodeToPcm` gave beside the samples; without it they are gone over once more. */
  readonly hops?: Float32Array
  readonly signal?: AbortSignal
  /** Called now and then with the part that is done, 0 to 1. */
  readonly onProgress?: (fraction: number) => void
}
