import type { Read } from '@colophon/core'
import { modelDigest } from './door.ts'
import type { ModelFile } from './source.ts'

/**
 * A model as a declared read: its digest is part of the key of every call, so that another model is another result, and the same
 * model under another path or date is not. `run` gets a {@link ModelFile}, which `loadModel` and `sharedModel` take.
 *
 * @param path the file, or how to find it from the call's inputs and params
 * @example
 * const classify = op({
 *   name: 'demo.classify',
 *   inputs: { image: image() },
 *   outputs: { label: json(z.string()) },
 *   reads: { net: modelRead('models/classes.onnx') },
 *   async run({ image }, { reads, signal }) {
 *     await using net = await sharedModel(reads.net as ModelFile)
 *     const { scores } = await net.run({ image: await pixelsOf(image) }, { signal })
 *     …
 *   },
 * })
 */
export const modelRead = (path: string | ((args: Readonly<Record<string, unknown>>) => string)): Read => ({
  description: typeof path === 'string' ? `model ${path}` : 'a model',
  async read(args) {
    const found = typeof path === 'string' ? path : path(args)
    const digest = await modelDigest(found)
    return { digest, value: { path: found, digest } satisfies ModelFile }
  },
})
