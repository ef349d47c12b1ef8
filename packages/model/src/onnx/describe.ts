import { tensorBytes, tensorElements } from './check-tensor.ts'
import { typeName } from './element-types.ts'
import { externalParts } from './external-parts.ts'
import type { Model, TensorType, Type, Value } from './schema.ts'
import { nodesOf, tensorsOf } from './tensors.ts'

/** An input or output as the model declares it. */
export interface ValueDescription {
  readonly name: string
  /** `float32`, `int64`, `sequence of float32`, … */
  readonly type: string
  /** Sizes, or the names of those that vary (`?` where they have none); absent where the model does not say. */
  readonly shape?: readonly (number | string)[]
}

/** What is in a model file. */
export interface ModelDescription {
  readonly irVersion: number
  /** Versions of the operator sets by domain; the standard one is `ai.onnx`. */
  readonly opsets: Readonly<Record<string, number>>
  readonly producer: string
  readonly producerVersion: string
  readonly domain: string
  readonly modelVersion: number
  readonly description: string
  readonly graph: string
  readonly metadata: Readonly<Record<string, string>>
  readonly inputs: readonly ValueDescription[]
  readonly outputs: readonly ValueDescription[]
  /** Nodes by operator, the most frequent first; those of inner graphs and functions too. */
  readonly operators: Readonly<Record<string, number>>
  readonly nodes: number
  /** Elements of all weights. */
  readonly parameters: number
  /** Bytes of all weights, wherever they lie. */
  readonly weightBytes: number
  /** Elements of the weights by their type. */
  readonly weightTypes: Readonly<Record<string, number>>
  /** Other files that hold weights, and how many bytes of them are used. */
  readonly externalFiles: Readonly<Record<string, number>>
}

/** The name under which the standard operator set is shown; in files it is empty. */
export const standardDomain = 'ai.onnx'

const ofTensor = ({ elementType, shape }: TensorType): Omit<ValueDescription, 'name'> => ({
  type: typeName(elementType),
  ...(shape && { shape: shape.dims.map(({ value, param }) => param || (value > 0 ? value : '?')) }),
})

const typeText = (type: Type | undefined): string => {
  if (!type) return 'unknown'
  const { tensor, sequence, map, sparse, optional } = type
  if (tensor) return typeName(tensor.elementType)
  if (sequence) return `sequence of ${typeText(sequence.element)}`
  if (map) return `map of ${typeName(map.keyType)} to ${typeText(map.value)}`
  if (sparse) return `sparse ${typeName(sparse.elementType)}`
  return optional ? `optional ${typeText(optional.element)}` : 'unknown'
}

const ofValue = ({ name, type }: Value): ValueDescription => ({
  name,
  ...(type?.tensor ? ofTensor(type.tensor) : { type: typeText(type) }),
})

/** Adds up amounts under names, the largest first. */
function tally(pairs: Iterable<readonly [name: string, amount: number]>): Record<string, number> {
  const sums = new Map<string, number>()
  for (const [name, amount] of pairs) sums.set(name, (sums.get(name) ?? 0) + amount)
  return Object.fromEntries([...sums].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)))
}

const qualified = (domain: string, operator: string): string =>
  domain === '' || domain === standardDomain ? operator : `${domain}.${operator}`

/**
 * What is in a model.
 *
 * @param name the file as errors call it
 * @throws ColophonError MODEL_EXTERNAL_DATA when it names a file outside its folder
 */
export function describe(model: Model, name: string): ModelDescription {
  const graph = model.graph!
  const weights = [...tensorsOf(model)].filter(({ weight }) => weight).map(({ tensor }) => tensor)
  const constants = new Set(graph.initializers.map((tensor) => tensor.name))
  const nodes = [...nodesOf(model)]
  return {
    irVersion: model.irVersion,
    opsets: Object.fromEntries(model.operatorSets.map(({ domain, version }) => [domain || standardDomain, version])),
    producer: model.producerName,
    producerVersion: model.producerVersion,
    domain: model.domain,
    modelVersion: model.modelVersion,
    description: model.description,
    graph: graph.name,
    metadata: Object.fromEntries(model.metadata.map(({ key, value }) => [key, value])),
    // Before IR version 4 every initializer was listed among the inputs as well.
    inputs: graph.inputs.filter((value) => !constants.has(value.name)).map(ofValue),
    outputs: graph.outputs.map(ofValue),
    operators: tally(nodes.map(({ domain, operator }) => [qualified(domain, operator), 1])),
    nodes: nodes.length,
    parameters: weights.reduce((sum, tensor) => sum + tensorElements(tensor), 0),
    weightBytes: weights.reduce((sum, tensor) => sum + (tensorBytes(tensor) ?? 0), 0),
    weightTypes: tally(weights.map((tensor) => [typeName(tensor.dataType), tensorElements(tensor)])),
    externalFiles: tally(externalParts(model, name).map(({ file, length }) => [file, length])),
  }
}
