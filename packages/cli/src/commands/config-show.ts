import { configOrigin, redactConfig } from '@colophon/core'
import { type BuiltIn, exactly } from '../command.ts'
import { printJson } from '../print.ts'
import { table } from '../readable.ts'

const words = ['config', 'show']

/** The values of a configuration one a line: `store.path`, its value, what set it. */
const rows = (value: unknown, key: string, sources: ReadonlyMap<string, string>, above = 'default'): string[][] => {
  const source = sources.get(key) ?? above
  const isGroup = typeof value === 'object' && value !== null && !Array.isArray(value)
  if (!isGroup) return [[key, Array.isArray(value) ? JSON.stringify(value) : String(value), source]]
  const entries = Object.entries(value)
  if (entries.length === 0) return [[key, '{}', source]]
  return entries.flatMap(([name, item]) => rows(item, key ? `${key}.${name}` : name, sources, source))
}

/** `colophon config show`: the configuration in force. */
export const configShow: BuiltIn = {
  words,
  summary: 'Show the configuration in force, without secrets, and what set it',
  args: [],
  examples: ['colophon config show', 'COLOPHON_STORE_CACHE_BYTES=1GiB colophon config show --json'],
  async run({ args, globals, terminal, house }) {
    exactly(args, [], words)
    const config = await house.config()
    const shown = redactConfig(config)
    if (globals.json) printJson(terminal, shown)
    else terminal.stdout.write(table(rows(shown, '', configOrigin(config).sources)))
    return 0
  },
}
