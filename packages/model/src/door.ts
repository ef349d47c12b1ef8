import type { LoadOptions } from './load.ts'
import type { Model } from './model.ts'
import type { SharedOptions } from './pool.ts'
import type { ModelSource } from './source.ts'

/**
 * What the room offers beside its ops. The work is loaded when it is asked for: whoever only declares ops that use models waits
 * for none of it.
 */

/**
 * Loads an ONNX model.
 *
 * The file is checked and hashed first, then given to ONNX Runtime, which is loaded now if it was not. Loading occupies the thread.
 *
 * @example
 * await using model = await loadModel('classes.onnx', { providers: ['cuda', 'cpu'], threads: { within: 2 }, warmUp: 1 })
 * console.log(model.provider, model.inputs)
 * const { scores } = await model.run({ image: { data: pixels, dims: [1, 3, 224, 224] } })
 * @throws ColophonError FILE_NOT_FOUND, FILE_IS_DIRECTORY, FILE_NOT_READABLE, FILE_EMPTY, MODEL_NOT_RECOGNISED, MODEL_DAMAGED,
 * MODEL_TOO_LARGE, MODEL_UNSUPPORTED, MODEL_EXTERNAL_DATA, MODEL_PROVIDER_MISSING, MODEL_RUNTIME_MISSING, MODEL_CHANGED; the
 * reason of `signal`
 */
export async function loadModel(source: ModelSource, options: LoadOptions = {}): Promise<Model> {
  const { load } = await import('./load.ts')
  return load(source, options)
}

/**
 * A model from the pool of this thread: ops that use the same model share one session. Dispose of it as of one that
 * {@link loadModel} gave; the session stays for whoever comes next, until more than four models or 1 GiB of them are idle.
 *
 * @example
 * await using net = await sharedModel(reads.net as ModelFile, { threads: { within: 1 } })
 * @throws ColophonError as {@link loadModel}
 */
export async function sharedModel(source: ModelSource, options: SharedOptions = {}): Promise<Model> {
  const { pool } = await import('./pool.ts')
  return pool.get(source, options)
}

/** Frees the shared models that nobody uses at the moment. */
export async function clearSharedModels(): Promise<void> {
  const { pool } = await import('./pool.ts')
  await pool.clear()
}

/**
 * The digest of a model: 64 hex digits, of its file and of the other files that hold its weights. A model of one file has the same
 * digest as the blob of its bytes. A file that has not changed since it was last asked for is not read again.
 *
 * @throws ColophonError as {@link loadModel}, without those of ONNX Runtime
 */
export async function modelDigest(source: ModelSource): Promise<string> {
  const { examine } = await import('./examine.ts')
  return (await examine(source)).digest
}
