// A model made in code, looked at, run, and taken into the key of an op.
import { strict as assert } from 'node:assert'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStore, file, json, op } from '@colophon/core'
import { inspectModel, loadModel, type ModelFile, modelRead, sharedModel } from '@colophon/model'
import { z } from 'zod'

// An ONNX file is a protobuf message. This one takes n numbers and gives y = x * x + x.
const field = (number: number, content: string | number | Buffer): Buffer => {
  if (typeof content === 'number') return Buffer.from([number * 8, content])
  const bytes = Buffer.from(content as string)
  return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes])
}
const message = (...fields: Buffer[]): Buffer => Buffer.concat(fields)
const node = (operator: string, a: string, b: string, output: string) =>
  message(field(1, a), field(1, b), field(2, output), field(4, operator))
const numbers = (name: string) =>
  message(field(1, name), field(2, field(1, message(field(1, 1), field(2, field(1, field(2, 'n')))))))
const graph = message(
  field(1, node('Mul', 'x', 'x', 'square')),
  field(1, node('Add', 'square', 'x', 'y')),
  field(2, 'example'),
  field(11, numbers('x')),
  field(12, numbers('y')),
)
const folder = await mkdtemp(join(tmpdir(), 'colophon-example-'))
const path = join(folder, 'square.onnx')
await writeFile(path, message(field(1, 8), field(7, graph), field(8, field(2, 17))))

const model = await loadModel(path, { warmUp: 1 })
const { y } = await model.run({ x: Float32Array.of(1, 2, 3) })
assert.deepEqual([...y!.data], [2, 6, 12])
console.log(`computed on ${model.provider}: ${y!.data.join(', ')}`)
await model.dispose()

const polynomial = op({
  name: 'demo.polynomial',
  inputs: { x: json(z.array(z.number())) },
  outputs: { y: json(z.array(z.number())) },
  // The model's digest is part of the key: the same call is answered from the store until the model changes.
  reads: { net: modelRead(path) },
  async run({ x }, { reads, signal }) {
    const net = await sharedModel(reads.net as ModelFile)
    try {
      const { y } = await net.run({ x: Float32Array.from(x) }, { signal })
      return { y: Array.from(y!.data as Float32Array) }
    } finally {
      await net.dispose()
    }
  },
})

const store = await createStore()
await store.run(async () => {
  const { report } = await inspectModel({ model: file(path) })
  console.log(await report.value())
  assert.deepEqual(await (await polynomial({ x: [4] })).y.value(), [20])
})
await store.close()
await rm(folder, { recursive: true })
