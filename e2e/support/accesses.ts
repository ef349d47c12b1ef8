import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs'
import { join, sep } from 'node:path'

/** What is looked at: opening, connecting, starting programs, changing folders' contents. `?`: not every architecture has each. */
const calls = [
  'open',
  'openat',
  'openat2',
  'creat',
  'socket',
  'connect',
  'bind',
  'execve',
  'execveat',
  'mkdir',
  'mkdirat',
  'unlink',
  'unlinkat',
  'rename',
  'renameat',
  'renameat2',
  'link',
  'linkat',
  'symlink',
  'symlinkat',
  'truncate',
]

/** Whether strace can be used here. */
export const canTrace = (): boolean => spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0

/** A command to put before another, so that what that one does is written into a file of a folder. */
export const tracer = (folder: string): string[] => {
  const options = ['-f', '-qq', '--seccomp-bpf', '-s', '4096', '-e', 'signal=none']
  const trace = `trace=${calls.map((call) => `?${call}`).join(',')}`
  // Each process that is started has a file of its own, called by its number.
  const script = 'PATH=/usr/local/bin:/usr/bin:/bin; prefix=$1; shift; exec strace -o "$prefix.$$" "$@"'
  return ['/bin/sh', '-c', script, 'tracer', join(folder, 'trace'), ...options, '-e', trace]
}

/** Where the system keeps what programs are started from, and what the kernel tells about itself. */
const system = [
  '/lib',
  '/lib64',
  '/usr/lib',
  '/usr/lib64',
  '/usr/local/lib',
  '/usr/share/zoneinfo',
  '/proc/self',
  '/sys/devices/system/cpu',
]
const systemFiles = [
  '/etc/ld.so.cache',
  '/etc/ld.so.preload',
  '/etc/localtime',
  '/etc/ssl/openssl.cnf',
  '/dev/null',
  '/dev/urandom',
  '/dev/random',
  '/proc/meminfo',
  '/proc/cpuinfo',
  '/proc/stat',
  '/proc/version_signature',
  '/proc/sys/vm/overcommit_memory',
  '/sys/kernel/mm/transparent_hugepage/enabled',
]
const kernel = /^\/sys\/fs\/cgroup\/|^\/proc\/\d+\/(cgroup|mounts|mountinfo|status|stat|statm|maps|task\/\d+\/comm)$/

const within = (path: string, folder: string): boolean => path === folder || path.startsWith(folder + sep)

export interface Allowed {
  /** Folders of programs and their packages. */
  readonly code: readonly string[]
  /** Folders whose files may be opened. */
  readonly folders: readonly string[]
}

/** Reads traces as they grow. */
export class Accesses {
  readonly #folder: string
  readonly #allowed: Allowed
  readonly #seen = new Map<string, number>()
  readonly #node = realpathSync(process.execPath)

  constructor(folder: string, allowed: Allowed) {
    this.#folder = folder
    this.#allowed = { code: allowed.code.map(real), folders: allowed.folders.map(real) }
  }

  /**
   * What traced programs did since the last time that they should not have: a file opened that is neither code nor theirs, any
   * socket made, any other program started.
   *
   * @returns lines of the traces, each once
   */
  stray(): string[] {
    const stray = new Set<string>()
    for (const name of readdirSync(this.#folder)) {
      const text = readFileSync(join(this.#folder, name), 'utf8').slice(this.#seen.get(name) ?? 0)
      const whole = text.slice(0, text.lastIndexOf('\n') + 1)
      this.#seen.set(name, (this.#seen.get(name) ?? 0) + whole.length)
      for (const line of whole.split('\n')) {
        const call = line.replace(/^\d+ +/, '')
        if (call !== '' && !this.#fine(call)) stray.add(call)
      }
    }
    return [...stray]
  }

  #fine(call: string): boolean {
    // How a process or a call ended: how it began stands in another line.
    if (/^(\+\+\+|---|<\.\.\. )/.test(call)) return true
    const name = /^\w+/.exec(call)?.[0] ?? ''
    const path = /^\w+\([^"]*"((?:[^"\\]|\\.)*)"/.exec(call)?.[1]
    // A call that is cut off by the end of its process may show no arguments.
    if (path === undefined) return /^\w+\(( <unfinished|\?\?\?)/.test(call)
    const found = real(path)
    if (name.startsWith('exec')) return found === this.#node
    const { code, folders } = this.#allowed
    if (folders.some((folder) => within(found, folder))) return true
    if (!/^open|^creat/.test(name) || /O_(WRONLY|RDWR|CREAT)/.test(call)) return path === '/dev/null'
    if (systemFiles.includes(path) || kernel.test(path)) return true
    return [...system, ...code].some((folder) => within(path, folder) || within(found, folder))
  }
}

const real = (path: string): string => (existsSync(path) ? realpathSync(path) : path)
