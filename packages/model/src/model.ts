import { ColophonError } from '@colophon/core'
import type { InferenceSession, Tensor as NativeTensor } from 'onnxruntime-node'
import { type CheckInput, inputCheck, unknownInput } from './check-input.ts'
import { unsupported } from './failures.ts'
import type { ModelDescription, ValueDescription } from './onnx/describe.ts'
import type { Deviation } from './precision/deviation.ts'
import type { Fallback, Provider } from './session/providers.ts'
import type { Runtime } from './session/runtime.ts'
import type { Session } from './session/session.ts'
import { isTensorType, type Tensor, type TensorData, type TensorInput } from './tensor.ts'

/** Options of one run. */
export interface RunOptions {
  /** Ends a run that has not begun; one that has begun cannot be stopped. */
  readonly signal?: AbortSignal
  /** The outputs that are wanted; what only others need is not computed. Default: all. */
  readonly outputs?: readonly string[]
}

/** What is known of a model that was loaded, beside its session. */
export interface Loaded {
  /** As errors call it. */
  readonly name: string
  readonly digest: string
  readonly description: ModelDescription
  readonly precision: 'fp32' | 'fp16'
  readonly deviation: Deviation | undefined
}

/**
 * A model that is loaded and can be run.
 *
 * @example
 * await using model = await loadModel('classes.onnx')
 * const { scores } = await model.run({ image: { data: pixels, dims: [1, 3, 224, 224] } })
 */
export class Model implements AsyncDisposable {
  /** The file as errors call it. */
  readonly name: string
  /** Of the file and of the other files that hold its weights; the same for the same model wherever it lies. */
  readonly digest: string
  /** What is in the file: operator sets, producer, metadata, weights. */
  readonly description: ModelDescription
  /** `fp16` when the weights were rounded to half precision. */
  readonly precision: 'fp32' | 'fp16'
  /** How far the results lie from those in single precision, where that was measured. */
  readonly deviation: Deviation | undefined
  readonly inputs: readonly ValueDescription[]
  readonly outputs: readonly ValueDescription[]
  readonly #session: Session
  readonly #checks: ReadonlyMap<string, CheckInput>
  readonly #outputNames: readonly string[]
  readonly #release: () => Promise<void>
  #closing: Promise<void> | undefined

  /** @internal @param release what is done when the model is no longer needed */
  constructor(session: Session, facts: Loaded, release: () => Promise<void>) {
    this.name = facts.name
    this.digest = facts.digest
    this.description = facts.description
    this.precision = facts.precision
    this.deviation = facts.deviation
    this.#session = session
    this.#release = release
    const { inputMetadata, outputMetadata } = session.native
    this.inputs = inputMetadata.map((found) => valueFrom(found, facts.description.inputs))
    this.outputs = outputMetadata.map((found) => valueFrom(found, facts.description.outputs))
    this.#checks = new Map(this.inputs.map((input) => [input.name, inputCheck(input, this.name)]))
    this.#outputNames = this.outputs.filter(({ type }) => isTensorType(type)).map(({ name }) => name)
  }

  /** Where the model is computed. */
  get provider(): Provider {
    return this.#session.provider
  }

  /** Providers that were wanted before {@link provider} and could not be had, and why. */
  get fallbacks(): readonly Fallback[] {
    return this.#session.fallbacks
  }

  /**
   * Runs the model once. Several runs may be asked for at a time; they take place one after another, and each occupies the thread
   * until it is done.
   *
   * @param inputs every input by its name
   * @returns the outputs by their names, those that are no tensors left out
   * @throws ColophonError MODEL_INPUT_INVALID, MODEL_OUTPUT_UNKNOWN, MODEL_RUN_FAILED, MODEL_CLOSED; the reason of `signal`
   */
  async run(inputs: Readonly<Record<string, TensorInput>>, options: RunOptions = {}): Promise<Record<string, Tensor>> {
    options.signal?.throwIfAborted()
    if (this.#closing) throw new ColophonError('MODEL_CLOSED', { name: this.name })
    const feeds = this.#feeds(inputs)
    const found = await this.#session.run(feeds, this.#fetches(options.outputs), options.signal)
    const outputs: Record<string, Tensor> = {}
    for (const name in found) outputs[name] = fromNative(found[name]!)
    return outputs
  }

  #feeds(inputs: Readonly<Record<string, TensorInput>>): Record<string, NativeTensor> {
    for (const name in inputs)
      if (!this.#checks.has(name)) throw unknownInput(this.name, name, [...this.#checks.keys()])
    const feeds: Record<string, NativeTensor> = {}
    for (const [name, check] of this.#checks) feeds[name] = toNative(this.#session.runtime, check(inputs[name]))
    return feeds
  }

  #fetches(wanted: readonly string[] | undefined): readonly string[] {
    if (!wanted) return this.#outputNames
    for (const output of wanted) {
      if (this.#outputNames.includes(output)) continue
      const other = this.outputs.find(({ name }) => name === output)
      if (other)
        throw unsupported(this.name, `its output "${output}" is a ${other.type}, which cannot be read from here`)
      const known = this.#outputNames.join(', ')
      throw new ColophonError('MODEL_OUTPUT_UNKNOWN', { name: this.name, output, known })
    }
    return wanted
  }

  /** @internal The same session as a model of its own, under the name by which this user knows the file. */
  share(name: string, release: () => Promise<void>): Model {
    const { digest, description, precision, deviation } = this
    return new Model(this.#session, { name, digest, description, precision, deviation }, release)
  }

  /** Lets the runs end that have been asked for, then frees the memory. Doing it again does nothing. */
  dispose(): Promise<void> {
    this.#closing ??= this.#release()
    return this.#closing
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose()
  }
}

type Metadata = InferenceSession.ValueMetadata

/** An input or output as ONNX Runtime sees it: it may know more of shapes than the file says. What is no tensor only the file tells. */
function valueFrom(found: Metadata, declared: readonly ValueDescription[]): ValueDescription {
  const said = declared.find(({ name }) => name === found.name)
  if (!found.isTensor) return said ?? { name: found.name, type: 'unknown' }
  // A shape that the file leaves out looks to the runtime like that of a scalar.
  if (said && !said.shape && found.shape.length === 0) return { name: found.name, type: found.type }
  return { name: found.name, type: found.type, shape: found.shape.map((size) => size || '?') }
}

function toNative({ Tensor: Native }: Runtime, { type, dims, data }: Tensor): NativeTensor {
  if (type !== 'float16') return new Native(type as 'float32', data as Float32Array, dims)
  // The binding knows nothing of Float16Array and wants the bits; the constructor insists on Float16Array.
  const { buffer, byteOffset, length } = data as Float16Array
  const bits = new Native('uint16', new Uint16Array(buffer as ArrayBuffer, byteOffset, length), dims)
  Object.defineProperty(bits, 'type', { value: 'float16' })
  return bits
}

const fromNative = ({ type, dims, data }: NativeTensor): Tensor => ({
  type: type as Tensor['type'],
  dims,
  data: data as TensorData,
})
