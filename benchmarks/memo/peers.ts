import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Measured } from './task.ts'

const run = promisify(execFile)

/** What the peers are; exact where it is measured. The rest pymandala imports without saying that it needs it. */
const requirements = [
  'pymandala==0.2.0a0',
  'joblib==1.6.0',
  // pymandala 0.2.0a0 fails with pandas 3.
  'pandas==2.3.3',
  'pyarrow>=14',
  'ipython>=8',
  'graphviz>=0.20',
  'tqdm>=4.60',
]

const shown = ['pymandala', 'joblib', 'pandas', 'numpy']

/** Python with the peers installed. */
export interface Peers {
  /** `Python 3.11.7, pymandala 0.2.0a0, …` */
  readonly versions: string
  measure(...task: PeerTask): Promise<Measured>
}

/**
 * Installs the peers into a virtual environment in the folder for temporary files, or takes the one that is there.
 *
 * @throws when there is no Python 3.10 or newer, or no pip, or the packages are not to be had
 */
export async function installPeers(tell: (line: string) => void): Promise<Peers> {
  const base = await findPython()
  const id = createHash('sha256')
    .update([base.version, ...requirements].join('\n'))
    .digest('hex')
    .slice(0, 12)
  const folder = join(tmpdir(), `colophon-benchmark-peers-${id}`)
  const python = join(folder, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python')
  // Written last: without it an environment is one that was not finished.
  const done = join(folder, 'versions.txt')
  if (!existsSync(done)) {
    tell(`installing ${requirements.slice(0, 3).join(', ')} into ${folder}`)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    await run(base.command, ['-m', 'venv', folder], { timeout: 120_000 })
    await run(python, ['-m', 'pip', 'install', '--quiet', '--prefer-binary', ...requirements], { timeout: 300_000 })
    const ask = `from importlib.metadata import version\nprint(', '.join(f'{n} {version(n)}' for n in ${JSON.stringify(shown)}))`
    const { stdout } = await run(python, ['-c', ask])
    // They may install and still not work, with a Python that is newer than they are.
    for (const peer of ['mandala', 'joblib'] as const) await measure(python, peer, 'miss', join(folder, 'try', peer), 5)
    writeFileSync(done, `Python ${base.version}, ${stdout.trim()}`)
  }
  return { versions: readFileSync(done, 'utf8'), measure: (...task) => measure(python, ...task) }
}

type PeerTask = [peer: 'mandala' | 'joblib', task: 'miss' | 'hit', folder: string, calls: number]

async function measure(python: string, ...[peer, task, folder, calls]: PeerTask): Promise<Measured> {
  mkdirSync(folder, { recursive: true })
  const script = join(import.meta.dirname, 'peer.py')
  const { stdout } = await run(python, [script, peer, task, folder, String(calls)], { timeout: 180_000 })
  return JSON.parse(stdout.trim().split('\n').at(-1)!)
}

async function findPython(): Promise<{ command: string; version: string }> {
  const ask = 'import sys, venv, ensurepip; print("%d.%d.%d" % sys.version_info[:3])'
  for (const command of ['python3', 'python']) {
    try {
      const version = (await run(command, ['-c', ask], { timeout: 20_000 })).stdout.trim()
      const [major, minor] = version.split('.').map(Number)
      if (major === 3 && minor! >= 10) return { command, version }
    } catch {
      // Not there, or without venv: the next one may do.
    }
  }
  throw new Error('there is no Python 3.10 or newer with venv and pip')
}
