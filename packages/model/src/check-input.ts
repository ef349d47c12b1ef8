import { ColophonError, nearest } from '@colophon/core'
import type { ValueDescription } from './onnx/describe.ts'
import { arrays, givenName, isTensorType, type Tensor, type TensorInput } from './tensor.ts'

const shapeText = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`

/** Checks what is given for one input of a model, and completes its shape. */
export type CheckInput = (given: TensorInput | undefined) => Tensor

/**
 * Prepares the check of one input.
 *
 * @param model the model as errors call it
 */
export function inputCheck(spec: ValueDescription, model: string): CheckInput {
  const { name: input, type, shape } = spec
  const invalid = (why: string) => new ColophonError('MODEL_INPUT_INVALID', { name: model, input, why })
  if (!isTensorType(type))
    return () => {
      throw invalid(`it is a ${type}, which cannot be given from here`)
    }
  const array: (typeof arrays)[keyof typeof arrays] = arrays[type]
  const wanted = `${type} of shape ${shape ? shapeText(shape) : 'any'}`
  const open = shape?.filter((size) => typeof size === 'string').length
  const fixed = (shape ?? []).reduce<number>(
    (product, size) => (typeof size === 'number' ? product * size : product),
    1,
  )

  /** The shape of elements given without one. */
  const completed = (length: number): readonly number[] => {
    if (!shape || open! > 1) throw invalid(`it is ${wanted}; give { data, dims }`)
    const rest = open === 0 ? 1 : length / fixed
    if (!Number.isInteger(rest) || rest * fixed !== length) throw invalid(`${length} elements do not fill ${wanted}`)
    return shape.map((size) => (typeof size === 'number' ? size : rest))
  }

  const checkDims = (dims: readonly number[], length: number): void => {
    let product = 1
    for (const size of dims) {
      if (!Number.isSafeInteger(size) || size < 0) throw invalid(`its shape ${shapeText(dims)} is not one`)
      product *= size
    }
    if (product !== length)
      throw invalid(`its shape ${shapeText(dims)} has ${product} elements, and ${length} are given`)
    const fits =
      !shape ||
      (shape.length === dims.length && shape.every((size, axis) => typeof size === 'string' || size === dims[axis]))
    if (!fits) throw invalid(`its shape is ${shapeText(dims)}, and ${wanted} is wanted`)
  }

  return (given) => {
    if (given === undefined || given === null) throw invalid(`it is missing; ${wanted} is wanted`)
    const bare = ArrayBuffer.isView(given) || Array.isArray(given) || typeof given !== 'object'
    const {
      data,
      dims,
      type: said,
    } = bare
      ? { data: given, dims: undefined, type: undefined }
      : (given as Exclude<TensorInput, readonly string[]> & { data: Tensor['data'] } & Partial<Tensor>)
    if (said !== undefined && said !== type) throw invalid(`it is ${said}, and ${wanted} is wanted`)
    if (!(data instanceof array)) throw invalid(`it is ${givenName(data)}, and a ${array.name} is wanted (${wanted})`)
    if (type === 'string' && !(data as readonly unknown[]).every((item) => typeof item === 'string'))
      throw invalid('not all its elements are text')
    if (dims === undefined) return { type, dims: completed(data.length), data }
    if (!Array.isArray(dims)) throw invalid('it has no list of dims')
    checkDims(dims, data.length)
    return { type, dims, data }
  }
}

/** An error that says which name was not known. */
export function unknownInput(model: string, input: string, known: readonly string[]): ColophonError {
  const hint = nearest(input, known)
  const meant = hint ? ` (did you mean "${hint}"?)` : ''
  const why = `there is no such input${meant}; it takes ${known.join(', ') || 'nothing'}`
  return new ColophonError('MODEL_INPUT_INVALID', { name: model, input, why })
}
