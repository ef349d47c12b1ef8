import { Worker } from 'node:worker_threads'
import { ColophonError, type ErrorCode, reasonOf, toColophonError } from '../errors.ts'

/** A question to a thread. */
export interface Request<Q> {
  readonly id: number
  readonly question: Q
}

/** A thread's answer, or its error in a form that survives the way. */
export type Reply =
  | { readonly id: number; readonly answer: unknown }
  | { readonly id: number; readonly code: ErrorCode; readonly details: never }

/** The reply to a request, from what answers it. */
export async function replyTo<Q>({ id, question }: Request<Q>, answer: (question: Q) => unknown): Promise<Reply> {
  try {
    return { id, answer: await answer(question) }
  } catch (thrown) {
    const { code, details } = toColophonError(thrown)
    return { id, code, details: details as never }
  }
}

/** A thread that answers questions. While it owes no answer it does not keep the process alive. */
export class Thread<Q> {
  readonly #worker: Worker
  readonly #path: string
  readonly #waiting = new Map<number, { resolve: (answer: never) => void; reject: (error: unknown) => void }>()
  #last = 0
  #dead: ColophonError | undefined

  /**
   * @param name of the file beside this one, without its extension
   * @param path of the store, for messages
   */
  constructor(name: string, path: string, workerData: unknown) {
    // The emitted JavaScript has another extension than the source.
    const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
    this.#path = path
    // The flags of the process (--eval, --input-type, a test runner's) are not for this file.
    this.#worker = new Worker(new URL(`./${name}${extension}`, import.meta.url), { workerData, execArgv: [] })
    this.#worker.unref()
    this.#worker.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id)
      this.#waiting.delete(reply.id)
      if (this.#waiting.size === 0) this.#worker.unref()
      if ('code' in reply) waiting?.reject(new ColophonError(reply.code, reply.details))
      else waiting?.resolve(reply.answer as never)
    })
    this.#worker.on('error', (error) => this.#die(reasonOf(error)))
    this.#worker.on('exit', () => this.#die('its thread has ended'))
  }

  ask<T>(question: Q): Promise<T> {
    if (this.#dead) return Promise.reject(this.#dead)
    const id = ++this.#last
    this.#worker.ref()
    this.#worker.postMessage({ id, question } satisfies Request<Q>)
    return new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
  }

  #die(why: string): void {
    this.#dead ??= new ColophonError('STORE_FAILED', { path: this.#path, why })
    for (const { reject } of this.#waiting.values()) reject(this.#dead)
    this.#waiting.clear()
  }

  async end(): Promise<void> {
    this.#dead ??= new ColophonError('STORE_CLOSED', {})
    await this.#worker.terminate()
  }
}
