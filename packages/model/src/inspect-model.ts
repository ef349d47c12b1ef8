import { json, op } from '@colophon/core'
import { type InspectReport, inspectReport } from './report.ts'
import { model } from './types.ts'

const shown = (value: InspectReport['inputs'][number]): string =>
  `${value.name} ${value.type}${value.shape ? `[${value.shape.join(', ')}]` : ''}`

const list = (values: InspectReport['inputs']): string => values.map(shown).join(', ') || 'nothing'

/** One line that says what a model is. */
export const summaryOf = ({ opsets, inputs, outputs, parameters }: InspectReport): string => {
  const sets = Object.entries(opsets).map(
    ([domain, version]) => `${domain === 'ai.onnx' ? 'opset' : domain} ${version}`,
  )
  return `ONNX model, ${sets.join(', ')}, ${parameters} parameters: ${list(inputs)} -> ${list(outputs)}`
}

/**
 * Tells what a model file holds: inputs and outputs, operator sets, weights, operators. Nothing is run, and ONNX Runtime is not
 * loaded; the weights are not read. A model whose weights lie in other files is told as well.
 *
 * @example
 * const { report } = await inspectModel({ model: file('classes.onnx') })
 * console.log((await report.value()).inputs)
 * @throws ColophonError FILE_EMPTY, MODEL_NOT_RECOGNISED, MODEL_DAMAGED, MODEL_TOO_LARGE, MODEL_EXTERNAL_DATA
 */
export const inspectModel = op({
  name: 'model.inspect',
  version: 1,
  summary: 'Tell what an ONNX model holds',
  description:
    'Reads inputs, outputs, operator sets, metadata, sizes of the weights and operators from the file, and checks that it is whole. The model is not run.',
  inputs: { model: model() },
  outputs: { report: json(inspectReport, { name: 'model report' }) },
  needs: { cpu: 1, memory: '128MiB' },
  cost: () => ({ cpuSeconds: 0.05 }),
  outcome: ({ report }) => ({ summary: summaryOf(report) }),
  examples: ['colophon model inspect net.onnx', 'colophon model inspect net.onnx --json'],
  async run({ model }) {
    const { readReport } = await import('./read-report.ts')
    return { report: await readReport(model) }
  },
})
