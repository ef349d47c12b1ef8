import { ColophonError } from '@colophon/core'
import { type BuiltIn, exactly, helpLine } from '../../command.ts'
import { printJson } from '../../print.ts'
import { readable } from '../../readable.ts'
import { withExistingRegistry } from './open-registry.ts'

const words = ['watermark', 'registry', 'find']

/** `colophon watermark registry find BITS`: the imported candidate whose bits are the nearest. */
export const registryFind: BuiltIn = {
  words,
  inRoom: true,
  summary: 'Find the imported candidate message whose bits are the nearest',
  description:
    'For bits that another tool read from a file, when its candidate messages were imported. Says none where the nearest is no nearer than chance would be. The exit code is 4 then.',
  args: ['BITS'],
  sections: [{ title: 'Arguments', rows: [['BITS', 'The bits that were read: 0 and 1 without gaps']] }],
  examples: ['colophon watermark registry find 0110100110010110011010011001011001101001100101100110100110010110'],
  async run(context) {
    const { args, globals, terminal } = context
    const [given] = exactly(args, ['BITS'], words)
    if (!/^[01]+$/.test(given!))
      throw new ColophonError('USAGE', { why: 'BITS are 0 and 1 without gaps.', help: helpLine(words) })
    return withExistingRegistry(context, async (registry, tenant) => {
      const { exported, nearestBits } = await import('@colophon/watermark')
      let damagedRows = 0
      const all = function* () {
        for (const { mark, candidate } of registry.candidates(tenant, () => damagedRows++))
          yield { what: mark, bits: candidate.bits }
      }
      const { candidates, match } = nearestBits(Uint8Array.from(given!, Number), all())
      const entry = match && registry.entry(tenant, match.what)
      const shown = {
        match: entry
          ? {
              entry: { row: entry.row, ...exported(entry) },
              compared: match.compared,
              bitErrors: match.bitErrors,
              falseMatch: Math.exp(match.logFalseMatch),
            }
          : null,
        candidates,
        ...(damagedRows > 0 && { damagedRows }),
      }
      if (globals.json) printJson(terminal, shown)
      else terminal.stdout.write(readable(shown))
      return entry ? 0 : 4
    })
  },
}
