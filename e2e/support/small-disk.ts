import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const MiB = 2 ** 20
const inside = 'COLOPHON_E2E_OWN_MOUNTS'

/** A disk of a few MiB. */
export class SmallDisk {
  readonly path: string
  readonly #release: () => void

  constructor(path: string, release: () => void) {
    this.path = path
    this.#release = release
  }

  get free(): number {
    const { bavail, bsize } = statfsSync(this.path)
    return bavail * bsize
  }

  /** Writes a file that takes all space but `bytes`; removing it makes room again. */
  fillUpTo(bytes: number): { remove: () => void } {
    const path = join(this.path, `ballast-${Date.now()}-${Math.random()}`)
    const file = openSync(path, 'w')
    let size = 0
    const piece = Buffer.alloc(64 * 1024)
    try {
      for (;;) size += writeSync(file, piece)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
    if (bytes > 0) ftruncateSync(file, Math.max(0, size - bytes))
    closeSync(file)
    return { remove: () => rmSync(path) }
  }

  release(): void {
    this.#release()
  }
}

/**
 * A small disk: a tmpfs, mounted here when that is allowed, or else by this same script run again among mounts of its own, where
 * it is; or a shared memory folder that is small anyway, as containers have. Undefined when there is none of these.
 */
export function smallDisk(size = 12 * MiB): SmallDisk | undefined {
  if (process.platform !== 'linux') return undefined
  const path = mkdtempSync(join(tmpdir(), 'colophon-small-disk-'))
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'colophon', path], { stdio: 'pipe' })
    return new SmallDisk(path, () => {
      execFileSync('umount', ['--lazy', path])
      rmSync(path, { recursive: true })
    })
  } catch {
    rmSync(path, { recursive: true })
  }
  if (!process.env[inside] && spawnSync('unshare', ['-rm', 'true']).status === 0) {
    const again = [process.execPath, ...process.execArgv, ...process.argv.slice(1)]
    const { status } = spawnSync('unshare', ['-rm', ...again], {
      stdio: 'inherit',
      env: { ...process.env, [inside]: '1' },
    })
    process.exit(status ?? 1)
  }
  return sharedMemory(size)
}

function sharedMemory(size: number): SmallDisk | undefined {
  try {
    const { blocks, bsize } = statfsSync('/dev/shm')
    if (blocks * bsize > 256 * MiB) return undefined
    const folder = mkdtempSync('/dev/shm/colophon-')
    const release = () => rmSync(folder, { recursive: true })
    const all = new SmallDisk(folder, release)
    if (all.free >= size) {
      all.fillUpTo(size)
      mkdirSync(join(folder, 'disk'))
      return new SmallDisk(join(folder, 'disk'), release)
    }
    release()
    return undefined
  } catch {
    return undefined
  }
}
