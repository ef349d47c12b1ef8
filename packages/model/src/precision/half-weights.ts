import { typeNumber } from '../onnx/element-types.ts'
import type { Graph, Tensor } from '../onnx/schema.ts'
import { bytesField, intField, join, messageField, textField } from '../protobuf/encode.ts'
import { fieldsOf } from '../protobuf/fields.ts'

/**
 * Smaller tensors stay in single precision: there is nothing to gain, and among them are the scales, bounds and exponents to which
 * results are most sensitive.
 */
const fewestElements = 256

/** The largest number that half precision holds (IEEE 754 binary16). */
const largestHalf = 65504

/** Numbers of the fields of onnx.proto that are written. */
const field = {
  model: { graph: 7 },
  graph: { node: 1, initializer: 5 },
  node: { input: 1, output: 2, name: 3, operator: 4, attribute: 5 },
  attribute: { name: 1, int: 3, type: 20 },
  tensor: { dims: 1, dataType: 2, name: 8, rawData: 9 },
} as const

const attributeTypeInt = 2

/** A model whose weights were rounded. */
export interface Halved {
  readonly bytes: Uint8Array
  /** Weights that were rounded to half precision. */
  readonly converted: number
  /** Weights of single precision that were left: too small to matter, too large for half precision, or given as inputs. */
  readonly kept: number
}

/** Single-precision numbers rounded to half precision; undefined where one of them is too large for it. */
function halved(values: Float32Array): Float16Array | undefined {
  for (const value of values) if (Math.abs(value) > largestHalf) return undefined
  return Float16Array.from(values)
}

const tensorField = (name: string, dims: readonly number[], type: number, data: Uint8Array): Uint8Array =>
  messageField(field.graph.initializer, [
    ...dims.map((dim) => intField(field.tensor.dims, dim)),
    intField(field.tensor.dataType, type),
    textField(field.tensor.name, name),
    bytesField(field.tensor.rawData, data),
  ])

/** A node that makes single precision of half precision. */
const castField = (from: string, to: string): Uint8Array =>
  messageField(field.graph.node, [
    textField(field.node.input, from),
    textField(field.node.output, to),
    textField(field.node.name, `${from} to single`),
    textField(field.node.operator, 'Cast'),
    messageField(field.node.attribute, [
      textField(field.attribute.name, 'to'),
      intField(field.attribute.int, typeNumber.float32),
      intField(field.attribute.type, attributeTypeInt),
    ]),
  ])

const unused = (wanted: string, taken: ReadonlySet<string>): string => {
  let name = wanted
  for (let count = 2; taken.has(name); count++) name = `${wanted} ${count}`
  return name
}

/** The numbers of a tensor whose bytes may lie anywhere. */
const floats = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer)

/**
 * Rewrites a model so that its large single-precision weights are kept in half precision, each with a `Cast` back to single that
 * ONNX Runtime computes once while loading. The graph computes in single precision as before, on any provider; what changes are
 * the size of the file and the rounding of the weights. Weights of inner graphs stay as they are.
 *
 * @param file the bytes of the model
 * @param graph what is in it
 * @param external the bytes of a weight that lies in another file; it is taken into the model
 */
export async function halfWeights(
  file: Uint8Array,
  graph: Graph,
  external: (tensor: Tensor) => Promise<Uint8Array>,
): Promise<Halved> {
  const given = new Set(graph.inputs.map(({ name }) => name))
  const taken = new Set([
    ...graph.initializers.map(({ name }) => name),
    ...graph.nodes.flatMap(({ inputs, outputs }) => [...inputs, ...outputs]),
    ...given,
  ])
  const casts: Uint8Array[] = []
  let [converted, kept] = [0, 0]

  const rewritten = async (tensor: Tensor, whole: Uint8Array): Promise<Uint8Array> => {
    const { name, dims, dataType } = tensor
    const outside = tensor.dataLocation === 1
    const single = dataType === typeNumber.float32
    const large = dims.reduce((product, dim) => product * dim, 1) >= fewestElements
    const bytes = outside ? await external(tensor) : heldBytes(tensor, file)
    const half = single && large && !given.has(name) ? halved(floats(bytes)) : undefined
    if (!half) {
      if (single) kept++
      return outside ? tensorField(name, dims, dataType, bytes) : whole
    }
    converted++
    const halfName = unused(`${name} half`, taken)
    taken.add(halfName)
    casts.push(castField(halfName, name))
    return tensorField(halfName, dims, typeNumber.float16, new Uint8Array(half.buffer))
  }

  const parts: Uint8Array[] = []
  for (const modelField of fieldsOf(file)) {
    if (modelField.number !== field.model.graph) {
      parts.push(modelField.whole)
      continue
    }
    const inside: Uint8Array[] = []
    let index = 0
    for (const { number, whole } of fieldsOf(modelField.payload))
      inside.push(number === field.graph.initializer ? await rewritten(graph.initializers[index++]!, whole) : whole)
    // Nodes stand in the order in which they are computed.
    parts.push(messageField(field.model.graph, [...casts, ...inside]))
  }
  return { bytes: join(parts), converted, kept }
}

/** The bytes of a single-precision tensor within the file. */
function heldBytes({ rawData, floatData }: Tensor, file: Uint8Array): Uint8Array {
  const spans = rawData ? [rawData] : floatData
  return join(spans.map(({ start, length }) => file.subarray(start, start + length)))
}
