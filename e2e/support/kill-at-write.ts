/**
 * Loaded before a program with `--import`, and before each of its threads: kills the process just before or just after the nth write
 * of a thread, a write being a statement that changes the database or a step of writing a file.
 */
import promises from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { StatementSync } from 'node:sqlite'
import threads from 'node:worker_threads'

const last = Number(process.env.COLOPHON_E2E_KILL_AT)
const counted = globalThis as { colophonWrites?: number }
counted.colophonWrites = 0

/** Whether this is the moment; odd numbers die before the write, even ones after it. */
const now = (): boolean => ++counted.colophonWrites! === last
const die = (): void => void process.kill(process.pid, 'SIGKILL')

function wrap<T extends object, K extends keyof T>(target: T, name: K): void {
  const method = target[name] as (...args: unknown[]) => unknown
  target[name] = function (this: unknown, ...args: unknown[]) {
    const last = now()
    if (last && counted.colophonWrites! % 2) die()
    const result = method.apply(this, args)
    if (!last) return result
    if (!(result instanceof Promise)) die()
    return (result as Promise<unknown>).finally(die)
  } as T[K]
}

wrap(StatementSync.prototype, 'run')
for (const name of ['open', 'rename', 'mkdir', 'rm'] as const) wrap(promises, name)
const handle = await promises.open(import.meta.filename)
const prototype = Object.getPrototypeOf(handle)
await handle.close()
for (const name of ['write', 'sync', 'close'] as const) wrap(prototype, name)
threads.Worker = class extends threads.Worker {
  constructor(file: string | URL, options: threads.WorkerOptions = {}) {
    super(file, { ...options, execArgv: [...(options.execArgv ?? []), '--import', import.meta.filename] })
  }
}
syncBuiltinESMExports()
counted.colophonWrites = 0
