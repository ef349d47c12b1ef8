import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import { ColophonError } from '@colophon/core'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/** Scratch files that this process is writing. */
const open = new Set<string>()

/**
 * A file that is seen under its name only when it is whole: it is written under another name beside it and renamed. When it is
 * given up, or the process is ended by a signal or by its own exit, it is removed.
 */
export class PartialFile implements AsyncDisposable {
  /** Where to write. */
  readonly path: string
  readonly #target: string
  #done = false

  private constructor(target: string) {
    this.#target = target
    this.path = join(dirname(target), `.colophon-${randomUUID()}.part`)
    if (open.size === 0) watch()
    open.add(this.path)
  }

  /**
   * @param target the name that the file is to have in the end; a file of that name is replaced then
   * @throws ColophonError FILE_NOT_FOUND, FILE_IS_DIRECTORY
   */
  static async for(target: string): Promise<PartialFile> {
    const path = resolve(target)
    const folder = await stat(dirname(path)).catch((error) => {
      throw new ColophonError('FILE_NOT_FOUND', { path: dirname(path) }, { cause: error })
    })
    if (!folder.isDirectory()) throw new ColophonError('FILE_NOT_FOUND', { path })
    const there = await stat(path).catch(() => undefined)
    if (there?.isDirectory()) throw new ColophonError('FILE_IS_DIRECTORY', { path: basename(path) })
    return new PartialFile(path)
  }

  /** Gives the file its name. */
  async finish(): Promise<void> {
    await rename(this.path, this.#target)
    this.#done = true
    this.#forget()
  }

  /** Removes the file, unless it was finished. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#done) return
    this.#done = true
    await rm(this.path, { force: true })
    this.#forget()
  }

  #forget(): void {
    open.delete(this.path)
    if (open.size === 0) unwatch()
  }
}

function removeAll(): void {
  for (const path of open) rmSync(path, { force: true })
  open.clear()
}

/** A program that listens to the signal itself decides what becomes of it; else it ends the process, as it would have. */
function interrupted(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return
  removeAll()
  unwatch()
  process.kill(process.pid, signal)
}

function watch(): void {
  process.on('exit', removeAll)
  // Before the program's own listeners: those that listen once would not be counted any more.
  for (const signal of signals) process.prependListener(signal, interrupted)
}

function unwatch(): void {
  process.off('exit', removeAll)
  for (const signal of signals) process.off(signal, interrupted)
}
