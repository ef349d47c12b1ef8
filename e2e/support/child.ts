import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** How a child process ended, and what it wrote. */
export interface Ended {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
  readonly stdout: string
  readonly stderr: string
  readonly ms: number
}

export interface Child {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
}

/** Starts a program of `e2e/support/` with one argument, given as JSON. With `COLOPHON_E2E_KILL_AT` it dies at one of its writes. */
export function start(program: string, argument: unknown, env: Record<string, string> = {}): Child {
  const preload = env.COLOPHON_E2E_KILL_AT ? ['--import', join(import.meta.dirname, 'kill-at-write.ts')] : []
  const began = performance.now()
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', ...preload, join(import.meta.dirname, program), JSON.stringify(argument)],
    { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } },
  )
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  const ended = once(child, 'close').then(([code, signal]) => ({
    code,
    signal,
    stdout,
    stderr,
    ms: performance.now() - began,
  }))
  return { process: child, ended }
}

/** The object that a program printed on its last line. */
export const lastLine = <T>({ stdout }: Ended): T => JSON.parse(stdout.trimEnd().split('\n').at(-1)!)
