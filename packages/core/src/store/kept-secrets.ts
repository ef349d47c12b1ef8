import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ColophonError } from '../errors.ts'
import { syncFolder, tenantFolder, writeAll } from './file-objects.ts'
import { storeError } from './store-error.ts'

/** A secret that the store made. */
export interface KeptSecret {
  readonly name: string
  readonly tenant: string
  /** The file that holds it. */
  readonly path: string
}

/** 256 bits, as base64url writes them. */
const valuePattern = /^[A-Za-z0-9_-]{43}$/

/**
 * Secrets that a store makes where nobody set one, and keeps in its folder: `secrets/TENANT/NAME.key`, one line each, readable by its owner
 * alone. They are made once, whatever processes ask at the same time, and never changed.
 */
export class KeptSecrets {
  readonly #folder: string
  readonly #onMade: (made: KeptSecret) => void
  readonly #known = new Map<string, Promise<string>>()

  /**
   * @param folder the store's
   * @param onMade is told of each one that is made
   */
  constructor(folder: string, onMade: (made: KeptSecret) => void = () => undefined) {
    this.#folder = join(folder, 'secrets')
    this.#onMade = onMade
  }

  /**
   * The secret of this name, made if it is not there.
   *
   * @throws ColophonError SECRET_DAMAGED, STORE_NOT_WRITABLE, STORE_DISK_FULL, STORE_FAILED
   */
  async find(tenant: string, name: string): Promise<{ value: string; version: 0 }> {
    const path = join(this.#folder, tenantFolder(tenant), `${name}.key`)
    let value = this.#known.get(path)
    if (!value) {
      value = this.#read(path, name, tenant)
      this.#known.set(path, value)
      // What failed may work the next time.
      value.catch(() => this.#known.delete(path))
    }
    return { value: await value, version: 0 }
  }

  async #read(path: string, name: string, tenant: string): Promise<string> {
    try {
      const there = await textOf(path)
      if (there === undefined && (await make(path))) this.#onMade({ name, tenant, path })
      const value = (there ?? (await readFile(path, 'utf8'))).trim()
      if (!valuePattern.test(value)) throw new ColophonError('SECRET_DAMAGED', { name, path })
      return value
    } catch (error) {
      throw storeError(error, path)
    }
  }
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Makes a secret's file, whole and on the disk before it has its name. Answers false when another process was first. */
async function make(path: string): Promise<boolean> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const partial = `${path}.${randomUUID()}.part`
  try {
    const handle = await open(partial, 'wx', 0o600)
    try {
      await writeAll(handle, Buffer.from(`${randomBytes(32).toString('base64url')}\n`))
      await handle.sync()
    } finally {
      await handle.close()
    }
    // Unlike a rename, a link does not replace what is there.
    await link(partial, path)
    await syncFolder(dirname(path))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(partial, { force: true })
  }
}
