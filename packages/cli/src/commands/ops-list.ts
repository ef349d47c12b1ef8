import { type BuiltIn, exactly } from '../command.ts'
import { printJson } from '../print.ts'
import { table } from '../readable.ts'

const words = ['ops', 'list']

/** `colophon ops list`: the catalogue. */
export const opsList: BuiltIn = {
  words,
  summary: 'List the ops that there are',
  args: [],
  examples: ['colophon ops list', 'colophon ops list --ops my-ops.ts --json'],
  async run({ args, globals, terminal, house }) {
    exactly(args, [], words)
    const ops = (await house.catalogue()).list().map(({ declaration }) => declaration)
    if (globals.json) {
      printJson(terminal, { ops: ops.map(({ name, version, summary }) => ({ name, version, summary })) })
    } else {
      terminal.stdout.write(table(ops.map(({ name, version, summary }) => [name, `version ${version}`, summary])))
    }
    return 0
  },
}
