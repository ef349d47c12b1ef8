import { type BlobRef, blob, type Facts, type ValueType } from '@colophon/core'

const inspect = async (blob: BlobRef): Promise<Facts> => {
  const { modelFacts } = await import('./facts.ts')
  return { ...(await modelFacts(blob)) }
}

/** An ONNX model. Its facts are `ModelFacts`. */
export const model = (): ValueType<BlobRef> => blob({ name: 'model', family: 'model', extensions: ['.onnx'], inspect })
