import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync } from 'node:fs'
import { access, mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ColophonError } from '../errors.ts'
import { type Digest, fromHex, StreamDigest, toHex } from '../value/hash.ts'
import { readFile, scanFile } from '../value/read-file.ts'
import type { ByteRange } from '../value/ref.ts'
import { TempFile } from '../value/value-type.ts'
import { isLeftBehind, ownPrefix } from './left-behind.ts'
import type { Objects, Stored, WorkFolder } from './objects.ts'
import { storeError } from './store-error.ts'
import { WorkFolders } from './work-folders.ts'

/**
 * {@link Objects} as files: `objects/TENANT/ab/cdef…`, each written under a scratch name, pressed onto the disk, and renamed.
 */
export class FileObjects implements Objects {
  readonly #folder: string
  readonly #scratch: string
  readonly #work: WorkFolders
  readonly #made = new Set<string>()

  constructor(folder: string) {
    this.#folder = join(folder, 'objects')
    this.#scratch = join(folder, 'scratch')
    try {
      mkdirSync(this.#folder, { recursive: true })
      mkdirSync(this.#scratch, { recursive: true })
      this.#clearScratch()
      this.#work = new WorkFolders(join(folder, 'work'))
    } catch (error) {
      throw storeError(error, folder)
    }
  }

  #clearScratch(): void {
    for (const name of readdirSync(this.#scratch)) {
      const path = join(this.#scratch, name)
      if (isLeftBehind(path, name)) rmSync(path, { force: true })
    }
  }

  #fileOf(tenant: string, digest: Digest): string {
    return join(this.#folder, objectFile(tenant, digest))
  }

  async temp(extension = ''): Promise<TempFile> {
    return new TempFile(join(this.#scratch, `${ownPrefix}${randomUUID()}${extension}`))
  }

  async workFolder(tenant: string, key: string): Promise<WorkFolder> {
    try {
      return this.#work.open(tenant, key)
    } catch (error) {
      throw storeError(error, this.#folder)
    }
  }

  async write(tenant: string, source: AsyncIterable<Uint8Array>): Promise<Stored> {
    const { path } = await this.temp()
    const hash = new StreamDigest('blob')
    // What the source itself fails of is its own to say.
    let reading = false
    try {
      const handle = await open(path, 'wx')
      try {
        reading = true
        for await (const piece of source) {
          reading = false
          hash.update(piece)
          await writeAll(handle, piece)
          reading = true
        }
        reading = false
        await handle.sync()
      } finally {
        await handle.close()
      }
      return await this.#place(tenant, hash.digest(), hash.size, path)
    } catch (error) {
      await rm(path, { force: true }).catch(() => undefined)
      throw isFileError(error) && !reading ? storeError(error, this.#folder) : error
    }
  }

  async adopt(tenant: string, file: TempFile): Promise<Stored> {
    const hash = new StreamDigest('blob')
    for await (const piece of scanFile(file.path)) hash.update(piece)
    try {
      const handle = await open(file.path, 'r+')
      try {
        await handle.sync()
      } finally {
        await handle.close()
      }
      return await this.#place(tenant, hash.digest(), hash.size, file.path)
    } catch (error) {
      throw storeError(error, this.#folder)
    }
  }

  async put(tenant: string, digest: Digest, bytes: Uint8Array): Promise<void> {
    if (await this.has(tenant, digest)) return
    const { path } = await this.temp()
    try {
      const handle = await open(path, 'wx')
      try {
        await writeAll(handle, bytes)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await this.#place(tenant, digest, bytes.length, path)
    } catch (error) {
      await rm(path, { force: true }).catch(() => undefined)
      throw storeError(error, this.#folder)
    }
  }

  async #place(tenant: string, digest: Digest, size: number, from: string): Promise<Stored> {
    const file = this.#fileOf(tenant, digest)
    const folder = dirname(file)
    if (!this.#made.has(folder)) {
      const first = await mkdir(folder, { recursive: true })
      // A new folder's name is on the disk only when the folder that holds it is.
      if (first)
        for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made))
      this.#made.add(folder)
    }
    await rename(from, file)
    await syncFolder(folder)
    return { digest, size }
  }

  async has(tenant: string, digest: Digest): Promise<boolean> {
    return access(this.#fileOf(tenant, digest)).then(
      () => true,
      () => false,
    )
  }

  async *stream(tenant: string, digest: Digest, range: ByteRange = {}): AsyncIterable<Uint8Array> {
    yield* readFile(await this.path(tenant, digest), range)
  }

  async *scan(tenant: string, digest: Digest, range: ByteRange = {}): AsyncIterable<Uint8Array> {
    yield* scanFile(await this.path(tenant, digest), range)
  }

  async path(tenant: string, digest: Digest): Promise<string> {
    if (!(await this.has(tenant, digest))) throw new ColophonError('STORE_OBJECT_MISSING', { hash: toHex(digest) })
    return this.#fileOf(tenant, digest)
  }

  async *list(): AsyncIterable<{ tenant: string; digest: Digest; size: number }> {
    for await (const entry of await opendir(this.#folder, { recursive: true })) {
      if (!entry.isFile()) continue
      const file = join(entry.parentPath, entry.name)
      const hex = basename(entry.parentPath) + entry.name
      if (!/^[0-9a-f]{64}$/.test(hex)) continue
      const tenant = decodeURIComponent(basename(dirname(entry.parentPath)))
      yield { tenant, digest: fromHex(hex), size: (await stat(file)).size }
    }
  }

  async close(): Promise<void> {
    // Files need no closing.
  }
}

/** The name of an object's file within the folder of objects; nothing in a tenant's name can lead out of it. */
export function objectFile(tenant: string, digest: Digest): string {
  const hex = toHex(digest)
  return join(tenantFolder(tenant), hex.slice(0, 2), hex.slice(2))
}

/** What a tenant's folder is called: no name leads out of the one above it. */
export const tenantFolder = (tenant: string): string => encodeURIComponent(tenant).replaceAll('.', '%2E')

/** Writes all of `bytes`; a single write may stop short on a disk that is nearly full. */
export async function writeAll(handle: Awaited<ReturnType<typeof open>>, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length; ) done += (await handle.write(bytes, done)).bytesWritten
}

/** Presses a folder's names onto the disk, where the system can. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  try {
    await handle?.sync()
  } catch (error) {
    // Some file systems refuse to sync a folder; they promise nothing then.
    if (!['EINVAL', 'EPERM', 'EISDIR', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await handle?.close()
  }
}

const isFileError = (error: unknown): boolean => typeof (error as NodeJS.ErrnoException)?.syscall === 'string'
