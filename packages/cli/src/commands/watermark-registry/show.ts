import { ColophonError } from '@colophon/core'
import { type BuiltIn, exactly } from '../../command.ts'
import { printJson } from '../../print.ts'
import { readable } from '../../readable.ts'
import { withExistingRegistry } from './open-registry.ts'

const words = ['watermark', 'registry', 'show']

/** `colophon watermark registry show ID`: what a payload stands for. */
export const registryShow: BuiltIn = {
  words,
  inRoom: true,
  summary: 'Show what a payload stands for, and which calls made files that carry it',
  args: ['PAYLOAD'],
  sections: [
    {
      title: 'Arguments',
      rows: [
        ['PAYLOAD', 'Its id, as reports write it or in hexadecimal after 0x; with --text, a text that was hidden'],
      ],
    },
  ],
  options: [{ name: 'text', text: 'PAYLOAD is a text that was hidden itself' }],
  examples: [
    'colophon watermark registry show 0YKQR-XA9GZ-7B5D0',
    'colophon watermark registry show 0x00000000000000ff --json',
    'colophon watermark registry show --text hello',
  ],
  async run(context) {
    const { args, globals, terminal } = context
    const [given] = exactly(args, ['PAYLOAD'], words)
    return withExistingRegistry(context, async (registry, tenant) => {
      const { exported, parseId, payloadText } = await import('@colophon/watermark')
      const payload = args.switch('text')
        ? ({ kind: 'text', text: given! } as const)
        : ({ kind: 'id', ...parseId(given!) } as const)
      const entry = registry.find(tenant, payload)
      if (!entry) throw new ColophonError('WATERMARK_REGISTRY_NOT_FOUND', { payload: payloadText(payload), tenant })
      const shown = { row: entry.row, ...exported(entry) }
      if (globals.json) printJson(terminal, shown)
      else terminal.stdout.write(readable(shown))
      return 0
    })
  },
}
