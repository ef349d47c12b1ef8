/** The types of elements that can be given and taken. */
export type TensorType = keyof typeof arrays

/** Elements of a tensor in row-major order. Truth values are bytes, 0 or 1. */
export type TensorData =
  | Float32Array
  | Float64Array
  | Float16Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | BigInt64Array
  | BigUint64Array
  | readonly string[]

/** A multidimensional array. */
export interface Tensor<T extends TensorData = TensorData> {
  readonly type: TensorType
  readonly dims: readonly number[]
  readonly data: T
}

/**
 * What a run takes: elements with their shape, or the elements alone where the model leaves at most one dimension open. `type` is
 * checked when given. The elements must stay as they are until the run has ended.
 */
export type TensorInput =
  | { readonly data: TensorData; readonly dims: readonly number[]; readonly type?: TensorType }
  | TensorData

/** The arrays that hold each type. */
export const arrays = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Float16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
  bool: Uint8Array,
  string: Array,
} as const

export const isTensorType = (type: string): type is TensorType => Object.hasOwn(arrays, type)

/** What something given for a tensor is called in messages: `an Int32Array`, `a list`. */
export function givenName(data: unknown): string {
  if (Array.isArray(data)) return 'a list'
  if (!ArrayBuffer.isView(data)) return data === undefined ? 'nothing' : `a ${typeof data}`
  const { name } = data.constructor
  return `${name.startsWith('I') ? 'an' : 'a'} ${name}`
}
