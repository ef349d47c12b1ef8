import { contentOf, digestOf } from '../value/content.ts'
import { StreamDigest, toHex } from '../value/hash.ts'
import { scanFile } from '../value/read-file.ts'

/**
 * Something outside its inputs that an op's result depends on. It is looked at before every call; what it holds is part of the
 * key as a digest, and `run` gets its value as `context.reads.NAME`.
 */
export interface Read {
  /** Shown in help: `environment variable LANG`. */
  readonly description: string
  /** @param args the call's inputs and params, for reads that depend on them */
  readonly read: (
    args: Readonly<Record<string, unknown>>,
  ) => Promise<{ digest: string; value: unknown }> | { digest: string; value: unknown }
}

/**
 * An environment variable as a declared read; undefined when it is not set.
 *
 * @example
 * reads: { locale: env('LANG') }
 */
export const env = (name: string): Read => ({
  description: `environment variable ${name}`,
  read: () => {
    const value = process.env[name]
    return { digest: value === undefined ? 'unset' : toHex(digestOf(contentOf(value))), value }
  },
})

/**
 * A file as a declared read, by the digest of its content: a model, a font, a table. `run` gets its path.
 *
 * @param path the file, or how to find it from the call's params
 */
export const fileContent = (path: string | ((args: Readonly<Record<string, unknown>>) => string)): Read => ({
  description: typeof path === 'string' ? `file ${path}` : 'a file',
  read: async (args) => {
    const value = typeof path === 'string' ? path : path(args)
    const hash = new StreamDigest('blob')
    for await (const piece of scanFile(value)) hash.update(piece)
    return { digest: toHex(hash.digest()), value }
  },
})
