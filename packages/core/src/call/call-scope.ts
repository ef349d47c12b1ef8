import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { ColophonError } from '../errors.ts'
import type { OpContext } from '../op/op.ts'
import type { Objects, WorkFolder } from '../store/objects.ts'
import type { Ref } from '../value/ref.ts'
import type { TempFile } from '../value/value-type.ts'
import type { RunOptions } from './context.ts'
import type { Keyed } from './invoke.ts'

const never = new AbortController().signal

/** Where a call runs, as far as its scope needs to know. */
export interface ScopeHost {
  readonly objects: Pick<Objects, 'temp' | 'workFolder'>
  /** Names the call among all, for its work folder. Missing where nothing is kept. */
  readonly key?: string
  readonly tenant: string
  readonly depth: number
  readonly options: RunOptions
  readonly signal: AbortSignal | undefined
}

/** The call that a scope is for. */
export type ScopeCall = Pick<Keyed, 'declaration' | 'options' | 'inputs' | 'reads'>

/** What one attempt of a call may use while it runs: its signal and time limit, progress, log and scratch files. */
export class CallScope implements OpContext {
  readonly attempt: number
  /** The signal, when anything can ever abort it. */
  readonly signalIfAny: AbortSignal | undefined
  readonly #host: ScopeHost
  readonly #call: ScopeCall
  readonly #controller: AbortController | undefined
  readonly #files: TempFile[] = []
  #folder: Promise<WorkFolder> | undefined
  /** What the op is still doing, also after it was given up. */
  #work: Promise<void> | undefined
  #timer: NodeJS.Timeout | undefined
  #stop: ((error: ColophonError) => void) | undefined
  #stopped: ColophonError | undefined
  #unlisten: (() => void)[] = []

  constructor(host: ScopeHost, call: ScopeCall, attempt: number) {
    this.#host = host
    this.#call = call
    this.attempt = attempt
    const { deadline } = host.options
    const { timeoutMs, signal } = call.options
    const until = deadline && deadline.getTime() - Date.now()
    const limit = Math.min(timeoutMs ?? Number.POSITIVE_INFINITY, until ?? Number.POSITIVE_INFINITY)
    // Making a controller costs more than a small call, so one is made only when something can abort it.
    if (limit === Number.POSITIVE_INFINITY && !signal && !host.signal) return
    this.#controller = new AbortController()
    this.signalIfAny = this.#controller.signal
    for (const source of [host.signal, signal]) if (source) this.#follow(source)
    if (limit !== Number.POSITIVE_INFINITY) this.#endAfter(Math.max(0, limit))
  }

  #follow(source: AbortSignal): void {
    const cancel = (): void => this.#halt(new ColophonError('CALL_CANCELLED', { op: this.#call.declaration.name }))
    if (source.aborted) return cancel()
    source.addEventListener('abort', cancel, { once: true })
    this.#unlisten.push(() => source.removeEventListener('abort', cancel))
  }

  #endAfter(ms: number): void {
    const end = (): void =>
      this.#halt(new ColophonError('CALL_TIMEOUT', { op: this.#call.declaration.name, ms: Math.round(ms) }))
    // Longer timers would fire at once.
    this.#timer = setTimeout(end, Math.min(ms, 2 ** 31 - 1))
  }

  #halt(error: ColophonError): void {
    this.#stopped ??= error
    this.#controller?.abort(error)
    this.#stop?.(error)
  }

  /** Waits for the work, but no longer than it may take. Code that ignores the signal goes on unheard. */
  async limit<T>(work: T | Promise<T>): Promise<T> {
    if (work instanceof Promise) {
      const settled = (): void => {
        if (this.#work === working) this.#work = undefined
      }
      const working = work.then(settled, settled)
      this.#work = working
    }
    if (!this.#controller || !(work instanceof Promise)) {
      if (this.#stopped) throw this.#stopped
      return work
    }
    if (this.#stopped) {
      work.catch(() => undefined)
      throw this.#stopped
    }
    return new Promise<T>((resolve, reject) => {
      this.#stop = reject
      // An op that noticed the signal throws what it likes; the reason is ours.
      work.then(resolve, (error) => reject(this.#stopped ?? error))
    })
  }

  /**
   * Lets go of everything; scratch files that were not taken into the store are removed.
   *
   * @param done whether the call has its result, so that nothing need be kept for another attempt
   * @returns when it has let go of its folder, where there is one
   */
  end(done: boolean): Promise<void> | undefined {
    clearTimeout(this.#timer)
    for (const unlisten of this.#unlisten) unlisten()
    for (const { path } of this.#files) rm(path, { force: true }).catch(() => undefined)
    if (!this.#folder) return undefined
    // Who ignores the signal still writes there.
    const leaving = Promise.all([this.#folder, this.#work]).then(([folder]) =>
      done || this.#host.key === undefined ? folder.remove() : folder.keep(),
    )
    // A folder that cannot be let go of is cleared when it is old.
    const left = leaving.catch(() => undefined)
    return this.#work ? undefined : left
  }

  get signal(): AbortSignal {
    return this.signalIfAny ?? never
  }

  readonly progress = (fraction: number, note = ''): void => {
    const { options, depth } = this.#host
    options.onProgress?.({ op: this.#call.declaration.name, depth, fraction: Math.min(1, Math.max(0, fraction)), note })
  }

  readonly log = (message: string, fields: Record<string, unknown> = {}): void => {
    this.#host.options.onLog?.({ op: this.#call.declaration.name, message, fields })
  }

  readonly tempFile = async (extension?: string): Promise<TempFile> => {
    const file = await this.#host.objects.temp(extension)
    this.#files.push(file)
    return file
  }

  readonly workFolder = async (): Promise<string> => {
    this.#folder ??= this.#host.objects.workFolder(this.#host.tenant, this.#host.key ?? randomUUID())
    return (await this.#folder).path
  }

  get refs(): Readonly<Record<string, Ref>> {
    return Object.fromEntries(this.#call.inputs.map(({ name, ref }) => [name, ref]))
  }

  get reads(): Readonly<Record<string, unknown>> {
    return this.#call.reads
  }

  get tenant(): string {
    return this.#host.tenant
  }

  get deadline(): Date | undefined {
    return this.#host.options.deadline
  }
}
