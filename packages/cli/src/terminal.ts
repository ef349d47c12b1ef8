import type { Writable } from 'node:stream'
import type { ProgressStream } from './progress-reporter.ts'

/** What surrounds a command: its streams, its environment and the user's wish to stop. */
export interface Terminal {
  readonly stdout: Writable
  readonly stderr: ProgressStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Calls back when the user interrupts; the function returned ends that. */
  onInterrupt(listener: () => void): () => void
}

const again = 300

/**
 * The process's own terminal. The first SIGINT, SIGTERM or SIGHUP asks a command to stop; another one ends the process
 * at once. Two within 300 ms are one: a terminal and a launcher may both deliver the same Ctrl-C.
 */
export const processTerminal = (): Terminal => ({
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
  cwd: process.cwd(),
  onInterrupt(listener) {
    let first: number | undefined
    const onSignal = () => {
      const now = performance.now()
      if (first === undefined) {
        first = now
        listener()
      } else if (now - first > again) process.exit(130)
    }
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
    for (const signal of signals) process.on(signal, onSignal)
    return () => {
      for (const signal of signals) process.off(signal, onSignal)
    }
  },
})
