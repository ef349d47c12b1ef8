import { damaged } from '../failures.ts'
import { limits } from '../limits.ts'
import type { Span } from '../protobuf/decode.ts'
import { typeBits, typeName } from './element-types.ts'
import type { Tensor } from './schema.ts'

const called = ({ name }: Tensor): string => (name ? `the tensor "${name}"` : 'a tensor')

/** Elements of a shape; undefined where it is none. */
function elementsOf(dims: readonly number[]): number | undefined {
  if (dims.some((dim) => dim < 0)) return undefined
  const count = dims.reduce((product, dim) => product * dim, 1)
  return Number.isSafeInteger(count) ? count : undefined
}

/** Elements that a tensor has by its shape. Good for tensors that {@link checkTensor} has passed. */
export const tensorElements = ({ dims }: Tensor): number => dims.reduce((product, dim) => product * dim, 1)

/** Bytes that a tensor takes in `raw_data` or an external file; undefined for text and types that are not known. */
export function tensorBytes(tensor: Tensor): number | undefined {
  const bits = typeBits(tensor.dataType)
  return bits === undefined ? undefined : Math.ceil((tensorElements(tensor) * bits) / 8)
}

const total = (spans: readonly Span[]): number => spans.reduce((sum, { length }) => sum + length, 0)

/**
 * Checks that a tensor has the data that its shape and type ask for, so that a shape alone never makes anyone allocate memory.
 *
 * @throws ColophonError MODEL_DAMAGED
 */
export function checkTensor(tensor: Tensor, model: string): void {
  const { dims, dataType } = tensor
  const wrong = (why: string) => damaged(model, `${called(tensor)} ${why}`)
  if (dims.length > limits.rank) throw wrong(`has ${dims.length} dimensions`)
  const elements = elementsOf(dims)
  if (elements === undefined) throw wrong(`has the impossible shape [${dims.join(', ')}]`)
  if (tensor.dataLocation === 1) {
    if (!tensor.externalData.some(({ key, value }) => key === 'location' && value))
      throw wrong('lies in another file that it does not name')
    return
  }
  const held = heldBytes(tensor)
  const wanted = tensorBytes(tensor)
  const said = `is ${typeName(dataType)} of shape [${dims.join(', ')}]`
  if (held.exact !== undefined && wanted !== undefined && held.exact !== wanted)
    throw wrong(`${said}, which is ${wanted} bytes, and has ${held.exact}`)
  // Each element of the other fields takes at least a byte, except that several of less than a byte share one.
  if (held.exact === undefined && held.least * 8 < elements * Math.min(8, typeBits(dataType) ?? 8))
    throw wrong(`${said}, and has data for fewer elements`)
}

/** Bytes of a tensor's data where its field tells them, or how many elements of a byte or more it can hold. */
function heldBytes(tensor: Tensor): { exact: number } | { exact?: undefined; least: number } {
  const { rawData, floatData, doubleData, int32Data, int64Data, uint64Data, stringData } = tensor
  if (rawData) return { exact: rawData.length }
  if (floatData.length > 0) return { exact: total(floatData) }
  if (doubleData.length > 0) return { exact: total(doubleData) }
  return { least: total(int32Data) + total(int64Data) + total(uint64Data) + stringData.length }
}
