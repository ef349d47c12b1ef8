import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import type { Duplex, Readable } from 'node:stream'
import { ColophonError, reasonOf } from '@colophon/core'
import { deathOf, lacksMemory } from './death.ts'
import { failed, rebuilt } from './failures.ts'
import { type Confines, launch, lifeSeconds } from './launch.ts'
import type { Order, Word } from './messages.ts'
import { residentBytes } from './resident.ts'
import { Wire } from './wire.ts'

/** What one run is held to, and how it is spoken of. */
export interface Run {
  /** How errors call what is read. */
  readonly name: string
  /** Seconds. */
  readonly timeout: number
  readonly signal?: AbortSignal
  readonly onProgress?: (fraction: number, note?: string) => void
}

/** What keeps this process alive or not. */
interface Kept {
  ref(): void
  unref(): void
}

interface Pending extends Run {
  readonly id: number
  readonly resolve: (value: unknown) => void
  readonly reject: (error: unknown) => void
}

/** A child that has not said a word after this many milliseconds will not. */
const startMilliseconds = 60_000
const lookMilliseconds = 50
const stderrBytes = 8192

/** One child process and what it is doing: one run at a time. It does not keep this process alive while it does nothing. */
export class Runner {
  readonly #confines: Confines
  readonly #process: ChildProcess
  readonly #socket: Duplex & Kept
  readonly #wire: Wire<Order, Word>
  readonly #started = Promise.withResolvers<void>()
  readonly #ended: Promise<unknown>
  #pid: number | undefined
  #pending: Pending | undefined
  #runs = 0
  #cpu = 0
  #fate: { readonly reason: unknown } | undefined
  #stderr = ''

  constructor(confines: Confines, longestAnswer: number) {
    this.#confines = confines
    this.#process = launch(confines)
    // 'error' is that it could not be started at all.
    this.#ended = once(this.#process, 'close').catch(() => {})
    this.#socket = this.#process.stdio[3] as Duplex & Kept
    this.#wire = new Wire(
      this.#socket,
      longestAnswer,
      (word: Word) => this.#hear(word),
      (why) => this.#end(this.#crashed(why)),
    )
    this.#process.stderr!.setEncoding('utf8').on('data', (text) => {
      this.#stderr = (this.#stderr + text).slice(-stderrBytes)
    })
    this.#started.promise.catch(() => {})
    this.#process.on('error', (error) => this.#end(failed(`its process cannot be started: ${reasonOf(error)}`)))
    this.#process.on('close', (code, signal) => this.#end(this.#death(code, signal)))
    this.#letGo()
  }

  /** Whether it can take another run. */
  get alive(): boolean {
    return !this.#fate
  }

  /** Whether it has done so much that a new one should take its place. */
  worn(runs: number): boolean {
    return this.#runs >= runs || this.#cpu > lifeSeconds(this.#confines.timeout) / 2
  }

  /** Gives an order and waits for its end. */
  async run(order: Omit<Order, 'id'>, run: Run): Promise<unknown> {
    const id = ++this.#runs
    this.#hold()
    const stops: (() => void)[] = []
    try {
      await this.#start(run.signal)
      if (this.#fate) throw this.#fate.reason
      const { promise, resolve, reject } = Promise.withResolvers<unknown>()
      this.#pending = { ...run, id, resolve, reject }
      stops.push(this.#limitTime(run), this.#watchMemory(run), this.#heed(run.signal))
      this.#wire.send({ ...order, id })
      return await promise
    } finally {
      for (const stop of stops) stop()
      this.#pending = undefined
      this.#letGo()
    }
  }

  /** Ends the process, whatever it is doing, and waits until it is gone. */
  async close(): Promise<void> {
    this.#hold()
    this.#end(failed('it was closed'))
    await this.#ended
  }

  /** Keeps this process alive: until the child's end is known, all of its streams have to be waited for. */
  #hold(): void {
    for (const kept of this.#kept()) kept.ref()
  }

  #letGo(): void {
    for (const kept of this.#kept()) kept.unref()
  }

  #kept(): Kept[] {
    return [this.#process, this.#socket, this.#process.stderr as Readable & Kept]
  }

  async #start(signal: AbortSignal | undefined): Promise<void> {
    const late = setTimeout(() => this.#end(failed('its process does not start')), startMilliseconds)
    const stop = this.#heed(signal)
    try {
      await this.#started.promise
    } finally {
      clearTimeout(late)
      stop()
    }
  }

  #limitTime({ name, timeout }: Run): () => void {
    const timer = setTimeout(() => {
      this.#end(new ColophonError('MEDIA_OVER_TIME', { name, seconds: timeout }))
    }, timeout * 1000)
    return () => clearTimeout(timer)
  }

  #watchMemory({ name }: Run): () => void {
    const { memory } = this.#confines
    const timer = setInterval(async () => {
      const resident = this.#pid === undefined ? 0 : ((await residentBytes(this.#pid)) ?? 0)
      if (resident > memory) this.#end(overMemory(name, memory))
    }, lookMilliseconds)
    return () => clearInterval(timer)
  }

  #heed(signal: AbortSignal | undefined): () => void {
    const abort = () => this.#end(signal?.reason)
    if (signal?.aborted) abort()
    signal?.addEventListener('abort', abort)
    return () => signal?.removeEventListener('abort', abort)
  }

  #hear(word: Word): void {
    if ('ready' in word) {
      this.#pid ??= word.ready
      this.#started.resolve()
      return
    }
    const pending = this.#pending
    // What an earlier run says after its end is of no interest any more.
    if (word.id !== pending?.id) return
    if ('fraction' in word) return pending.onProgress?.(word.fraction, word.note)
    this.#cpu = word.cpu
    if ('value' in word) pending.resolve(word.value)
    else if ('code' in word) pending.reject(rebuilt(word, pending.name))
    else if (lacksMemory(word.failure)) pending.reject(overMemory(pending.name, this.#confines.memory))
    else pending.reject(failed(word.failure))
  }

  #death(code: number | null, signal: NodeJS.Signals | null): ColophonError {
    if (this.#pid === undefined)
      return failed(`its process ended at the start: ${this.#stderr.trim() || code || signal}`)
    const name = this.#pending?.name ?? ''
    const death = deathOf(code, signal, this.#stderr)
    if (death.of === 'memory') return overMemory(name, this.#confines.memory)
    if (death.of === 'time') return new ColophonError('MEDIA_OVER_TIME', { name, seconds: this.#confines.timeout })
    return this.#crashed(death.why)
  }

  #crashed(why: string): ColophonError {
    return new ColophonError('MEDIA_CRASHED', { name: this.#pending?.name ?? '', why })
  }

  /** The first reason counts. What waits is told at once, even if the process takes its time to go. */
  #end(reason: unknown): void {
    if (this.#fate) return
    this.#fate = { reason }
    this.#started.reject(reason)
    this.#pending?.reject(reason)
    const { pid, exitCode, signalCode } = this.#process
    if (pid === undefined || exitCode !== null || signalCode !== null) return
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // It has gone by itself.
    }
  }
}

const overMemory = (name: string, memory: number): ColophonError =>
  new ColophonError('MEDIA_OVER_MEMORY', { name, mebibytes: Math.floor(memory / 2 ** 20) })
