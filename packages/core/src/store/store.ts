import { randomUUID } from 'node:crypto'
import { resolve } from 'node:path'
import { BoundedCache } from '../call/bounded-cache.ts'
import type { CallEntry } from '../call/call-entry.ts'
import { type CommitMode, Committer } from '../call/committer.ts'
import { type CallContext, type Run, type RunOptions, within } from '../call/context.ts'
import { invoke } from '../call/invoke.ts'
import { setInvoke } from '../call/invoker.ts'
import { Session } from '../call/session.ts'
import { ColophonError } from '../errors.ts'
import { type Executor, inPlace } from '../op/executor.ts'
import { environmentSecrets, type SecretProvider } from '../op/params.ts'
import { enter } from '../value/enter.ts'
import type { BlobRef } from '../value/ref.ts'
import { type BlobSource, blob } from '../value/value-type.ts'
import { FileObjects } from './file-objects.ts'
import type { CallRecord, RunSummary, StepSummary, StoreStats } from './inspect.ts'
import { type KeptSecret, KeptSecrets } from './kept-secrets.ts'
import { openReader, type Questions, type Reader } from './reader.ts'
import { inMemory, openDatabase, type Synchronous } from './sqlite.ts'
import { SqliteRecords } from './sqlite-records.ts'
import { removeTemporaryFolder, temporaryFolder } from './temporary.ts'
import type { VerifyReport } from './verify.ts'
import { ThreadedRecords } from './writer.ts'

setInvoke(invoke)

/** How a store is opened; see {@link createStore}. */
export interface StoreOptions {
  /** The store's folder, made when it is not there. Default: in memory, gone when the process ends. */
  readonly path?: string
  /** When a call's result is on the disk; see {@link CommitMode}. Default `call`. */
  readonly commit?: CommitMode
  /** `normal`: commits survive the death of the process; `full`: that of the machine too. Default `normal`. */
  readonly synchronous?: Synchronous
  /** `thread`: a thread of its own writes, so that the event loop never waits for a lock or the disk. Default `inline`. */
  readonly writer?: 'inline' | 'thread'
  /** Bytes of calls and small values kept in memory. Default 64 MiB. */
  readonly cacheBytes?: number
  /** Bytes of database pages kept in memory. Default 64 MiB. */
  readonly pageCacheBytes?: number
  /** Tenant of runs that name none. Default `default`. */
  readonly tenant?: string
  /** Where calls run. Default: here. */
  readonly executor?: Executor
  /** Where secrets come from. Default: `COLOPHON_SECRET_*` in the environment. */
  readonly secrets?:
    | SecretProvider
    | Readonly<Record<string, string | { readonly value: string; readonly version: number }>>
  /** Is told of each secret that this store makes because nobody set it (see `secret({ generated: true })`). */
  readonly onSecretMade?: (made: KeptSecret) => void
}

/**
 * A place where results are made once.
 *
 * @example
 * const store = await createStore('.colophon')
 * const sum = await store.run(async () => unwrap(add(1, 2)))
 * await store.close()
 */
export class Store {
  /** The store's folder; `:memory:` when it has none. */
  readonly path: string
  readonly #session: Session
  readonly #tenant: string
  readonly #folder: string
  readonly #temporary: boolean
  #reader: Reader | undefined
  #closing: Promise<void> | undefined

  /** @internal */
  constructor(session: Session, path: string, folder: string, tenant: string) {
    this.#session = session
    this.path = path
    this.#folder = folder
    this.#temporary = path === inMemory
    this.#tenant = tenant
  }

  /**
   * Runs `fn`; every op called in it, at any depth, is answered from the store or computed and stored. When it returns, all of
   * it is committed; what had ended when it throws is kept as well.
   *
   * @returns what `fn` returns
   * @throws what `fn` throws; ColophonError STORE_* when results could not be stored
   */
  async run<T>(fn: () => T | Promise<T>, options: RunOptions = {}): Promise<T> {
    const session = this.#checkOpen()
    const tenant = options.tenant ?? this.#tenant
    const run: Run = { name: randomUUID(), tenant, label: options.label ?? '', started: Date.now(), seq: 0 }
    const context: CallContext = {
      session,
      run,
      options,
      parent: 0,
      depth: 0,
      ancestor: undefined,
      signal: options.signal,
      ordinals: 0,
    }
    const record = { name: run.name, tenant, label: run.label, started: run.started }
    session.committer.addRun(record)
    try {
      const result = await within(context, async () => fn())
      session.committer.addRun({ ...record, ended: Date.now(), state: 'done' })
      await session.committer.flush(run.name)
      return result
    } catch (error) {
      const cancelled = error instanceof ColophonError && error.code === 'CALL_CANCELLED'
      session.committer.addRun({ ...record, ended: Date.now(), state: cancelled ? 'cancelled' : 'failed' })
      // The first error is the one to report.
      await session.committer.flush(run.name).catch(() => undefined)
      throw error
    }
  }

  /**
   * Takes bytes into the store as a blob.
   *
   * @throws ColophonError FILE_*, STORE_DISK_FULL
   */
  async put(source: BlobSource, options: { tenant?: string } = {}): Promise<BlobRef> {
    const home = this.#checkOpen().home(options.tenant ?? this.#tenant)
    const invalid = (why: string) => new ColophonError('CALL_INPUT_INVALID', { op: 'store.put', input: 'source', why })
    return (await enter(source, blob(), { home, invalid })) as BlobRef
  }

  /** A tenant's secrets as calls get them: those that were set, then those that the store made. */
  secretsOf(tenant: string = this.#tenant): SecretProvider {
    return this.#checkOpen().secretsOf(tenant)
  }

  /** Commits everything that calls have handed over so far. */
  async flush(): Promise<void> {
    await this.#checkOpen().committer.flush()
  }

  /** How much there is. */
  async stats(options: { tenant?: string } = {}): Promise<StoreStats> {
    return this.#ask('stats', options.tenant)
  }

  /**
   * A call by its public name, or the beginning of it (at least 4 digits).
   *
   * @throws ColophonError CALL_NOT_FOUND
   */
  async call(name: string, options: { tenant?: string } = {}): Promise<CallRecord> {
    return this.#ask('call', options.tenant ?? this.#tenant, name)
  }

  /** Runs, the latest first. */
  async runs(options: { tenant?: string; limit?: number } = {}): Promise<readonly RunSummary[]> {
    return this.#ask('runs', options.tenant ?? this.#tenant, options.limit ?? 100)
  }

  /** The steps of a run, in the order in which they began. */
  async steps(run: string): Promise<readonly StepSummary[]> {
    return this.#ask('steps', run)
  }

  /**
   * Checks that everything recorded is whole: every result has its outputs, every value its bytes, every pointer its target.
   *
   * @param options.objects also reads every object and compares its digest. Default true.
   * @param options.repair removes damaged objects, so that the next call that needs one makes it anew. Default false.
   */
  async verify(options: { objects?: boolean; repair?: boolean } = {}): Promise<VerifyReport> {
    return this.#ask('verify', options.objects ?? true, options.repair ?? false)
  }

  /** Commits what is left and closes; calls still running fail with STORE_CLOSED. Safe to call twice, also at once. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    try {
      await this.#session.committer.flush()
    } finally {
      this.#session.closed = true
      await this.#reader?.close()
      await this.#session.records.close()
      await this.#session.objects.close()
      if (this.#temporary) removeTemporaryFolder(this.#folder)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** @internal Bytes and calls held in memory. */
  get cached(): { bytes: number; calls: number } {
    return { bytes: this.#session.known.bytes, calls: this.#session.known.size }
  }

  #checkOpen(): Session {
    if (this.#session.closed) throw new ColophonError('STORE_CLOSED', {})
    return this.#session
  }

  async #ask<M extends keyof Questions>(
    method: M,
    ...args: Parameters<Questions[M]>
  ): Promise<Awaited<ReturnType<Questions[M]>>> {
    await this.#checkOpen().committer.settle()
    this.#reader ??= openReader(this.#folder, this.path, this.#session.records)
    return this.#reader.ask(method, args)
  }
}

/** @internal See createStore. */
export async function openStore(options: string | StoreOptions): Promise<Store> {
  const settings = typeof options === 'string' ? { path: options } : options
  const {
    commit = 'call',
    synchronous = 'normal',
    writer = 'inline',
    cacheBytes = 64 << 20,
    pageCacheBytes = 64 << 20,
  } = settings
  const memory = settings.path === undefined || settings.path === inMemory
  const path = memory ? inMemory : resolve(settings.path!)
  const folder = memory ? temporaryFolder() : path
  const database = { synchronous, pageCacheBytes }
  const records = new SqliteRecords(openDatabase(path, database), path)
  let objects: FileObjects
  try {
    objects = new FileObjects(folder)
  } catch (error) {
    records.close()
    throw error
  }
  // A thread cannot share a database in memory.
  const writing: ThreadedRecords | SqliteRecords =
    writer === 'thread' && !memory ? await ThreadedRecords.open(records, path, database) : records
  const known = new BoundedCache<CallEntry>(cacheBytes)
  const committer = new Committer(writing, (dropped) => {
    for (const { tenant, call } of dropped) {
      const { key, history } = call as CallEntry
      known.delete(`${tenant}\n${key}${history}`)
      session.uncommitted.delete(`${tenant}\n${key}`)
    }
  })
  const session = new Session({
    records: writing,
    objects,
    committer,
    executor: settings.executor ?? inPlace,
    secrets: secretsOf(settings.secrets),
    // What is in memory is gone with the process, and a key must not be.
    kept: memory ? undefined : new KeptSecrets(folder, settings.onSecretMade),
    awaitCommit: commit === 'call',
    known,
  })
  return new Store(session, path, folder, settings.tenant ?? 'default')
}

function secretsOf(given: StoreOptions['secrets']): SecretProvider {
  if (given === undefined) return environmentSecrets
  if (typeof given === 'function') return given
  return (name, version) => {
    if (!Object.hasOwn(given, name)) return environmentSecrets(name, version)
    const found = given[name]!
    const secret = typeof found === 'string' ? { value: found, version: 1 } : found
    return version === undefined || version === secret.version ? secret : undefined
  }
}
