import { ColophonError } from '@colophon/core'
import { type Examined, examine } from './examine.ts'
import { unsupported } from './failures.ts'
import { Model } from './model.ts'
import { type Deviation, measureDeviation, worstOf } from './precision/deviation.ts'
import { halfOf } from './precision/half-file.ts'
import { type SampleOptions, sampleInputs } from './sample-inputs.ts'
import type { SessionOptions } from './session/options.ts'
import { Session } from './session/session.ts'
import type { ModelSource } from './source.ts'
import type { TensorInput } from './tensor.ts'

type Inputs = Readonly<Record<string, TensorInput>>

/** Precision of the weights. */
export type Precision = 'fp32' | 'fp16' | 'auto'

/** How a model is loaded. */
export interface LoadOptions extends SessionOptions {
  /**
   * `fp32` takes the weights as they are. `fp16` rounds single-precision weights to half precision and computes in single; a model
   * without such weights stays as it is. `auto` does so if the results then deviate no more than `tolerance`, and measures that on `samples`. Default `fp32`.
   */
  readonly precision?: Precision
  /** The largest relative RMSE of any output that `auto` accepts. Default 0.005. */
  readonly tolerance?: number
  /** Inputs on which the deviation of `fp16` and `auto` is measured. `auto` makes some up where there are none. */
  readonly samples?: readonly Inputs[]
  /** Runs before the model is given out, so that the first real one is as fast as the rest. Default 0. */
  readonly warmUp?: number | ({ readonly runs: number; readonly inputs?: Inputs } & SampleOptions)
  /** Given up while loading: the model is not loaded. */
  readonly signal?: AbortSignal
}

/** The largest relative RMSE that `auto` accepts where nothing else is said. */
const defaultTolerance = 0.005

/** Compiled parts of a graph, which name files of their own. */
const compiled = 'com.microsoft.EPContext'

/** See `loadModel` of door.ts. */
export async function load(source: ModelSource, options: LoadOptions): Promise<Model> {
  return loadExamined(source, await examine(source, options.signal), options)
}

/** Loads a model that was examined. */
export async function loadExamined(source: ModelSource, examined: Examined, options: LoadOptions): Promise<Model> {
  const { signal } = options
  signal?.throwIfAborted()
  if (compiled in examined.description.operators)
    throw unsupported(examined.source.name, `it holds compiled parts (${compiled}); export it without them`)
  const model = await inPrecision(examined, options)
  try {
    // What was loaded must be what was hashed, or results would be stored under the key of another model.
    if (!('bytes' in examined.source) && (await examine(source, signal)).digest !== examined.digest)
      throw new ColophonError('MODEL_CHANGED', { name: examined.source.name })
    await warmUp(model, options)
    signal?.throwIfAborted()
    return model
  } catch (error) {
    await model.dispose()
    throw error
  }
}

async function inPrecision(examined: Examined, options: LoadOptions): Promise<Model> {
  const { precision = 'fp32', samples, tolerance = defaultTolerance, signal } = options
  const { source } = examined
  const open = (content: string | Uint8Array) => Session.open(content, source.name, options)
  const whole = () => open('bytes' in source ? source.bytes : source.path)
  if (precision === 'fp32') return modelOf(await whole(), examined, 'fp32')
  const half = await halfOf(examined)
  signal?.throwIfAborted()
  if (half.converted === 0) return modelOf(await whole(), examined, 'fp32')
  if (precision === 'fp16' && !samples) return modelOf(await open(half.bytes), examined, 'fp16')
  const opened: Session[] = []
  let chosen: Session | undefined
  try {
    for (const content of [() => open(half.bytes), whole]) opened.push(await content())
    const [rounded, reference] = opened as [Session, Session]
    const [found, wanted] = [modelOf(rounded, examined, 'fp16'), modelOf(reference, examined, 'fp32')]
    const deviation = await measureDeviation(found, wanted, samples ?? [sampleInputs(wanted.inputs)], signal)
    const accepted = precision === 'fp16' || worstOf(deviation) <= tolerance
    chosen = accepted ? rounded : reference
    return modelOf(chosen, examined, accepted ? 'fp16' : 'fp32', deviation)
  } finally {
    for (const session of opened) if (session !== chosen) await session.close()
  }
}

function modelOf(session: Session, examined: Examined, precision: 'fp32' | 'fp16', deviation?: Deviation): Model {
  const { source, digest, description } = examined
  return new Model(session, { name: source.name, digest, description, precision, deviation }, () => session.close())
}

async function warmUp(model: Model, { warmUp = 0, signal }: LoadOptions): Promise<void> {
  const { runs, inputs, ...sample } = typeof warmUp === 'number' ? { runs: warmUp, inputs: undefined } : warmUp
  if (runs === 0) return
  const given = inputs ?? sampleInputs(model.inputs, sample)
  for (let run = 0; run < runs; run++) await model.run(given, signal ? { signal } : {})
}
