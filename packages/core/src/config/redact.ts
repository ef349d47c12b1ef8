import type { z } from 'zod'
import { configOrigin } from './load.ts'
import { childOf, marksOf } from './schema.ts'

/** What stands in the place of a secret. */
export const redacted = '(secret)'

const redact = (schema: z.ZodType | undefined, value: unknown): unknown => {
  if (value === undefined || value === null) return value
  if (schema && marksOf(schema).secret) return redacted
  if (Array.isArray(value)) return value.map((item, i) => redact(schema && childOf(schema, String(i)), item))
  if (typeof value !== 'object') return value
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, redact(schema && childOf(schema, name), item)]),
  )
}

/**
 * A copy of a configuration that may be shown: every field marked with `configSecret` reads `(secret)`, and the names of
 * secrets stay.
 *
 * @param config what `loadConfig` returned
 */
export const redactConfig = (config: object): Record<string, unknown> => {
  const { parts } = configOrigin(config)
  return Object.fromEntries(Object.entries(config).map(([key, value]) => [key, redact(parts.get(key), value)]))
}
