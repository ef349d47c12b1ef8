import { type BuiltIn, exactly } from '../command.ts'
import { printJson } from '../print.ts'
import { readable } from '../readable.ts'
import { withSizes } from '../units.ts'

const words = ['store', 'verify']

/** `colophon store verify`: whether everything stored is whole. */
export const storeVerify: BuiltIn = {
  words,
  summary: 'Check that everything in the store is whole',
  description:
    'Reads every row and every object. The exit code is 1 when something is damaged or missing. With --repair, damaged objects are removed, and the next call that needs one makes it anew.',
  args: [],
  options: [{ name: 'repair', text: 'Remove damaged objects, to be made anew' }],
  examples: ['colophon store verify', 'colophon store verify --repair', 'colophon store verify --json'],
  async run({ args, globals, terminal, house }) {
    exactly(args, [], words)
    const report = await (await house.existingStore()).verify({ repair: args.switch('repair') ?? false })
    if (globals.json) printJson(terminal, report)
    else terminal.stdout.write(readable(withSizes(report)))
    return report.ok ? 0 : 1
  },
}
