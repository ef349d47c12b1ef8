/** What the configuration needs to know about a Zod schema: its marks, and what lies under its wrappers. */
import { z } from 'zod'

interface Marks {
  /** Redacted when shown; may be given by a `*_FILE` variable. */
  secret?: boolean
  /** A relative path is relative to the file that says it, otherwise to the current directory. */
  path?: boolean
  /** The word used in the names of environment variables instead of the key's own. */
  env?: string
}

const marks = z.registry<Marks>()

const mark = <S extends z.ZodType>(schema: S, added: Marks): S => {
  const marked = schema.clone()
  marks.add(marked, { ...marks.get(schema), ...added })
  return marked
}

/**
 * Marks a configuration field as secret: it is redacted wherever the configuration is shown, and may be given as a file
 * by a variable that ends in `_FILE`.
 *
 * @example
 * configPart('mail', z.object({ password: configSecret(z.string()) })) // COLOPHON_MAIL_PASSWORD_FILE=/run/secrets/mail
 */
export const configSecret = <S extends z.ZodType>(schema: S): S => mark(schema, { secret: true })

/**
 * A configuration field that names a file or folder. A relative path in a configuration file is relative to that file,
 * from anywhere else to the current directory; the loaded value is absolute.
 */
export const configPath = () => mark(z.string().min(1), { path: true })

/** Uses another word than the key's own in the names of environment variables: `secrets` as `COLOPHON_SECRET_…`. */
export const configEnvName = <S extends z.ZodType>(schema: S, env: string): S => mark(schema, { env })

interface Def {
  type: string
  innerType?: z.ZodType
  in?: z.ZodType
  getter?: () => z.ZodType
  element?: z.ZodType
  valueType?: z.ZodType
  shape?: Record<string, z.ZodType>
}

const defOf = (schema: z.ZodType): Def => schema.def as unknown as Def

/** The schemas from the outermost wrapper (default, optional, transform, …) to the one that says what the value is. */
const layers = (schema: z.ZodType): z.ZodType[] => {
  const found = [schema]
  for (;;) {
    const def = defOf(found.at(-1)!)
    const next = def.innerType ?? (def.type === 'pipe' ? def.in : def.type === 'lazy' ? def.getter?.() : undefined)
    if (!next || found.length > 50) return found
    found.push(next)
  }
}

/** The schema under all wrappers. */
export const baseOf = (schema: z.ZodType): z.ZodType => layers(schema).at(-1)!

/** The marks of a schema, whichever wrapper carries them. */
export const marksOf = (schema: z.ZodType): Marks =>
  Object.assign({}, ...layers(schema).map((layer) => marks.get(layer)))

/** Whether null is a value of its own here, and not the same as leaving the key out. */
export const acceptsNull = (schema: z.ZodType): boolean =>
  layers(schema).some((layer) => ['nullable', 'null', 'any', 'unknown'].includes(defOf(layer).type))

/** The fields of an object schema, or undefined for any other. */
export const fieldsOf = (schema: z.ZodType): Record<string, z.ZodType> | undefined => {
  const def = defOf(baseOf(schema))
  return def.type === 'object' ? def.shape : undefined
}

/** The schema of the values of a record, or undefined for any other. */
export const recordValueOf = (schema: z.ZodType): z.ZodType | undefined => {
  const def = defOf(baseOf(schema))
  return def.type === 'record' ? def.valueType : undefined
}

/** The schema of the items of an array, or undefined for any other. */
export const itemOf = (schema: z.ZodType): z.ZodType | undefined => {
  const def = defOf(baseOf(schema))
  return def.type === 'array' ? def.element : undefined
}

/** The schema of one child of a value: a field of an object, a value of a record or an item of an array. */
export const childOf = (schema: z.ZodType, key: string): z.ZodType | undefined => {
  const fields = fieldsOf(schema)
  if (fields) return Object.hasOwn(fields, key) ? fields[key] : undefined
  return recordValueOf(schema) ?? itemOf(schema)
}
