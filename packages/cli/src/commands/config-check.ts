import { configOrigin } from '@colophon/core'
import { type BuiltIn, exactly } from '../command.ts'
import { printJson } from '../print.ts'

const words = ['config', 'check']

/** `colophon config check`: whether the configuration is valid. */
export const configCheck: BuiltIn = {
  words,
  summary: 'Check the configuration and the ops that it names',
  args: [],
  examples: ['colophon config check', 'colophon config check --config /etc/colophon.yaml'],
  async run({ args, globals, terminal, house }) {
    exactly(args, [], words)
    const { file, sources } = configOrigin(await house.config())
    const ops = (await house.catalogue()).list().length
    if (globals.json) printJson(terminal, { valid: true, file, set: Object.fromEntries(sources), ops })
    else {
      const variables = [...new Set(sources.values())].filter((source) => source.startsWith('COLOPHON_'))
      const from = [file, ...variables].filter((source) => source !== undefined)
      terminal.stdout.write(
        `The configuration is valid (${from.length > 0 ? from.join(', ') : 'all defaults'}); ${ops} ops.\n`,
      )
    }
    return 0
  },
}
