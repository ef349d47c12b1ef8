import { ColophonError } from '../errors.ts'
import { nearest } from '../nearest.ts'
import type { Op } from './op.ts'

/** The ops that an installation offers. */
export interface Catalogue {
  /** @throws ColophonError OP_NOT_FOUND, with the nearest name */
  get(name: string): Op
  has(name: string): boolean
  /** All ops, by name. */
  list(): readonly Op[]
  /** First words of the ops' names. */
  rooms(): readonly string[]
}

/**
 * A catalogue of ops.
 *
 * @throws ColophonError OP_NAME_TAKEN when two have the same name
 */
export function catalogue(ops: readonly Op<never, unknown>[]): Catalogue {
  const byName = new Map<string, Op>()
  for (const op of [...ops].sort((a, b) => (a.declaration.name < b.declaration.name ? -1 : 1))) {
    const { name, version } = op.declaration
    if (byName.has(name)) throw new ColophonError('OP_NAME_TAKEN', { op: name, version })
    byName.set(name, op as Op)
  }
  return {
    get(name) {
      const found = byName.get(name)
      if (found) return found
      const hint = nearest(name, [...byName.keys()])
      throw new ColophonError('OP_NOT_FOUND', { op: name, ...(hint ? { hint } : {}) })
    },
    has: (name) => byName.has(name),
    list: () => [...byName.values()],
    rooms: () => [...new Set([...byName.keys()].map((name) => name.split('.')[0]!))],
  }
}
