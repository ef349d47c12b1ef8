import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, globSync, realpathSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What a child process is held to. */
export interface Confines {
  /** Bytes. */
  readonly memory: number
  /** Seconds. */
  readonly timeout: number
  readonly read: readonly string[] | undefined
  readonly write: readonly string[]
  readonly fileBytes: number
  readonly launcher: readonly string[]
  /** Folder that the child stands in. */
  readonly folder: string
}

/**
 * Memory that Node, V8 and the decoders reserve without ever touching it, above what they use: arenas and stacks of threads. The
 * kernel's limit counts it. Measured on Linux x64: 1.1 GiB at the start, 2 GiB with decoders at work, of which 0.2 GiB are in use.
 * With less, decoders fail for want of memory that they are entitled to, and not all of them look.
 */
const reserved = 2 ** 31

/**
 * CPU seconds that a child may use in its life, a backstop should the parent be unable to end it. It is given up for a new one after
 * half of them, so that a run that keeps its time limit never meets this.
 */
export const lifeSeconds = (timeout: number): number => Math.ceil(4 * timeout * availableParallelism() + 10)

/** What a shell can set. Each is taken over by the child; one that a system does not know is passed over. */
function shellLimits({ memory, timeout, write, fileBytes }: Confines): string {
  const limits = {
    c: 0, // no core dumps
    d: Math.ceil((memory + reserved) / 1024), // KiB
    f: write.length === 0 ? 0 : Math.ceil(fileBytes / 512), // blocks of 512 bytes, as POSIX says
    t: lifeSeconds(timeout),
  }
  return Object.entries(limits)
    .map(([flag, value]) => `ulimit -${flag} ${value} 2>/dev/null || :`)
    .join('; ')
}

/** Folders that Colophon's own code and the packages that it uses are loaded from. */
function codeFolders(): string[] {
  const own = realpathSync(import.meta.dirname)
  const found: string[] = []
  for (let folder = own; folder !== dirname(folder); folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) found.push(folder)
    const modules = join(folder, 'node_modules')
    if (!existsSync(modules)) continue
    // Workspaces are linked into this folder, and code is loaded from where the links lead.
    found.push(modules, ...globSync(join(modules, '@colophon/*')).map((path) => realpathSync(path)))
  }
  return [...new Set(found)]
}

const bothNames = (path: string): string[] => [
  ...new Set([resolve(path), existsSync(path) ? realpathSync(path) : path]),
]

/** Node's flags: what JavaScript may do, and how large its heap may become. */
function nodeFlags({ memory, read, write }: Confines): string[] {
  const readable = read ? [...codeFolders(), ...[...read, ...write].flatMap(bothNames)] : ['*']
  return [
    '--no-warnings',
    `--max-old-space-size=${Math.max(64, Math.floor(memory / 2 ** 21))}`,
    '--permission',
    '--allow-addons',
    '--allow-worker',
    ...readable.map((path) => `--allow-fs-read=${path}`),
    ...write.flatMap(bothNames).map((path) => `--allow-fs-write=${path}`),
  ]
}

/** Variables that a child gets, and nothing of the parent's: there may be secrets among those. */
const environment = (folder: string): Record<string, string> => ({
  LANG: 'C.UTF-8',
  HOME: folder,
  TMPDIR: folder,
  // Large pictures stay in memory, where they are counted, instead of going to a file that may not be written.
  VIPS_DISC_THRESHOLD: '1024g',
})

/** Starts a child process. Its third stream after the usual ones is the wire. */
export function launch(confines: Confines): ChildProcess {
  const { folder, launcher } = confines
  const extension = import.meta.url.slice(import.meta.url.lastIndexOf('.'))
  const program = fileURLToPath(new URL(`./child${extension}`, import.meta.url))
  const command = [...launcher, process.execPath, ...nodeFlags(confines), program]
  // A process group of its own: it is ended as a whole, and a terminal's Ctrl-C does not reach it.
  return spawn('/bin/sh', ['-c', `${shellLimits(confines)}; exec "$@"`, 'sandbox', ...command], {
    cwd: folder,
    env: environment(folder),
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
  })
}
