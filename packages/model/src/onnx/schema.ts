import type { Field, Message, Span } from '../protobuf/decode.ts'

/** The parts of onnx.proto3 (https://github.com/onnx/onnx, IR version 13) that are looked at, under their names in camel case. */

export interface Entry {
  readonly key: string
  readonly value: string
}

export interface OperatorSet {
  readonly domain: string
  readonly version: number
}

export interface Tensor {
  readonly dims: readonly number[]
  readonly dataType: number
  readonly name: string
  readonly floatData: readonly Span[]
  readonly int32Data: readonly Span[]
  readonly stringData: readonly Span[]
  readonly int64Data: readonly Span[]
  readonly doubleData: readonly Span[]
  readonly uint64Data: readonly Span[]
  readonly rawData: Span | undefined
  readonly externalData: readonly Entry[]
  /** 1: the bytes lie in another file. */
  readonly dataLocation: number
}

export interface SparseTensor {
  readonly values: Tensor | undefined
  readonly indices: Tensor | undefined
  readonly dims: readonly number[]
}

export interface Dimension {
  readonly value: number
  readonly param: string
}

export interface TensorType {
  readonly elementType: number
  readonly shape: { readonly dims: readonly Dimension[] } | undefined
}

export interface Type {
  readonly tensor: TensorType | undefined
  readonly sequence: { readonly element: Type | undefined } | undefined
  readonly map: { readonly keyType: number; readonly value: Type | undefined } | undefined
  readonly sparse: TensorType | undefined
  readonly optional: { readonly element: Type | undefined } | undefined
}

export interface Value {
  readonly name: string
  readonly type: Type | undefined
}

export interface Attribute {
  readonly name: string
  readonly i: number
  readonly tensor: Tensor | undefined
  readonly graph: Graph | undefined
  readonly tensors: readonly Tensor[]
  readonly graphs: readonly Graph[]
  readonly sparse: SparseTensor | undefined
  readonly sparses: readonly SparseTensor[]
}

export interface Node {
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly name: string
  readonly operator: string
  readonly domain: string
  readonly attributes: readonly Attribute[]
}

export interface Graph {
  readonly nodes: readonly Node[]
  readonly name: string
  readonly initializers: readonly Tensor[]
  readonly sparseInitializers: readonly SparseTensor[]
  readonly inputs: readonly Value[]
  readonly outputs: readonly Value[]
}

export interface Func {
  readonly name: string
  readonly domain: string
  readonly nodes: readonly Node[]
  /** Attributes with a default. */
  readonly attributes: readonly Attribute[]
}

export interface Model {
  readonly irVersion: number
  readonly producerName: string
  readonly producerVersion: string
  readonly domain: string
  readonly modelVersion: number
  readonly description: string
  readonly graph: Graph | undefined
  readonly operatorSets: readonly OperatorSet[]
  readonly metadata: readonly Entry[]
  readonly training: readonly { readonly initialization: Graph | undefined; readonly algorithm: Graph | undefined }[]
  readonly functions: readonly Func[]
}

type Row<T> = {
  readonly [K in keyof T]-?: readonly [number: number, kind: Field['kind']]
}

/** Fields of a message: name, number and kind; lists are named apart. */
const message = <T>(rows: Row<T>, lists: readonly (keyof T)[] = []): Message =>
  new Map(
    Object.entries<readonly [number, Field['kind']]>(rows).map(([name, [number, kind]]) => [
      number,
      { name, kind, many: lists.includes(name as keyof T) },
    ]),
  )

const entry = message<Entry>({ key: [1, 'text'], value: [2, 'text'] })

const operatorSet = message<OperatorSet>({ domain: [1, 'text'], version: [2, 'int'] })

const tensor = message<Tensor>(
  {
    dims: [1, 'int'],
    dataType: [2, 'int'],
    floatData: [4, 'span'],
    int32Data: [5, 'span'],
    stringData: [6, 'span'],
    int64Data: [7, 'span'],
    name: [8, 'text'],
    rawData: [9, 'span'],
    doubleData: [10, 'span'],
    uint64Data: [11, 'span'],
    externalData: [13, () => entry],
    dataLocation: [14, 'int'],
  },
  ['dims', 'floatData', 'int32Data', 'stringData', 'int64Data', 'doubleData', 'uint64Data', 'externalData'],
)

const sparseTensor = message<SparseTensor>(
  { values: [1, () => tensor], indices: [2, () => tensor], dims: [3, 'int'] },
  ['dims'],
)

const dimension = message<Dimension>({ value: [1, 'int'], param: [2, 'text'] })

const shape = message<{ dims: readonly Dimension[] }>({ dims: [1, () => dimension] }, ['dims'])

const tensorType = message<TensorType>({ elementType: [1, 'int'], shape: [2, () => shape] })

const element = message<{ element: Type | undefined }>({ element: [1, () => type] })

const mapType = message<NonNullable<Type['map']>>({ keyType: [1, 'int'], value: [2, () => type] })

const type: Message = message<Type>({
  tensor: [1, () => tensorType],
  sequence: [4, () => element],
  map: [5, () => mapType],
  sparse: [8, () => tensorType],
  optional: [9, () => element],
})

const value = message<Value>({ name: [1, 'text'], type: [2, () => type] })

const attribute: Message = message<Attribute>(
  {
    name: [1, 'text'],
    i: [3, 'int'],
    tensor: [5, () => tensor],
    graph: [6, () => graph],
    tensors: [10, () => tensor],
    graphs: [11, () => graph],
    sparse: [22, () => sparseTensor],
    sparses: [23, () => sparseTensor],
  },
  ['tensors', 'graphs', 'sparses'],
)

const node = message<Node>(
  {
    inputs: [1, 'text'],
    outputs: [2, 'text'],
    name: [3, 'text'],
    operator: [4, 'text'],
    attributes: [5, () => attribute],
    domain: [7, 'text'],
  },
  ['inputs', 'outputs', 'attributes'],
)

const graph: Message = message<Graph>(
  {
    nodes: [1, () => node],
    name: [2, 'text'],
    initializers: [5, () => tensor],
    inputs: [11, () => value],
    outputs: [12, () => value],
    sparseInitializers: [15, () => sparseTensor],
  },
  ['nodes', 'initializers', 'inputs', 'outputs', 'sparseInitializers'],
)

const func = message<Func>(
  { name: [1, 'text'], nodes: [7, () => node], domain: [10, 'text'], attributes: [11, () => attribute] },
  ['nodes', 'attributes'],
)

const training = message<Model['training'][number]>({ initialization: [1, () => graph], algorithm: [2, () => graph] })

/** `ModelProto`, the message that a file holds. */
export const model = message<Model>(
  {
    irVersion: [1, 'int'],
    producerName: [2, 'text'],
    producerVersion: [3, 'text'],
    domain: [4, 'text'],
    modelVersion: [5, 'int'],
    description: [6, 'text'],
    graph: [7, () => graph],
    operatorSets: [8, () => operatorSet],
    metadata: [14, () => entry],
    training: [20, () => training],
    functions: [25, () => func],
  },
  ['operatorSets', 'metadata', 'training', 'functions'],
)
