import { ColophonError } from '@colophon/core'
import { damaged, notRecognised } from '../failures.ts'
import { limits } from '../limits.ts'
import { decode } from '../protobuf/decode.ts'
import { WireError, WireLimitError } from '../protobuf/errors.ts'
import type { ByteSource } from '../protobuf/source.ts'
import { checkTensor } from './check-tensor.ts'
import { type Model, model } from './schema.ts'
import { tensorsOf } from './tensors.ts'

/** What other kinds of files begin with, and what they are. */
const others: readonly (readonly [start: number, bytes: string, what: string])[] = [
  [4, 'ORTM', 'an ONNX Runtime model (.ort); export it as ONNX'],
  [4, 'TFL3', 'a TensorFlow Lite model; convert it to ONNX'],
  [0, 'GGUF', 'a GGUF model; export it as ONNX'],
  [0, 'PK\x03\x04', 'a ZIP archive, as PyTorch writes them; export the model as ONNX'],
  [0, '\x80\x02', 'a Python pickle, as PyTorch wrote them; export the model as ONNX'],
  [0, '\x89HDF\r\n', 'an HDF5 file, as Keras writes them; convert the model to ONNX'],
  [0, '\x89PNG', 'a PNG picture'],
  [0, '\xff\xd8\xff', 'a JPEG picture'],
  [0, 'version https://git-lfs', 'a Git LFS pointer; fetch the file itself with "git lfs pull"'],
]

async function otherKind(source: ByteSource): Promise<string | undefined> {
  const head = Buffer.from(await source.read(0, 64))
  const known = others.find(([start, bytes]) => head.toString('latin1', start, start + bytes.length) === bytes)
  if (known) return known[2]
  // safetensors: the length of a JSON header, then the header.
  return head.length > 9 && head.readBigUInt64LE(0) < 2n ** 32n && head.toString('latin1', 8, 10) === '{"'
    ? 'a safetensors file, which holds weights without the graph'
    : undefined
}

/** The first field of a file: a model begins with its IR version, or at least with another of its fields. */
async function beginsLikeModel(source: ByteSource): Promise<boolean> {
  const [key, value] = await source.read(0, 2)
  if (key === 0x08) return value !== undefined && value >= 1 && value < 0x80
  return key === 0x12 || key === 0x3a || key === 0x42
}

/**
 * Reads all of a model but its weights, and checks that it is whole: every length fits, and every tensor has as many bytes as its
 * shape asks for.
 *
 * @param name the file as errors call it
 * @throws ColophonError FILE_EMPTY, MODEL_NOT_RECOGNISED, MODEL_DAMAGED, MODEL_TOO_LARGE
 */
export async function readModel(source: ByteSource, name: string): Promise<Model> {
  if (source.size === 0) throw new ColophonError('FILE_EMPTY', { path: name })
  const other = await otherKind(source)
  if (other) throw notRecognised(name, `it is ${other}`)
  if (!(await beginsLikeModel(source))) throw notRecognised(name, 'it does not begin like one')
  if (source.size > limits.bytes)
    throw new ColophonError('MODEL_TOO_LARGE', { name, what: 'bytes', found: source.size, limit: limits.bytes })
  const found = await read(source, name)
  if (!found.graph)
    throw source.size < 64 ? notRecognised(name, 'it holds no graph') : damaged(name, 'it holds no graph')
  if (found.irVersion < 1) throw notRecognised(name, 'it names no version of its format')
  if (found.operatorSets.length === 0) throw damaged(name, 'it names no operator set')
  for (const { tensor } of tensorsOf(found)) checkTensor(tensor, name)
  return found
}

async function read(source: ByteSource, name: string): Promise<Model> {
  try {
    return (await decode(source, model, limits)) as unknown as Model
  } catch (error) {
    if (error instanceof WireError) throw damaged(name, error.message, error)
    if (!(error instanceof WireLimitError)) throw error
    const { what, found, limit } = error
    throw new ColophonError('MODEL_TOO_LARGE', { name, what, found, limit }, { cause: error })
  }
}
