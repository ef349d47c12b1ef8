import { availableParallelism } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { WorkerPool } from '@colophon/media'

/**
 * The threads that do the slices of one call, to be ended with it. Slices are arrays, which these limits do not count, and few objects; with
 * room for more of them V8 would collect nothing for long, and tens of megabytes for each thread would lie about.
 */
export const startThreads = (): WorkerPool =>
  new WorkerPool({ resourceLimits: { maxYoungGenerationSizeMb: 4, maxOldGenerationSizeMb: 64 } })

/** How work on slices is done. */
export interface SliceOptions {
  /** Threads that do it. Default: this one does, slice by slice. */
  readonly workers?: WorkerPool | undefined
  readonly signal?: AbortSignal | undefined
  /** Called with the part that is done, 0 to 1. */
  readonly onProgress?: ((fraction: number) => void) | undefined
}

/** A function that does one slice. It takes what can be cloned, for it may run on another thread. */
export interface SliceWork<Job, Result> {
  /** Address of the module that exports it. */
  readonly module: string
  readonly name: string
  readonly run: (job: Job) => Result
}

/**
 * Does all jobs, as many at a time as there are cores, and hands each result over when it is there: in any order.
 *
 * @throws the signal's reason, and what a job throws; then no further ones are begun
 */
export async function doSlices<Job, Result>(
  jobs: readonly Job[],
  work: SliceWork<Job, Result>,
  take: (result: Result, index: number) => void,
  { workers, signal, onProgress }: SliceOptions,
): Promise<void> {
  let next = 0
  let done = 0
  let failed = false
  const lane = async (): Promise<void> => {
    while (next < jobs.length && !failed) {
      const index = next++
      signal?.throwIfAborted()
      try {
        const job = jobs[index] as Job
        const result = workers
          ? await workers.run<Result>(work.module, work.name, [job], signal ? { signal } : {})
          : work.run(job)
        if (!workers) await setImmediate()
        take(result, index)
        onProgress?.(++done / jobs.length)
      } catch (error) {
        failed = true
        throw error
      }
    }
  }
  const lanes = Array.from({ length: workers ? availableParallelism() : 1 }, lane)
  // All must have ended before anyone removes the files that they write.
  const ended = await Promise.allSettled(lanes)
  for (const outcome of ended) if (outcome.status === 'rejected') throw outcome.reason
}
