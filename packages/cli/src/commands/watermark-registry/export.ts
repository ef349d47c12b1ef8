import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { ColophonError, reasonOf } from '@colophon/core'
import { type BuiltIn, exactly, helpLine } from '../../command.ts'
import { withExistingRegistry } from './open-registry.ts'

const words = ['watermark', 'registry', 'export']

/** Writes lines into a file that is there whole or not at all. */
const writeWhole = (path: string, full: string, lines: Iterable<string>): void => {
  const partial = join(dirname(full), `.colophon-${process.pid}.part`)
  try {
    const file = openSync(partial, 'w', 0o600)
    try {
      for (const line of lines) writeSync(file, line)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(partial, full)
  } catch (cause) {
    rmSync(partial, { force: true })
    if (cause instanceof ColophonError) throw cause
    throw new ColophonError('FILE_NOT_WRITABLE', { path, why: reasonOf(cause) }, { cause })
  }
}

/** `colophon watermark registry export`: all entries, to be kept or imported elsewhere. */
export const registryExport: BuiltIn = {
  words,
  inRoom: true,
  summary: 'Write all entries of the registry as JSON Lines',
  description: 'What is written can be imported into the registry of another store or site.',
  args: [],
  options: [
    { name: 'output', short: 'o', value: 'FILE', text: 'Where to write it (- for standard output, the default)' },
  ],
  examples: [
    'colophon watermark registry export -o registry.jsonl',
    'colophon watermark registry export | gzip > registry.gz',
  ],
  async run(context) {
    const { args, globals, terminal } = context
    exactly(args, [], words)
    const path = args.text('output') ?? '-'
    if (globals.json)
      throw new ColophonError('USAGE', { why: 'An export is JSON Lines; leave out --json.', help: helpLine(words) })
    return withExistingRegistry(context, async (registry, tenant) => {
      const { exportLines } = await import('@colophon/watermark')
      const lines = exportLines(registry, tenant)
      if (path === '-') for (const line of lines) terminal.stdout.write(line)
      else writeWhole(path, resolve(terminal.cwd, path), lines)
      const count = registry.count(tenant)
      if (!globals.quiet) terminal.stderr.write(`${count} ${count === 1 ? 'entry' : 'entries'} of tenant "${tenant}"\n`)
      return 0
    })
  },
}
