import { type BuiltIn, exactly } from '../command.ts'
import { printJson } from '../print.ts'
import { readable, table } from '../readable.ts'
import { withSizes } from '../units.ts'

const words = ['store', 'stats']

/** `colophon store stats`: how much is in the store. */
export const storeStats: BuiltIn = {
  words,
  summary: 'Show how much is in the store',
  args: [],
  examples: ['colophon store stats', 'colophon store stats --store /data/colophon --json'],
  async run({ args, globals, terminal, house }) {
    exactly(args, [], words)
    const stats = await (await house.existingStore()).stats()
    if (globals.json) {
      printJson(terminal, stats)
      return 0
    }
    const { ops, ...counts } = stats
    terminal.stdout.write(readable(withSizes(counts)))
    if (ops.length > 0) {
      const rows = ops.map((op) => [op.name, op.version, op.calls, op.computed, op.cached, op.failed].map(String))
      terminal.stdout.write(`\n${table([['op', 'version', 'calls', 'computed', 'from the store', 'failed'], ...rows])}`)
    }
    return 0
  },
}
