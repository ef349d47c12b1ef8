import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What is compared with, exact. */
const requirements = ['numpy==2.3.3', 'scipy==1.16.2']

export type ScipyTask = 'rfft' | 'dct' | 'dct-blocks' | 'stft' | 'short-time-fft'

/** SciPy in a process that stays, so that starting Python is not measured. */
export interface Scipy {
  readonly versions: string
  /** Seconds that so many transforms took, and one number of the result; `peer.py` says what the tasks are. */
  time(task: ScipyTask, size: number, precision: string, repeats: number): Promise<{ seconds: number; check: number }>
  close(): void
}

/**
 * Installs SciPy into a virtual environment in the folder for temporary files, or takes the one that is there, and
 * starts it.
 *
 * @throws when there is no Python 3.11 or newer with venv and pip, or the packages are not to be had
 */
export async function startScipy(tell: (line: string) => void): Promise<Scipy> {
  const python = await installed(tell)
  // One thread, also in the libraries below SciPy.
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' }
  const child = spawn(python, [join(import.meta.dirname, 'peer.py')], { stdio: ['pipe', 'pipe', 'inherit'], env })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const answer = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('SciPy has ended.')
    return JSON.parse(value)
  }
  const { versions } = await answer()
  return {
    versions,
    time(task, size, precision, repeats) {
      child.stdin.write(`${JSON.stringify({ task, size, precision, repeats })}\n`)
      return answer()
    },
    close: () => child.stdin.end(),
  }
}

async function installed(tell: (line: string) => void): Promise<string> {
  const { stdout } = await run('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version)'], {
    timeout: 20_000,
  })
  const id = createHash('sha256')
    .update([stdout, ...requirements].join('\n'))
    .digest('hex')
    .slice(0, 12)
  const folder = join(tmpdir(), `colophon-benchmark-scipy-${id}`)
  const python = join(folder, 'bin/python')
  // Written last: without it an environment is one that was not finished.
  const done = join(folder, 'done.txt')
  if (!existsSync(done)) {
    tell(`installing ${requirements.join(', ')} into ${folder}`)
    rmSync(folder, { recursive: true, force: true })
    await run('python3', ['-m', 'venv', folder], { timeout: 120_000 })
    await run(python, ['-m', 'pip', 'install', '--quiet', '--only-binary=:all:', ...requirements], { timeout: 300_000 })
    writeFileSync(done, '')
  }
  return python
}
