import type { z } from 'zod'

/** A room's part of the configuration: a top-level key and its schema. */
export interface ConfigPart<K extends string = string, S extends z.ZodType = z.ZodType> {
  readonly key: K
  readonly schema: S
}

/**
 * Declares a room's part of the configuration.
 *
 * @param key the top-level key in `colophon.yaml`; in variables it is `COLOPHON_` and the key in capitals
 * @param schema what stands under the key; give every field a default where one makes sense
 * @example
 * export const serving = configPart('serving', z.object({ port: z.number().int().default(8080) }))
 */
export const configPart = <const K extends string, S extends z.ZodType>(key: K, schema: S): ConfigPart<K, S> => ({
  key,
  schema,
})

/** The configuration that a list of parts makes. */
export type Config<P extends readonly ConfigPart[]> = {
  readonly [E in P[number] as E['key']]: z.output<E['schema']>
}
