import { type BuiltIn, exactly } from '../../command.ts'
import { printJson } from '../../print.ts'
import { readable } from '../../readable.ts'
import { withExistingRegistry } from './open-registry.ts'

const words = ['watermark', 'registry', 'verify']

/** `colophon watermark registry verify`: whether the registry is whole. */
export const registryVerify: BuiltIn = {
  words,
  inRoom: true,
  summary: 'Check that the registry is whole',
  description: 'Reads every row of every tenant and compares it with its seal. The exit code is 1 when one is damaged.',
  args: [],
  examples: ['colophon watermark registry verify', 'colophon watermark registry verify --json'],
  async run(context) {
    const { args, globals, terminal } = context
    exactly(args, [], words)
    return withExistingRegistry(context, (registry) => {
      const report = registry.verify()
      if (globals.json) printJson(terminal, report)
      else terminal.stdout.write(readable(report))
      return report.ok ? 0 : 1
    })
  },
}
