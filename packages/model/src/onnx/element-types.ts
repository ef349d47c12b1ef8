/**
 * The element types of tensors by their number in `TensorProto.DataType` (onnx.proto, IR version 13), under the names that
 * onnxruntime uses, and how many bits an element takes in `raw_data`.
 */
const table: readonly (readonly [name: string, bits: number] | undefined)[] = [
  undefined,
  ['float32', 32],
  ['uint8', 8],
  ['int8', 8],
  ['uint16', 16],
  ['int16', 16],
  ['int32', 32],
  ['int64', 64],
  ['string', 0],
  ['bool', 8],
  ['float16', 16],
  ['float64', 64],
  ['uint32', 32],
  ['uint64', 64],
  ['complex64', 64],
  ['complex128', 128],
  ['bfloat16', 16],
  ['float8e4m3fn', 8],
  ['float8e4m3fnuz', 8],
  ['float8e5m2', 8],
  ['float8e5m2fnuz', 8],
  ['uint4', 4],
  ['int4', 4],
  ['float4e2m1', 4],
  ['float8e8m0', 8],
  ['uint2', 2],
  ['int2', 2],
]

/** Numbers of the types that are written. */
export const typeNumber = { float32: 1, int32: 6, int64: 7, float16: 10 } as const

/** The name of an element type; `type 99` where the number is not known. */
export const typeName = (number: number): string => table[number]?.[0] ?? `type ${number}`

/** Bits of an element; undefined where the number is not known or, as with text, elements differ in size. */
export const typeBits = (number: number): number | undefined => table[number]?.[1] || undefined
