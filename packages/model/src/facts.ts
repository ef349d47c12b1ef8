import type { BlobRef } from '@colophon/core'
import { fileFailure, nameless } from './failures.ts'
import { describe, type ValueDescription } from './onnx/describe.ts'
import { readModel } from './onnx/read-model.ts'
import { FileBytes } from './protobuf/source.ts'

/** What is known of every model blob in a store. */
export interface ModelFacts {
  readonly format: 'onnx'
  /** Version of the standard operator set; absent where a model uses only others. */
  readonly opset?: number
  readonly inputs: readonly ValueDescription[]
  readonly outputs: readonly ValueDescription[]
  /** Elements of all weights. */
  readonly parameters: number
  /** Whether weights lie in other files, which the blob does not hold. */
  readonly external: boolean
}

/**
 * Recognises a blob and finds out its facts.
 *
 * @throws ColophonError FILE_EMPTY, MODEL_NOT_RECOGNISED, MODEL_DAMAGED, MODEL_TOO_LARGE, MODEL_EXTERNAL_DATA
 */
export async function modelFacts(blob: Pick<BlobRef, 'path' | 'name'>): Promise<ModelFacts> {
  const name = blob.name ?? nameless
  try {
    await using file = await FileBytes.open(await blob.path())
    const { opsets, inputs, outputs, parameters, externalFiles } = describe(await readModel(file, name), name)
    const opset = opsets['ai.onnx']
    const external = Object.keys(externalFiles).length > 0
    return { format: 'onnx', ...(opset !== undefined && { opset }), inputs, outputs, parameters, external }
  } catch (error) {
    throw fileFailure(name, error)
  }
}
