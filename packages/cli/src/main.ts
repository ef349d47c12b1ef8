import { runCommandLine } from './cli.ts'
import { processTerminal } from './terminal.ts'

// Whoever reads the output may stop early (`| head`); that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

const code = await runCommandLine(process.argv.slice(2), processTerminal())
// An op that did not listen to its signal, or a native library, may still hold the event loop.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)))
