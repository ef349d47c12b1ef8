import { ColophonError } from '@colophon/core'
import type { ValueDescription } from './onnx/describe.ts'
import { arrays, isTensorType, type Tensor, type TensorData } from './tensor.ts'

/** Numbers in [-1, 1), always the same for the same seed (mulberry32, by Tommy Ettinger). */
function generator(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 31 - 1
  }
}

/** How inputs are made up. */
export interface SampleOptions {
  /** Sizes of open dimensions by their names; others are 1. */
  readonly sizes?: Readonly<Record<string, number>>
  /** Default 1. */
  readonly seed?: number
}

const fill = (type: Tensor['type'], length: number, next: () => number): TensorData => {
  if (type === 'string') return new Array<string>(length).fill('')
  const data = new (arrays[type] as Float32ArrayConstructor)(length)
  // Whole numbers are often indices: zero is the one that always exists.
  if (type.startsWith('float')) for (let i = 0; i < length; i++) data[i] = next()
  return data
}

/**
 * Inputs for a model, made up: numbers in [-1, 1) for floating-point types, zeros and empty text for others. Good for warming up;
 * for measuring, real inputs are better.
 *
 * @throws ColophonError USAGE when an input is no tensor, has no shape, or is larger than 2^28 elements
 */
export function sampleInputs(inputs: readonly ValueDescription[], options: SampleOptions = {}): Record<string, Tensor> {
  const { sizes = {}, seed = 1 } = options
  const next = generator(seed)
  const made = inputs.map(({ name, type, shape }): [string, Tensor] => {
    if (!isTensorType(type) || !shape)
      throw new ColophonError('USAGE', { why: `Input "${name}" (${type}) cannot be made up. Give the inputs.` })
    const dims = shape.map((size) => (typeof size === 'number' ? size : (sizes[size] ?? 1)))
    const length = dims.reduce((product, size) => product * size, 1)
    if (!(length <= 2 ** 28))
      throw new ColophonError('USAGE', { why: `Input "${name}" would have ${length} elements. Give smaller sizes.` })
    return [name, { type, dims, data: fill(type, length, next) }]
  })
  return Object.fromEntries(made)
}
