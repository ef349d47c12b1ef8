import { ColophonError } from '@colophon/core'
import type { InferenceSession } from 'onnxruntime-node'
import { nativeOptions, providersOf, type SessionOptions } from './options.ts'
import { type Fallback, type Provider, providerProblem } from './providers.ts'
import { loadFailure, plainReason } from './reasons.ts'
import { loadRuntime, type Runtime } from './runtime.ts'

type Values = InferenceSession.FeedsType
type Outputs = InferenceSession.ReturnType

/** A session of ONNX Runtime, with runs one after another. */
export class Session {
  readonly runtime: Runtime
  readonly native: InferenceSession
  readonly provider: Provider
  readonly fallbacks: readonly Fallback[]
  readonly #name: string
  #last: Promise<unknown> | undefined

  private constructor(
    runtime: Runtime,
    native: InferenceSession,
    provider: Provider,
    fallbacks: Fallback[],
    name: string,
  ) {
    this.runtime = runtime
    this.native = native
    this.provider = provider
    this.fallbacks = fallbacks
    this.#name = name
  }

  /**
   * @param model the path of a file, or the bytes of one
   * @throws ColophonError MODEL_RUNTIME_MISSING, MODEL_PROVIDER_MISSING, MODEL_UNSUPPORTED, MODEL_DAMAGED
   */
  static async open(model: string | Uint8Array, name: string, options: SessionOptions): Promise<Session> {
    const runtime = await loadRuntime()
    const fallbacks: Fallback[] = []
    for (const provider of providersOf(options)) {
      const problem = providerProblem(provider, runtime)
      if (problem) {
        fallbacks.push({ provider, why: problem })
        continue
      }
      try {
        const native = await runtime.InferenceSession.create(model as string, nativeOptions(provider, options))
        return new Session(runtime, native, provider, fallbacks, name)
      } catch (error) {
        if (provider === 'cpu') throw loadFailure(name, error)
        fallbacks.push({ provider, why: plainReason(error) })
      }
    }
    throw new ColophonError('MODEL_PROVIDER_MISSING', fallbacks[0]!)
  }

  /**
   * Runs the model. It occupies the thread: nothing else happens until it is done, and a run that has begun cannot be stopped.
   * Runs that wait for their turn can.
   *
   * @throws ColophonError MODEL_RUN_FAILED, and the reason of the signal
   */
  run(feeds: Values, outputs: readonly string[], signal?: AbortSignal): Promise<Outputs> {
    const before = this.#last
    const running = before ? before.then(() => this.#run(feeds, outputs, signal)) : this.#run(feeds, outputs, signal)
    const settled = running.then(ignore, ignore)
    this.#last = settled
    settled.then(() => {
      if (this.#last === settled) this.#last = undefined
    })
    return running
  }

  async #run(feeds: Values, outputs: readonly string[], signal: AbortSignal | undefined): Promise<Outputs> {
    signal?.throwIfAborted()
    try {
      return await this.native.run(feeds, outputs)
    } catch (error) {
      throw new ColophonError('MODEL_RUN_FAILED', { name: this.#name, why: plainReason(error) }, { cause: error })
    }
  }

  /** Lets the runs end that have been asked for, then frees the memory. */
  async close(): Promise<void> {
    await this.#last
    await this.native.release()
  }
}

const ignore = (): void => undefined
