import { json, op } from '@colophon/core'
import { type HalfReport, halfReport } from './report.ts'
import { model } from './types.ts'

const summaryOf = ({ converted, size, sizeBefore, deviation }: HalfReport): string => {
  const worst = Math.max(0, ...Object.values(deviation).map(({ relativeRmse }) => relativeRmse))
  const share = Math.round((100 * size) / sizeBefore)
  return `${converted} weights in half precision, ${share} % of the size, results deviate by ${worst.toPrecision(2)} (relative RMSE)`
}

/**
 * Rounds the single-precision weights of a model to half precision, which halves its size, and measures how far the results then
 * lie from those of the given model on inputs that are made up. The model computes in single precision as before.
 *
 * @example
 * const { model, report } = await halveModel({ model: file('classes.onnx') })
 * await model.saveTo('classes-half.onnx')
 * @throws ColophonError FILE_EMPTY, MODEL_NOT_RECOGNISED, MODEL_DAMAGED, MODEL_TOO_LARGE, MODEL_UNSUPPORTED, MODEL_EXTERNAL_DATA
 */
export const halveModel = op({
  name: 'model.half',
  version: 1,
  summary: 'Keep the weights of a model in half precision',
  description:
    'Halves the size of a model by rounding its weights to 16 bits, and measures on made-up inputs how far its results then deviate. Weights that are small, or too large for half precision, stay as they are; the model computes in single precision as before.',
  inputs: { model: model() },
  outputs: { model: model(), report: json(halfReport, { name: 'half precision report' }) },
  metrics: {
    relativeRmse: {
      unit: '1',
      from: ({ report }) => Math.max(0, ...Object.values(report.deviation).map(({ relativeRmse }) => relativeRmse)),
    },
  },
  needs: { cpu: 1, memory: '2GiB' },
  outcome: ({ report }) => ({ summary: summaryOf(report) }),
  examples: ['colophon model half net.onnx -o net-half.onnx'],
  async run({ model }, { signal }) {
    const { halve } = await import('./precision/halve.ts')
    const { bytes, report } = await halve(model, signal)
    return { model: bytes, report }
  },
})
