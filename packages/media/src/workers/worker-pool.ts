import { availableParallelism } from 'node:os'
import { type ResourceLimits, type Transferable, Worker } from 'node:worker_threads'
import { ColophonError } from '@colophon/core'
import type { Order, Outcome } from './worker-thread.ts'

/** How a pool is made. */
export interface WorkerPoolOptions {
  /** Most threads. Default: as many as the machine has cores for this process. */
  readonly size?: number
  /** Memory that each thread may use; one that needs more ends, and its job fails. */
  readonly resourceLimits?: ResourceLimits
}

/** How one job is run. */
export interface JobOptions {
  /** Buffers among the arguments that are handed over instead of copied. They are empty on this side afterwards. */
  readonly transfer?: readonly Transferable[]
  readonly signal?: AbortSignal
}

interface Job {
  readonly order: Order
  readonly transfer: readonly Transferable[]
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

/**
 * Threads that run exported functions of modules, for computations on arrays that are to use all cores. Threads are started when
 * they are needed, and while they are idle they do not keep the process alive.
 *
 * Arguments and results are copied by structured cloning; buffers may be handed over ({@link JobOptions.transfer}, and
 * {@link moved} for results), and a `SharedArrayBuffer` is seen by both sides.
 *
 * @example
 * await using pool = new WorkerPool()
 * const sums = await Promise.all(parts.map((part) => pool.run<number>(import.meta.resolve('my-kernels'), 'sum', [part])))
 */
export class WorkerPool implements AsyncDisposable {
  readonly #size: number
  readonly #resourceLimits: ResourceLimits | undefined
  readonly #queue: Job[] = []
  readonly #idle: Worker[] = []
  readonly #busy = new Map<Worker, Job>()
  #closed = false

  constructor({ size = availableParallelism(), resourceLimits }: WorkerPoolOptions = {}) {
    if (!Number.isInteger(size) || size < 1) throw new RangeError(`A pool has at least one thread, not ${size}.`)
    this.#size = size
    this.#resourceLimits = resourceLimits
  }

  /**
   * Calls a function that a module exports, with the arguments, on the next thread that is free.
   *
   * @throws what the function throws: a `ColophonError` as it was, anything else as an error with its message; the signal's reason;
   * ColophonError WORKER_FAILED if the thread ended, MEDIA_* as the function has it
   */
  run<T>(module: URL | string, name: string, args: readonly unknown[], options: JobOptions = {}): Promise<T> {
    const { transfer = [], signal } = options
    if (this.#closed) return Promise.reject(new ColophonError('WORKER_FAILED', { name, why: 'its pool is closed' }))
    if (signal?.aborted) return Promise.reject(signal.reason)
    return new Promise<T>((resolve, reject) => {
      const done = () => signal?.removeEventListener('abort', abort)
      const job: Job = {
        order: { module: String(module), name, args },
        transfer,
        resolve: (value) => {
          done()
          resolve(value)
        },
        reject: (error) => {
          done()
          reject(error)
        },
      }
      const abort = () => this.#giveUp(job, signal!.reason)
      signal?.addEventListener('abort', abort, { once: true })
      this.#queue.push(job)
      this.#next()
    })
  }

  /** Ends all threads. Jobs that have not ended fail. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    const closed = (name: string) => new ColophonError('WORKER_FAILED', { name, why: 'its pool was closed' })
    for (const job of this.#queue.splice(0)) job.reject(closed(job.order.name))
    const threads = [...this.#idle.splice(0), ...this.#busy.keys()]
    for (const job of this.#busy.values()) job.reject(closed(job.order.name))
    this.#busy.clear()
    await Promise.all(threads.map((thread) => thread.terminate()))
  }

  /** A job that waits leaves the queue; one that runs ends with its thread, since a computation cannot be asked to stop. */
  #giveUp(job: Job, reason: unknown): void {
    const at = this.#queue.indexOf(job)
    if (at >= 0) this.#queue.splice(at, 1)
    for (const [thread, running] of this.#busy) {
      if (running !== job) continue
      this.#busy.delete(thread)
      void thread.terminate()
    }
    job.reject(reason)
    this.#next()
  }

  #next(): void {
    while (this.#queue.length > 0 && !this.#closed) {
      const thread = this.#idle.pop() ?? (this.#busy.size < this.#size ? this.#start() : undefined)
      if (!thread) return
      const job = this.#queue.shift()!
      this.#busy.set(thread, job)
      thread.ref()
      try {
        thread.postMessage(job.order, job.transfer)
      } catch (error) {
        // An argument that cannot be cloned.
        this.#rest(thread)
        job.reject(error)
      }
    }
  }

  #start(): Worker {
    // The emitted JavaScript has another extension than the source.
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
    const resourceLimits = this.#resourceLimits
    const thread = new Worker(new URL(`./worker-thread${extension}`, import.meta.url), {
      execArgv: [],
      ...(resourceLimits && { resourceLimits }),
    })
    thread.on('message', (outcome: Outcome) => {
      const job = this.#busy.get(thread)
      this.#rest(thread)
      if (job) settle(job, outcome)
      this.#next()
    })
    let why = 'its thread ended'
    thread.on('error', (error: NodeJS.ErrnoException) => {
      why = error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'it needs more memory than it may use' : error.message
    })
    thread.on('exit', () => {
      const job = this.#busy.get(thread)
      this.#busy.delete(thread)
      const at = this.#idle.indexOf(thread)
      if (at >= 0) this.#idle.splice(at, 1)
      job?.reject(new ColophonError('WORKER_FAILED', { name: job.order.name, why }))
      this.#next()
    })
    return thread
  }

  #rest(thread: Worker): void {
    if (!this.#busy.delete(thread)) return
    thread.unref()
    this.#idle.push(thread)
  }
}

function settle(job: Job, outcome: Outcome): void {
  if ('value' in outcome) job.resolve(outcome.value as never)
  else if ('code' in outcome) job.reject(new ColophonError(outcome.code, outcome.details))
  else job.reject(new Error(outcome.message))
}
