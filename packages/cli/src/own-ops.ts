import { existsSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { ColophonError, type Op, reasonOf } from '@colophon/core'

/** The ops among what a module exports, on any level of its `default` or of arrays. */
export const opsIn = (exported: unknown): Op[] => {
  const found = new Set<Op>()
  const look = (value: unknown, depth: number) => {
    if (typeof value === 'function' && 'declaration' in value && 'with' in value) found.add(value as Op)
    else if (typeof value === 'object' && value !== null && depth < 3) {
      for (const item of Object.values(value)) look(item, depth + 1)
    }
  }
  look(exported, 0)
  return [...found]
}

let hooked = false

/**
 * Makes `@colophon/…` and `zod` mean this installation's own copies in the user's modules, wherever they lie: a second
 * copy of core would not know the first one's ops and errors.
 */
const shareRooms = () => {
  if (hooked) return
  hooked = true
  registerHooks({
    resolve(specifier, context, next) {
      const ours = /^(@colophon\/[^/]+|zod)($|\/)/.test(specifier)
      if (!ours || context.parentURL === import.meta.url) return next(specifier, context)
      if (specifier.startsWith('@')) return next(specifier, { ...context, parentURL: import.meta.url })
      try {
        return next(specifier, context)
      } catch {
        return next(specifier, { ...context, parentURL: import.meta.url })
      }
    },
  })
}

/**
 * Loads the ops of a user's module: TypeScript or JavaScript, every op that it exports.
 *
 * @param path absolute path of the module
 * @throws FILE_NOT_FOUND; OPS_NOT_LOADED when the module fails or exports no op
 */
export const loadOwnOps = async (path: string): Promise<Op[]> => {
  if (!existsSync(path)) throw new ColophonError('FILE_NOT_FOUND', { path })
  shareRooms()
  let exported: unknown
  try {
    exported = { ...(await import(pathToFileURL(path).href)) }
  } catch (thrown) {
    if (thrown instanceof ColophonError) throw thrown
    throw new ColophonError('OPS_NOT_LOADED', { path, why: reasonOf(thrown) }, { cause: thrown })
  }
  const ops = opsIn(exported)
  if (ops.length === 0) throw new ColophonError('OPS_NOT_LOADED', { path, why: 'it exports no op' })
  return ops
}
