/** Small ONNX models made in code, for tests. Fields are numbered as in onnx.proto. */
import { typeNumber } from '../onnx/element-types.ts'
import { bytesField, floatField, intField, messageField, textField } from '../protobuf/encode.ts'

export type Dims = readonly (number | string)[]
type ElementType = keyof typeof elementTypes

const elementTypes = { ...typeNumber, uint8: 2, string: 8, bool: 9, float64: 11 } as const

/** An initializer, its bytes as they lie in memory (little-endian). */
export const weights = (
  name: string,
  dims: readonly number[],
  data: ArrayBufferView,
  type: ElementType = 'float32',
): Uint8Array =>
  fields(
    ...dims.map((dim) => intField(1, dim)),
    intField(2, elementTypes[type]),
    textField(8, name),
    bytesField(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  )

/** An initializer whose bytes lie in another file. */
export const outsideWeights = (
  name: string,
  dims: readonly number[],
  entries: Readonly<Record<string, string>>,
): Uint8Array =>
  fields(
    ...dims.map((dim) => intField(1, dim)),
    intField(2, elementTypes.float32),
    textField(8, name),
    ...Object.entries(entries).map(([key, value]) => messageField(13, [textField(1, key), textField(2, value)])),
    intField(14, 1),
  )

const fields = (...parts: Uint8Array[]): Uint8Array => Buffer.concat(parts)

/** Attributes of a node, by type: whole numbers are ints, `{ float }` a float, lists ints, bytes a tensor. */
type AttributeValue =
  | number
  | { readonly float: number }
  | readonly number[]
  | { readonly graph: Uint8Array }
  | Uint8Array

const attribute = (name: string, value: AttributeValue): Uint8Array => {
  const named = textField(1, name)
  if (typeof value === 'number') return fields(named, intField(3, value), intField(20, 2))
  if (value instanceof Uint8Array) return fields(named, bytesField(5, value), intField(20, 4))
  if ('float' in value) return fields(named, floatField(2, value.float), intField(20, 1))
  if ('graph' in value) return fields(named, bytesField(6, value.graph), intField(20, 5))
  return fields(named, ...value.map((item) => intField(8, item)), intField(20, 7))
}

export const node = (
  operator: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Readonly<Record<string, AttributeValue>> = {},
  domain = '',
): Uint8Array =>
  fields(
    ...inputs.map((input) => textField(1, input)),
    ...outputs.map((output) => textField(2, output)),
    textField(3, `${operator} ${outputs[0]}`),
    textField(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytesField(5, attribute(name, value))),
    ...(domain ? [textField(7, domain)] : []),
  )

/** An input or output. */
export const value = (name: string, dims: Dims, type: ElementType = 'float32'): Uint8Array =>
  fields(
    textField(1, name),
    messageField(2, [
      messageField(1, [
        intField(1, elementTypes[type]),
        messageField(
          2,
          dims.map((dim) => messageField(1, [typeof dim === 'number' ? intField(1, dim) : textField(2, dim)])),
        ),
      ]),
    ]),
  )

/** An input or output that is a sequence of single-precision tensors. */
export const sequence = (name: string): Uint8Array =>
  fields(
    textField(1, name),
    messageField(2, [messageField(4, [messageField(1, [messageField(1, [intField(1, elementTypes.float32)])])])]),
  )

export interface GraphParts {
  readonly nodes: readonly Uint8Array[]
  readonly inputs: readonly Uint8Array[]
  readonly outputs: readonly Uint8Array[]
  readonly weights?: readonly Uint8Array[]
}

export const graph = ({ nodes, inputs, outputs, weights: initializers = [] }: GraphParts): Uint8Array =>
  fields(
    ...nodes.map((part) => bytesField(1, part)),
    textField(2, 'main'),
    ...initializers.map((part) => bytesField(5, part)),
    ...inputs.map((part) => bytesField(11, part)),
    ...outputs.map((part) => bytesField(12, part)),
  )

export interface ModelParts extends GraphParts {
  readonly opset?: number
  readonly irVersion?: number
  readonly metadata?: Readonly<Record<string, string>>
  readonly domains?: Readonly<Record<string, number>>
}

/** The bytes of an .onnx file. */
export const onnxFile = ({
  opset = 17,
  irVersion = 8,
  metadata = {},
  domains = {},
  ...parts
}: ModelParts): Uint8Array =>
  fields(
    intField(1, irVersion),
    textField(2, 'colophon tests'),
    textField(3, '1.2'),
    intField(5, 3),
    bytesField(7, graph(parts)),
    messageField(8, [textField(1, ''), intField(2, opset)]),
    ...Object.entries(domains).map(([domain, version]) =>
      messageField(8, [textField(1, domain), intField(2, version)]),
    ),
    ...Object.entries(metadata).map(([key, text]) => messageField(14, [textField(1, key), textField(2, text)])),
  )
