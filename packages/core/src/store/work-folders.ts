import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { abandonedMs, isLeftBehind, ownPrefix } from './left-behind.ts'
import type { WorkFolder } from './objects.ts'

/** Folders that someone in this process is at work in. */
const used = new Set<string>()

/** What the name of a folder begins with that nobody holds. */
const free = 'free~'

/**
 * Folders in which calls keep what they have done so far: `work/TENANT/OWNER~KEY~n`. The owner is in the name, so one is taken over by
 * renaming it, which succeeds for one alone of all that try.
 */
export class WorkFolders {
  readonly #folder: string

  /** Clears what nobody came back for. */
  constructor(folder: string) {
    this.#folder = folder
    for (const tenant of entries(folder))
      for (const name of entries(join(folder, tenant))) {
        const path = join(folder, tenant, name)
        if (this.#isFree(path, name) && isOld(path)) rmSync(path, { recursive: true, force: true })
      }
  }

  /** The folder of an interrupted attempt where there is one that nobody works in, else a new one. */
  open(tenant: string, key: string): WorkFolder {
    const home = join(this.#folder, encodeURIComponent(tenant).replaceAll('.', '%2E'))
    const path = join(home, `${ownPrefix}${key}~${randomUUID().slice(0, 8)}`)
    mkdirSync(home, { recursive: true })
    if (!this.#takeOver(home, key, path)) mkdirSync(path)
    used.add(path)
    return {
      path,
      keep: async () => {
        try {
          // Its age counts from now.
          touch(path)
          renameSync(path, join(home, `${free}${key}~${randomUUID().slice(0, 8)}`))
        } catch {
          // It is found when this process is gone.
        }
        used.delete(path)
      },
      remove: async () => {
        await rm(path, { recursive: true, force: true })
        used.delete(path)
      },
    }
  }

  #takeOver(home: string, key: string, path: string): boolean {
    for (const name of entries(home)) {
      if (!name.includes(`~${key}~`)) continue
      const found = join(home, name)
      if (!this.#isFree(found, name)) continue
      try {
        renameSync(found, path)
        touch(path)
        return true
      } catch (error) {
        // Someone else was faster.
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      }
    }
    return false
  }

  #isFree(path: string, name: string): boolean {
    if (used.has(path)) return false
    return name.startsWith(free) || isLeftBehind(path, name)
  }
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

const touch = (path: string): void => utimesSync(path, new Date(), new Date())

function isOld(path: string): boolean {
  const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  return changed !== undefined && changed < Date.now() - abandonedMs
}
