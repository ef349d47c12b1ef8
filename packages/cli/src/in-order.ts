import { z } from 'zod'

interface Shape {
  readonly properties?: Readonly<Record<string, Shape>>
  readonly required?: readonly string[]
  readonly items?: Shape | false
  readonly anyOf?: readonly Shape[]
  readonly oneOf?: readonly Shape[]
  readonly allOf?: readonly Shape[]
  readonly const?: unknown
  readonly additionalProperties?: Shape | boolean
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

/** Whether a value looks like this alternative: has what is required, and the constants that tell alternatives apart. */
const looksLike = (value: unknown, { properties = {}, required = [] }: Shape): boolean =>
  isRecord(value) &&
  required.every((name) => Object.hasOwn(value, name)) &&
  Object.entries(properties).every(([name, { const: only }]) => only === undefined || value[name] === only)

const order = (value: unknown, shape: Shape | undefined): unknown => {
  const alternatives = shape?.anyOf ?? shape?.oneOf
  if (alternatives)
    return order(value, alternatives.find((each) => looksLike(value, each)) ?? alternatives.find((each) => each.items))
  if (shape?.allOf) return shape.allOf.reduceRight(order, value)
  if (Array.isArray(value)) return shape?.items ? value.map((item) => order(item, shape.items || undefined)) : value
  if (!isRecord(value) || !shape) return value
  const { properties = {}, additionalProperties: others } = shape
  const names = [...Object.keys(properties).filter((name) => Object.hasOwn(value, name)), ...Object.keys(value)]
  const entries = [...new Set(names)].map((name) => {
    return [name, order(value[name], properties[name] ?? (typeof others === 'object' ? others : undefined))] as const
  })
  return Object.fromEntries(entries)
}

/**
 * The same value with the keys of its objects in the order in which the schema declares them. What is stored has lost
 * that order, and people put first what matters most.
 */
export const inOrder = (value: unknown, schema: z.ZodType | undefined): unknown =>
  schema ? order(value, z.toJSONSchema(schema, { unrepresentable: 'any' }) as Shape) : value
