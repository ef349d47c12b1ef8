import { runCommandLine } from './cli.ts'
import { processTerminal } from './terminal.ts'

// Whoever reads the output may stop early (`| head`); that is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1))

process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal())

// What is still being tidied up may end. What does not (an op that ignores its signal, a native library) is left behind.
setTimeout(() => process.exit(), 2000).unref()
