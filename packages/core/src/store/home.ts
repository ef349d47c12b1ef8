import { randomUUID } from 'node:crypto'
import { open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ColophonError } from '../errors.ts'
import { type Digest, StreamDigest, toHex } from '../value/hash.ts'
import type { ByteRange, FactsByFamily, Home } from '../value/ref.ts'
import { syncFolder, writeAll } from './file-objects.ts'
import type { Objects } from './objects.ts'
import type { Records } from './records.ts'

import { storeError } from './store-error.ts'

/** A tenant's place in a store; without records (no store is in use) data live in memory and only blobs on disk. */
export class TenantHome implements Home {
  readonly tenant: string
  readonly objects: Objects
  readonly #records: Records | undefined

  constructor(tenant: string, objects: Objects, records?: Records) {
    this.tenant = tenant
    this.objects = objects
    this.#records = records
  }

  async loadBody(digest: Digest): Promise<Uint8Array> {
    const body = await this.#records?.body(this.tenant, digest)
    if (body) return body
    const pieces: Uint8Array[] = []
    const hash = new StreamDigest('value')
    for await (const piece of this.objects.stream(this.tenant, digest)) {
      hash.update(piece)
      pieces.push(piece)
    }
    checkDigest(hash, digest)
    return Buffer.concat(pieces)
  }

  async *streamBlob(digest: Digest, size: number, range: ByteRange, lent: boolean): AsyncIterable<Uint8Array> {
    const { start = 0, end = size } = range
    let left = end - start
    const { objects, tenant } = this
    for await (const piece of lent ? objects.scan(tenant, digest, range) : objects.stream(tenant, digest, range)) {
      left -= piece.length
      yield piece
    }
    // Hashing every part that is read would mean reading all of the blob; that a file was cut short shows without.
    if (left !== 0) throw new ColophonError('VALUE_CORRUPT', { hash: toHex(digest), why: 'its file was cut short' })
  }

  blobPath(digest: Digest): Promise<string> {
    return this.objects.path(this.tenant, digest)
  }

  async saveBlob(digest: Digest, path: string): Promise<void> {
    if (!(await this.objects.has(this.tenant, digest)))
      throw new ColophonError('STORE_OBJECT_MISSING', { hash: toHex(digest) })
    // Beside the target, so that the rename stays on one disk.
    const partial = join(dirname(path), `.colophon-${randomUUID()}.part`)
    try {
      const handle = await open(partial, 'wx')
      try {
        const hash = new StreamDigest('blob')
        for await (const piece of this.objects.scan(this.tenant, digest)) {
          hash.update(piece)
          await writeAll(handle, piece)
        }
        checkDigest(hash, digest)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(partial, path)
      await syncFolder(dirname(path))
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined)
      const { code, message } = error as NodeJS.ErrnoException
      if (code === 'ENOSPC' || code === 'EDQUOT' || error instanceof ColophonError) throw storeError(error, path)
      const why =
        {
          ENOENT: 'its folder does not exist',
          EACCES: 'permission is denied',
          EPERM: 'permission is denied',
          EISDIR: 'it is a directory',
          ENOTDIR: 'its folder is a file',
          EROFS: 'the disk is read-only',
        }[code ?? ''] ?? message
      throw new ColophonError('FILE_NOT_WRITABLE', { path, why }, { cause: error })
    }
  }

  facts(digest: Digest): FactsByFamily {
    return this.#records?.facts(this.tenant, digest) ?? {}
  }
}

/** What is read whole is compared with its name before anyone relies on it. */
function checkDigest(hash: StreamDigest, digest: Digest): void {
  if (hash.digest() !== digest)
    throw new ColophonError('VALUE_CORRUPT', { hash: toHex(digest), why: 'its bytes do not have this hash' })
}
