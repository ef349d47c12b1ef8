import { nameless } from './failures.ts'

/** A model that lies in a file whose content is known: what {@link modelRead} gives to `run`. */
export interface ModelFile {
  readonly path: string
  readonly digest: string
}

/** A blob of a store, or anything else that knows a local file with its bytes. */
export interface BlobLike {
  path(): Promise<string>
  readonly name?: string | undefined
}

/** Where a model comes from: the path of a file, a file with its digest, a blob, or the bytes. */
export type ModelSource = string | ModelFile | BlobLike | Uint8Array

/** A source with its path found out. */
export type Located =
  | { readonly bytes: Uint8Array; readonly name: string }
  | {
      readonly path: string
      readonly name: string
      /** Whether the files beside it are the model's own. A blob's neighbours in a store are not. */
      readonly alone: boolean
      /** What its content must be. */
      readonly expected?: string
    }

const isBlob = (source: ModelFile | BlobLike): source is BlobLike => typeof source.path === 'function'

export async function locate(source: ModelSource): Promise<Located> {
  if (typeof source === 'string') return { path: source, name: source, alone: false }
  if (source instanceof Uint8Array) return { bytes: source, name: nameless }
  if (isBlob(source)) return { path: await source.path(), name: source.name ?? nameless, alone: true }
  const { path, digest } = source
  return { path, name: path, alone: false, expected: digest }
}
