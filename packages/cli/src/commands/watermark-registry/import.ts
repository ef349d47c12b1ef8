import { resolve } from 'node:path'
import type { ImportReport } from '@colophon/watermark'
import { type BuiltIn, exactly } from '../../command.ts'
import { printJson } from '../../print.ts'
import { oneLine } from '../../progress-bar.ts'
import { withExistingRegistry, withRegistry } from './open-registry.ts'

const words = ['watermark', 'registry', 'import']

const summary = ({ rows, added, known, bad, dryRun }: ImportReport): string =>
  `${rows} rows: ${added} ${dryRun ? 'to be added' : 'added'}, ${known} known already, ${bad.length} bad\n`

/** `colophon watermark registry import FILE`: candidate messages, or an export. */
export const registryImport: BuiltIn = {
  words,
  inRoom: true,
  summary: 'Import candidate messages of another tool, or an export of a registry',
  description:
    'Reads candidate_messages.json of the AI-Generated-Content-Identification-Toolkit (UniMark), and what "colophon watermark registry export" writes. Good rows are imported, all at once; bad ones are listed by key, line and reason, and the exit code is 3 then. The same file again changes nothing.',
  args: ['FILE'],
  options: [{ name: 'dry-run', text: 'Say what would become of the rows, and write nothing' }],
  examples: [
    'colophon watermark registry import candidate_messages.json',
    'colophon watermark registry import candidate_messages.json --dry-run --json',
  ],
  async run(context) {
    const { args, globals, terminal } = context
    const [path] = exactly(args, ['FILE'], words)
    const dryRun = args.switch('dry-run') ?? false
    const { importFile } = await import('@colophon/watermark')
    const report = await (dryRun ? withExistingRegistry : withRegistry)(context, (registry, tenant) =>
      importFile(registry, tenant, resolve(terminal.cwd, path!), { dryRun }),
    )
    if (globals.json) printJson(terminal, report)
    else {
      for (const { key, line, why } of report.bad)
        terminal.stdout.write(
          `${oneLine(`line ${line}${key === undefined ? '' : `, ${JSON.stringify(key)}`}: ${why}`)}\n`,
        )
      if (!globals.quiet) terminal.stderr.write(summary(report))
    }
    return report.bad.length > 0 ? 3 : 0
  },
}
