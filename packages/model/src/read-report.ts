import type { BlobRef } from '@colophon/core'
import { nameless } from './failures.ts'
import { describe, type ModelDescription } from './onnx/describe.ts'
import { readModel } from './onnx/read-model.ts'
import { FileBytes } from './protobuf/source.ts'
import type { InspectReport } from './report.ts'

const notEmpty = <T extends object>(record: T): T | undefined => (Object.keys(record).length > 0 ? record : undefined)

const values = (list: ModelDescription['inputs']): InspectReport['inputs'] =>
  list.map(({ name, type, shape }) => ({ name, type, ...(shape && { shape: [...shape] }) }))

/** What a model file holds. @throws ColophonError as `model.inspect` */
export async function readReport(blob: Pick<BlobRef, 'path' | 'name' | 'size' | 'hash'>): Promise<InspectReport> {
  const name = blob.name ?? nameless
  await using file = await FileBytes.open(await blob.path())
  const found = describe(await readModel(file, name), name)
  const { irVersion, opsets, parameters, weightBytes, weightTypes, nodes, operators, inputs, outputs } = found
  // What a file leaves empty is left out.
  const optional = {
    producer: found.producer || undefined,
    producerVersion: found.producerVersion || undefined,
    modelVersion: found.modelVersion || undefined,
    description: found.description || undefined,
    graph: found.graph || undefined,
    metadata: notEmpty(found.metadata),
    externalFiles: notEmpty(found.externalFiles),
  }
  return {
    format: 'onnx',
    size: blob.size,
    digest: blob.hash,
    irVersion,
    opsets,
    ...Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined)),
    inputs: values(inputs),
    outputs: values(outputs),
    parameters,
    weightBytes,
    weightTypes,
    nodes,
    operators,
  }
}
