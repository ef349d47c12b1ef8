import type { Declaration, ValueType } from '@colophon/core'
import { z } from 'zod'
import { type BuiltIn, exactly } from '../command.ts'
import { printJson } from '../print.ts'
import { readable } from '../readable.ts'

const words = ['ops', 'show']

const schemaOf = (schema: z.ZodType): unknown => {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Record<
    string,
    unknown
  >
  return rest
}

const typeOf = ({ name, description, optional, schema }: ValueType) => ({
  type: name,
  description,
  optional: optional || undefined,
  schema: schema && schemaOf(schema),
})

const typesOf = (types: Readonly<Record<string, ValueType>>) =>
  Object.fromEntries(Object.entries(types).map(([name, type]) => [name, typeOf(type)]))

const described = (op: Declaration) => ({
  name: op.name,
  version: op.version,
  summary: op.summary,
  description: op.description || undefined,
  command: `colophon ${op.name.replaceAll('.', ' ')}`,
  inputs: typesOf(op.inputs),
  params: op.params ? ((schemaOf(op.params) as { properties?: unknown }).properties ?? {}) : {},
  outputs: typesOf(op.outputs),
  metrics: Object.fromEntries(Object.entries(op.metrics).map(([name, { unit }]) => [name, { unit }])),
  needs: op.needs,
  reads: Object.keys(op.reads),
  effect: op.effect,
  repeatable: op.repeatable,
  foreign: op.foreign,
  examples: op.examples,
})

/** `colophon ops show OP`: what an op declares. */
export const opsShow: BuiltIn = {
  words,
  summary: 'Show what an op declares',
  args: ['OP'],
  sections: [{ title: 'Arguments', rows: [['OP', 'Name of the op, such as media.thumbnail']] }],
  examples: ['colophon ops show media.thumbnail', 'colophon ops show media.probe --json'],
  async run({ args, globals, terminal, house }) {
    const [name] = exactly(args, ['OP'], words)
    const shown = described((await house.catalogue()).get(name!).declaration)
    if (globals.json) printJson(terminal, shown)
    else terminal.stdout.write(readable(shown))
    return 0
  },
}
