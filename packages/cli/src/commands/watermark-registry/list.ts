import type { Entry } from '@colophon/watermark'
import { type BuiltIn, exactly, helpLine } from '../../command.ts'
import { printJson } from '../../print.ts'
import { table } from '../../readable.ts'
import { wholeNumber, withExistingRegistry } from './open-registry.ts'

const words = ['watermark', 'registry', 'list']
const widest = 48

/** A message on one line of a table. */
const short = (text: string): string => {
  const characters = [...text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ')]
  return characters.length > widest ? `${characters.slice(0, widest - 1).join('')}…` : characters.join('')
}

const rowOf = ({ row, message, recipient, source, time, copies }: Entry, payload: string): string[] => [
  String(row),
  payload,
  time.toISOString().slice(0, 19).replace('T', ' '),
  source,
  String(copies.length),
  short(recipient ?? ''),
  short(message),
]

/** `colophon watermark registry list`: what the payloads of marks stand for. */
export const registryList: BuiltIn = {
  words,
  inRoom: true,
  summary: 'List what the payloads of marks stand for',
  args: [],
  options: [
    { name: 'limit', value: 'N', text: 'How many to list at most (default 100)' },
    { name: 'after', value: 'ROW', text: 'Begin after this row' },
  ],
  examples: ['colophon watermark registry list', 'colophon watermark registry list --after 100 --json'],
  async run(context) {
    const { args, globals, terminal } = context
    exactly(args, [], words)
    const help = helpLine(words)
    const limit = wholeNumber(args.text('limit'), 'limit', 100, help)
    const after = wholeNumber(args.text('after'), 'after', 0, help)
    return withExistingRegistry(context, async (registry, tenant) => {
      const { exported, payloadText } = await import('@colophon/watermark')
      const entries = registry.list(tenant, { after, limit })
      const total = registry.count(tenant)
      if (globals.json) {
        printJson(terminal, { total, entries: entries.map((entry) => ({ row: entry.row, ...exported(entry) })) })
        return 0
      }
      const head = ['row', 'payload', 'registered', 'source', 'files', 'recipient', 'message']
      const rows = entries.map((entry) => rowOf(entry, short(payloadText(entry.payload))))
      if (rows.length > 0) terminal.stdout.write(table([head, ...rows]))
      if (!globals.quiet)
        terminal.stderr.write(`${rows.length} of ${total} ${total === 1 ? 'entry' : 'entries'} of tenant "${tenant}"\n`)
      return 0
    })
  },
}
