import { type Examined, examine } from './examine.ts'
import { type LoadOptions, loadExamined } from './load.ts'
import type { Model } from './model.ts'
import { sessionKey } from './session/options.ts'
import type { ModelSource } from './source.ts'

/** How a shared model is loaded: as {@link LoadOptions}, but for what can differ between two who share it. */
export type SharedOptions = Omit<LoadOptions, 'samples'>

/** How much a pool keeps of what nobody uses at the moment. */
export interface PoolLimits {
  /** Models; default 4. */
  readonly idle?: number
  /** Bytes of their files together; default 1 GiB. */
  readonly idleBytes?: number
}

interface Entry {
  readonly model: Promise<Model>
  readonly bytes: number
  users: number
}

/**
 * Models that several users share: for each digest and options one session. A model that nobody uses any more is kept for a while;
 * when too many are idle, the one used longest ago goes.
 */
export class ModelPool {
  /** The one that became idle last comes last. */
  readonly #entries = new Map<string, Entry>()
  readonly #idle: number
  readonly #idleBytes: number

  constructor({ idle = 4, idleBytes = 2 ** 30 }: PoolLimits = {}) {
    this.#idle = idle
    this.#idleBytes = idleBytes
  }

  /** Sessions held now, in use or idle. */
  get size(): number {
    return this.#entries.size
  }

  /**
   * A model, loaded if it is not in the pool. Dispose of it when it is no longer needed: the session goes back into the pool.
   *
   * @throws ColophonError as `loadModel`
   */
  async get(source: ModelSource, options: SharedOptions = {}): Promise<Model> {
    const { signal, ...shared } = options
    const examined = await examine(source, signal)
    signal?.throwIfAborted()
    const key = `${examined.digest} ${sessionKey(options)} ${options.precision ?? 'fp32'} ${options.tolerance ?? ''}`
    // No signal: others may wait for the same session.
    const entry = this.#entries.get(key) ?? this.#load(key, source, examined, shared)
    entry.users++
    try {
      const model = await entry.model
      signal?.throwIfAborted()
      return model.share(examined.source.name, () => this.#release(key, entry))
    } catch (error) {
      await this.#release(key, entry)
      throw error
    }
  }

  #load(key: string, source: ModelSource, examined: Examined, options: SharedOptions): Entry {
    const entry: Entry = { model: loadExamined(source, examined, options), bytes: examined.size, users: 0 }
    this.#entries.set(key, entry)
    entry.model.catch(() => {
      if (this.#entries.get(key) === entry) this.#entries.delete(key)
    })
    return entry
  }

  async #release(key: string, entry: Entry): Promise<void> {
    entry.users--
    if (entry.users > 0 || this.#entries.get(key) !== entry) return
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    await this.#shrink(this.#idle, this.#idleBytes)
  }

  async #shrink(count: number, bytes: number): Promise<void> {
    const idle = [...this.#entries].filter(([, { users }]) => users === 0)
    let [left, held] = [idle.length, idle.reduce((sum, [, entry]) => sum + entry.bytes, 0)]
    const closing: Promise<void>[] = []
    for (const [key, entry] of idle) {
      if (left <= count && held <= bytes) break
      this.#entries.delete(key)
      left--
      held -= entry.bytes
      closing.push(entry.model.then((model) => model.dispose()))
    }
    await Promise.all(closing)
  }

  /** Frees what nobody uses. */
  clear(): Promise<void> {
    return this.#shrink(0, 0)
  }
}

/** The pool of this thread. */
export const pool = new ModelPool()
