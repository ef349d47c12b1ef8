import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ColophonError } from '@colophon/core'
import { Runner } from './runner.ts'

/** What the children of a {@link Sandbox} are held to. */
export interface SandboxOptions {
  /** Bytes of memory that a child may occupy, Node and its libraries (about 110 MiB) included. At least 256 MiB. Default 1 GiB. */
  readonly memory?: number
  /** Seconds that a run may take. Default 60. */
  readonly timeout?: number
  /** Children that work at the same time; further runs wait. Default 1. */
  readonly children?: number
  /** Runs after which a child gives way to a new one, so that what a library leaks is bounded. Default 1000. */
  readonly runs?: number
  /** Files and folders that JavaScript in a child may read besides Colophon and its packages. Default: everything. */
  readonly read?: readonly string[]
  /** Folders that JavaScript in a child may write into. Without any, nothing in the child can write to a file. */
  readonly write?: readonly string[]
  /** Bytes of the largest file that a child may write, where `write` allows any. Default 4 GiB. */
  readonly fileBytes?: number
  /** Bytes of the largest answer that is taken from a child. Default 256 MiB. */
  readonly answerBytes?: number
  /** A command with arguments that starts the child within bounds of its own, e.g. `['unshare', '--user', '--net']`. */
  readonly launcher?: readonly string[]
}

/** How one run of a {@link Sandbox} is done. */
export interface SandboxRun {
  /** How errors call the file that is read. Default "The file". */
  readonly name?: string
  /** Seconds, fewer than the sandbox allows. */
  readonly timeout?: number
  /** Ends the run and its process; the run then fails with the signal's reason. */
  readonly signal?: AbortSignal
  readonly onProgress?: (fraction: number, note?: string) => void
}

const MiB = 2 ** 20

/**
 * Child processes in which untrusted media are read. A decoder that crashes, hangs or devours memory takes its process with it and
 * nothing else: the run fails with an error that names the file, and the next one gets a new process.
 *
 * Children are started when they are first needed and used again. One that does nothing does not keep this process alive. A
 * child ends with its parent, however that goes.
 *
 * Enforced by the kernel or by this process:
 * - time: a run that takes too long is ended with SIGKILL; CPU time is limited besides (`RLIMIT_CPU`);
 * - memory: resident memory is looked at every 50 ms and a child that has too much is ended; on Linux `RLIMIT_DATA` limits
 *   what it can ask for to 2 GiB more than that, and V8's heap is limited to half;
 * - files: without `write` no byte can be written to any file (`RLIMIT_FSIZE`), no core is dumped;
 * - secrets: the environment is empty, no descriptor is inherited, the child stands in an empty folder;
 * - answers larger than `answerBytes` are not taken.
 *
 * Enforced by Node's permission model, so for JavaScript alone: no network, no processes, no inspector, files only as `read` and
 * `write` say.
 *
 * Not enforced, but checked by tests under strace: that FFmpeg and libvips open no other file and no connection, whatever is in
 * the media. Code that took over the process through a hole in them could do so. A `launcher` closes that as well: with
 * `['unshare', '--user', '--net']` there is no network, where the system allows user namespaces; bubblewrap can hide files too.
 *
 * Linux and macOS.
 *
 * @example
 * await using sandbox = new Sandbox({ memory: 2 ** 30, timeout: 20 })
 * const report = await probeUntrusted(sandbox, 'upload.mp4')
 */
export class Sandbox implements AsyncDisposable {
  readonly #options: Required<Omit<SandboxOptions, 'read'>> & Pick<SandboxOptions, 'read'>
  readonly #idle: Runner[] = []
  readonly #busy = new Set<Runner>()
  readonly #ending = new Set<Promise<void>>()
  readonly #waiting = new Set<PromiseWithResolvers<void>>()
  #folder: string | undefined
  #free: number
  #closed = false

  /** @throws RangeError for limits under which nothing could run */
  constructor(options: SandboxOptions = {}) {
    this.#options = {
      memory: 1024 * MiB,
      timeout: 60,
      children: 1,
      runs: 1000,
      write: [],
      fileBytes: 4096 * MiB,
      answerBytes: 256 * MiB,
      launcher: [],
      ...options,
    }
    const { memory, timeout, children, runs } = this.#options
    this.#free = children
    if (!(memory >= 256 * MiB)) throw new RangeError(`memory is ${memory} bytes; at least 256 MiB are needed`)
    if (!(timeout > 0)) throw new RangeError(`timeout is ${timeout}; give seconds`)
    for (const [name, value] of Object.entries({ children, runs }))
      if (!Number.isInteger(value) || value < 1)
        throw new RangeError(`${name} is ${value}; give a whole number from 1 on`)
  }

  /**
   * Calls a function in a child process.
   *
   * @param module URL of a module
   * @param name of a function that it exports. It is called with `args` and, after them, an {@link Inside}
   * @param args what V8 serializes: plain data, typed arrays, maps, dates, big integers
   * @returns what the function returns; serialized as well. Its type is not checked: a child that was taken over may return anything
   * @throws Error if V8 cannot serialize `args`
   * @throws ColophonError as the function throws, with the name of the file; MEDIA_CRASHED, MEDIA_OVER_TIME, MEDIA_OVER_MEMORY;
   *   SANDBOX_FAILED for other errors of the function and if no process can be started
   */
  async run<T>(
    module: string | URL,
    name: string,
    args: readonly unknown[] = [],
    { name: file = 'The file', timeout = this.#options.timeout, signal, onProgress }: SandboxRun = {},
  ): Promise<T> {
    const runner = await this.#take(signal)
    try {
      signal?.throwIfAborted()
      const run = { name: file, timeout: Math.min(timeout, this.#options.timeout), signal, onProgress }
      return (await runner.run({ module: String(module), name, args }, run)) as T
    } finally {
      this.#release(runner)
    }
  }

  /** Ends all children, at once. What runs or waits fails. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true
    for (const { reject } of this.#waiting) reject(closed())
    this.#waiting.clear()
    for (const runner of [...this.#busy, ...this.#idle.splice(0)]) this.#retire(runner)
    await Promise.all(this.#ending)
    if (!this.#folder) return
    process.off('exit', this.#removeFolder)
    this.#removeFolder()
  }

  /** A child that does nothing, or a new one; waits while as many as allowed are at work. */
  async #take(signal: AbortSignal | undefined): Promise<Runner> {
    signal?.throwIfAborted()
    if (this.#closed) throw closed()
    if (this.#free > 0) this.#free--
    else await this.#turn(signal)
    // One may have died while it did nothing.
    let runner = this.#idle.pop()
    while (runner && !runner.alive) runner = this.#idle.pop()
    runner ??= this.#start()
    this.#busy.add(runner)
    return runner
  }

  /** Waits until a run ends and hands over its place. */
  async #turn(signal: AbortSignal | undefined): Promise<void> {
    const turn = Promise.withResolvers<void>()
    const abort = () => {
      this.#waiting.delete(turn)
      turn.reject(signal?.reason)
    }
    signal?.addEventListener('abort', abort)
    this.#waiting.add(turn)
    try {
      await turn.promise
    } finally {
      signal?.removeEventListener('abort', abort)
    }
  }

  #start(): Runner {
    if (!this.#folder) {
      this.#folder = mkdtempSync(join(tmpdir(), 'colophon-sandbox-'))
      process.on('exit', this.#removeFolder)
    }
    return new Runner({ ...this.#options, read: this.#options.read, folder: this.#folder }, this.#options.answerBytes)
  }

  #release(runner: Runner): void {
    this.#busy.delete(runner)
    if (!runner.alive || this.#closed || runner.worn(this.#options.runs)) this.#retire(runner)
    else this.#idle.push(runner)
    const [next] = this.#waiting
    if (!next) this.#free++
    else {
      this.#waiting.delete(next)
      next.resolve()
    }
  }

  #retire(runner: Runner): void {
    const ending = runner.close().finally(() => this.#ending.delete(ending))
    this.#ending.add(ending)
  }

  readonly #removeFolder = (): void => {
    rmSync(this.#folder!, { recursive: true, force: true })
  }
}

const closed = (): ColophonError => new ColophonError('SANDBOX_FAILED', { why: 'it is closed' })
