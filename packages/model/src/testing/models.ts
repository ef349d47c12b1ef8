import { type Dims, node, onnxFile, value, weights } from './onnx-file.ts'

/** Numbers in [-scale, scale], always the same for the same seed (a linear congruential generator). */
export function numbers(length: number, scale = 1, seed = 12345): Float32Array {
  let state = seed
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return (state / 2 ** 31 - 1) * scale
  })
}

/** Gives what it gets. */
export const identity = (dims: Dims = ['N', 4], type: Parameters<typeof value>[2] = 'float32'): Uint8Array =>
  onnxFile({
    nodes: [node('Identity', ['x'], ['y'])],
    inputs: [value('x', dims, type)],
    outputs: [value('y', dims, type)],
  })

/** a + b. */
export const addition = (dims: Dims = ['N', 3]): Uint8Array =>
  onnxFile({
    nodes: [node('Add', ['a', 'b'], ['sum'])],
    inputs: [value('a', dims), value('b', dims)],
    outputs: [value('sum', dims)],
  })

/** A dense layer, Relu, a dense layer, softmax. */
export interface Mlp {
  readonly sizes: readonly [inputs: number, hidden: number, outputs: number]
  readonly w1: Float32Array
  readonly b1: Float32Array
  readonly w2: Float32Array
  readonly b2: Float32Array
  readonly file: Uint8Array
}

export function mlp(inputs = 8, hidden = 16, outputs = 4, scale = 1): Mlp {
  const w1 = numbers(inputs * hidden, scale, 1)
  const b1 = numbers(hidden, 0.5, 2)
  const w2 = numbers(hidden * outputs, scale, 3)
  const b2 = numbers(outputs, 0.5, 4)
  const file = onnxFile({
    nodes: [
      node('MatMul', ['x', 'w1'], ['m1']),
      node('Add', ['m1', 'b1'], ['a1']),
      node('Relu', ['a1'], ['h']),
      node('Gemm', ['h', 'w2', 'b2'], ['logits']),
      node('Softmax', ['logits'], ['probabilities'], { axis: 1 }),
    ],
    weights: [
      weights('w1', [inputs, hidden], w1),
      weights('b1', [hidden], b1),
      weights('w2', [hidden, outputs], w2),
      weights('b2', [outputs], b2),
    ],
    inputs: [value('x', ['batch', inputs])],
    outputs: [value('probabilities', ['batch', outputs])],
    metadata: { task: 'classification' },
  })
  return { sizes: [inputs, hidden, outputs], w1, b1, w2, b2, file }
}

/** What an {@link mlp} gives, computed plainly in double precision. */
export function mlpPlainly({ sizes: [inputs, hidden, outputs], w1, b1, w2, b2 }: Mlp, x: Float32Array): number[] {
  const result: number[] = []
  for (let row = 0; row < x.length / inputs; row++) {
    const h = Array.from(b1, (bias, j) => {
      let sum = bias
      for (let i = 0; i < inputs; i++) sum += x[row * inputs + i]! * w1[i * hidden + j]!
      return Math.max(0, sum)
    })
    const logits = Array.from(b2, (bias, k) => h.reduce((sum, value, j) => sum + value * w2[j * outputs + k]!, bias))
    const largest = Math.max(...logits)
    const powers = logits.map((logit) => Math.exp(logit - largest))
    const sum = powers.reduce((a, b) => a + b, 0)
    result.push(...powers.map((power) => power / sum))
  }
  return result
}

/** One 3x3 convolution with padding, and Relu, on pictures of one channel. */
export function convolution(side = 5): { kernel: Float32Array; bias: number; file: Uint8Array } {
  const kernel = numbers(9, 1, 7)
  const bias = 0.25
  const file = onnxFile({
    nodes: [
      node('Conv', ['image', 'k', 'b'], ['c'], { kernel_shape: [3, 3], pads: [1, 1, 1, 1] }),
      node('Relu', ['c'], ['features']),
    ],
    weights: [weights('k', [1, 1, 3, 3], kernel), weights('b', [1], Float32Array.of(bias))],
    inputs: [value('image', [1, 1, side, side])],
    outputs: [value('features', [1, 1, side, side])],
  })
  return { kernel, bias, file }
}
