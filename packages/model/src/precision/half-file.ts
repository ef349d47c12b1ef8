import { open, readFile } from 'node:fs/promises'
import { ColophonError } from '@colophon/core'
import type { Examined } from '../examine.ts'
import { externalData, unsupported } from '../failures.ts'
import { limits } from '../limits.ts'
import { tensorBytes } from '../onnx/check-tensor.ts'
import { externalPart } from '../onnx/external-parts.ts'
import { readModel } from '../onnx/read-model.ts'
import type { Model, Tensor } from '../onnx/schema.ts'
import { tensorsOf } from '../onnx/tensors.ts'
import { bytesSource } from '../protobuf/source.ts'
import { type Halved, halfWeights } from './half-weights.ts'

/** The operator set since which `Cast` names types by number. */
const castByNumber = 6

function check(model: Model, { source, size, description }: Examined): void {
  const { name } = source
  if (size > limits.bytes)
    throw new ColophonError('MODEL_TOO_LARGE', {
      name,
      what: 'bytes with its other files',
      found: size,
      limit: limits.bytes,
    })
  if ((description.opsets['ai.onnx'] ?? 0) < castByNumber)
    throw unsupported(name, `its weights cannot be rounded, as its operator set is older than ${castByNumber}`)
  const own = new Set(model.graph!.initializers)
  for (const { tensor } of tensorsOf(model))
    if (tensor.dataLocation === 1 && !own.has(tensor))
      throw externalData(
        name,
        externalPart(tensor, name).file,
        'of such a file, only weights of the main graph can be rounded',
      )
}

/**
 * A model with its weights rounded to half precision, other files taken in. It is held in memory whole.
 *
 * @throws ColophonError MODEL_TOO_LARGE, MODEL_UNSUPPORTED, MODEL_EXTERNAL_DATA
 */
export async function halfOf(examined: Examined): Promise<Halved> {
  const { source, files } = examined
  const { name } = source
  const bytes = 'bytes' in source ? source.bytes : await readFile(source.path)
  const model = await readModel(bytesSource(bytes), name)
  check(model, examined)
  const external = async (tensor: Tensor): Promise<Uint8Array> => {
    const { file, offset, length } = externalPart(tensor, name)
    if (tensorBytes(tensor) === undefined)
      throw externalData(name, file, 'it holds a tensor of a type that is not known')
    const path = files.get(file)
    if (path === undefined) throw externalData(name, file, 'it was not there when the model was first looked at')
    await using opened = await open(path, 'r')
    const found = Buffer.alloc(length)
    const { bytesRead } = await opened.read(found, 0, length, offset)
    if (bytesRead < length) throw externalData(name, file, `it breaks off after ${offset + bytesRead} bytes`)
    return found
  }
  return halfWeights(bytes, model.graph!, external)
}
