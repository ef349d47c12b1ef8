import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { ColophonError, openRoomDatabase, reasonOf, storeError } from '@colophon/core'
import {
  type CandidateBits,
  checkEntry,
  type Entry,
  type MarkedCopy,
  type MarkPayload,
  messageName,
  type NewEntry,
  payloadBytes,
  payloadText,
} from './entry.ts'
import {
  type CandidateRow,
  type CopyRow,
  candidates,
  copies,
  type DamagedRow,
  isDamaged,
  type Mark,
  marks,
  type Read,
  Rows,
} from './rows.ts'
import { registryDatabase } from './tables.ts'

/** What became of an entry: its mark was new, or known with this copy or without. */
export interface Registered {
  readonly row: number
  readonly added: boolean
  /** Whether its copy was new. */
  readonly copyAdded: boolean
}

/** What {@link Registry.verify} found. */
export interface RegistryReport {
  readonly ok: boolean
  readonly marks: number
  readonly copies: number
  readonly candidates: number
  readonly damaged: readonly DamagedRow[]
  /** What SQLite says of its file, when that is not whole. */
  readonly file?: string
}

/**
 * The payloads that marks carry, and what they stand for. It is a database of its own in the store's folder (`watermark.sqlite`): what it holds
 * cannot be computed again, so every entry is pressed onto the disk before the call returns. Several processes may use it at once.
 *
 * @example
 * using registry = await Registry.open('.colophon')
 * registry.register('default', { payload: { kind: 'id', id: 7n, bits: 64 }, message: 'hello' })
 */
export class Registry {
  readonly path: string
  readonly #db: DatabaseSync
  readonly #marks: Rows<Mark>
  readonly #copies: Rows<CopyRow>
  readonly #candidates: Rows<CandidateRow>

  private constructor(db: DatabaseSync, path: string) {
    this.#db = db
    this.path = path
    this.#marks = new Rows(db, marks)
    this.#copies = new Rows(db, copies)
    this.#candidates = new Rows(db, candidates)
  }

  /**
   * Opens the registry of a store, and makes it when it is not there.
   *
   * @param folder the store's folder; `:memory:` for one that goes when it is closed
   * @throws WATERMARK_REGISTRY_DAMAGED, STORE_TOO_NEW, STORE_LOCKED, STORE_NOT_WRITABLE, STORE_DISK_FULL, STORE_FAILED
   */
  static async open(folder: string): Promise<Registry> {
    const path = registryPath(folder)
    let db: DatabaseSync | undefined
    try {
      db = await openRoomDatabase(folder, registryDatabase)
      return new Registry(db, path)
    } catch (error) {
      db?.close()
      throw registryError(error, path)
    }
  }

  /** The registry of a store if it has one: to ask makes none. @throws as {@link open} */
  static async openExisting(folder: string): Promise<Registry | undefined> {
    return folder === ':memory:' || existsSync(registryPath(folder)) ? Registry.open(folder) : undefined
  }

  /**
   * Registers an entry. The same entry again changes nothing; another copy of a known mark is added to it. A mark that was registered
   * with an empty message and for nobody gets the message and recipient of the next entry.
   *
   * @throws WATERMARK_REGISTRY_CONFLICT when the payload stands for another message or recipient; WATERMARK_REGISTRY_ENTRY_INVALID,
   *   WATERMARK_REGISTRY_ROW_DAMAGED, STORE_LOCKED, STORE_DISK_FULL
   */
  register(tenant: string, entry: NewEntry): Registered {
    const [registered] = this.registerAll(tenant, [entry], (error) => {
      throw error
    })
    return registered as Registered
  }

  /**
   * Registers entries in one transaction.
   *
   * @param refused what to do with one that cannot be registered; the others are kept unless it throws
   * @param options.dryRun finds out what would become of them, and keeps nothing
   * @returns what became of each, undefined for a refused one
   * @throws as {@link register}
   */
  registerAll(
    tenant: string,
    entries: readonly NewEntry[],
    refused: (error: ColophonError, entry: NewEntry, index: number) => void,
    options: { readonly dryRun?: boolean } = {},
  ): readonly (Registered | undefined)[] {
    return this.#asked(() => {
      this.#db.exec('begin immediate')
      try {
        const all = entries.map((entry, index) => {
          try {
            checkEntry(entry)
            return this.#put(tenant, entry)
          } catch (error) {
            if (!(error instanceof ColophonError) || !refusals.has(error.code)) throw error
            refused(error, entry, index)
            return undefined
          }
        })
        this.#db.exec(options.dryRun ? 'rollback' : 'commit')
        return all
      } catch (error) {
        // SQLite ends a transaction by itself when the disk is full.
        if (this.#db.isTransaction) this.#db.exec('rollback')
        throw error
      }
    })
  }

  #put(tenant: string, entry: NewEntry): Registered {
    const { payload, message, recipient, source = 'embedded', time = new Date(), copy, candidate } = entry
    const known = this.#mark(tenant, payload)
    const mark = { tenant, payload, message, ...(recipient !== undefined && { recipient }), source, time }
    if (known && isUnnamed(known.value)) this.#marks.update(known.row, { ...mark, time: known.value.time })
    else if (known) this.#checkSame(known.value, entry)
    const row = known?.row ?? this.#marks.insert(mark)
    const copyAdded = copy !== undefined && this.#putCopy(row, { time, ...copy })
    if (candidate && !this.#candidates.first('mark = ?', row)) this.#candidates.insert({ mark: row, candidate })
    return { row, added: !known, copyAdded }
  }

  #checkSame(known: Mark, entry: NewEntry): void {
    if (known.message === entry.message && known.recipient === entry.recipient) return
    const payload = payloadText(entry.payload)
    const [knownName, given] = [messageName(known), messageName(entry)]
    throw new ColophonError('WATERMARK_REGISTRY_CONFLICT', { payload, known: knownName, given })
  }

  #putCopy(mark: number, copy: MarkedCopy): boolean {
    const known = this.#copies.first('mark = ? and content = ?', mark, Buffer.from(copy.content, 'hex'))
    if (known) this.#whole(known)
    else this.#copies.insert({ mark, copy })
    return !known
  }

  /** What is registered for a payload. @throws WATERMARK_REGISTRY_ROW_DAMAGED */
  find(tenant: string, payload: MarkPayload): Entry | undefined {
    return this.#asked(() => {
      const mark = this.#mark(tenant, payload)
      return mark && this.#entry(mark.row, mark.value)
    })
  }

  /** The entry of a row. @throws WATERMARK_REGISTRY_ROW_DAMAGED */
  entry(tenant: string, row: number): Entry | undefined {
    return this.#asked(() => {
      const mark = this.#marks.first('id = ? and tenant = ?', row, tenant)
      return mark && this.#entry(row, this.#whole(mark).value)
    })
  }

  /** The entries that a file with this content hash carries the mark of. @throws WATERMARK_REGISTRY_ROW_DAMAGED */
  findCopy(tenant: string, content: string): readonly Entry[] {
    return this.#asked(() => {
      const rows = [...this.#copies.where('content = ? order by id', Buffer.from(content, 'hex'))]
      const found = rows.map((row) => this.entry(tenant, this.#whole(row).value.mark))
      return found.filter((entry) => entry !== undefined)
    })
  }

  /** Entries in order of arrival. @param after the row after which to begin @throws WATERMARK_REGISTRY_ROW_DAMAGED */
  list(tenant: string, { after = 0, limit = 100 }: { after?: number; limit?: number } = {}): readonly Entry[] {
    return this.#asked(() =>
      [...this.#marks.where(`${ofTenant} and id > ? order by id limit ?`, tenant, after, limit)].map((read) => {
        const { row, value } = this.#whole(read)
        return this.#entry(row, value)
      }),
    )
  }

  /** How many payloads a tenant has. */
  count(tenant: string): number {
    const sql = 'select count(*) as n from watermark_mark where tenant = ?'
    return this.#asked(() => Number(this.#db.prepare(sql).get(tenant)?.n))
  }

  /** All marks of a tenant, without their copies. Damaged rows are told and left out. */
  *marks(tenant: string, damaged: (row: DamagedRow) => void): Generator<{ row: number; mark: Mark }> {
    for (const { row, value } of this.#readable(this.#marks.all(ofTenant, tenant), damaged)) yield { row, mark: value }
  }

  /** The fingerprints of all copies of a tenant, with the row of the mark each carries. Damaged rows are told and left out. */
  *fingerprints(
    tenant: string,
    media: string,
    damaged: (row: DamagedRow) => void,
  ): Generator<{ mark: number; copy: MarkedCopy & { readonly fingerprint: Uint8Array } }> {
    const condition = `fingerprint is not null and media = ? and ${markOfTenant}`
    for (const { value } of this.#readable(this.#copies.all(condition, media, tenant), damaged))
      if (value.copy.fingerprint)
        yield { mark: value.mark, copy: { ...value.copy, fingerprint: value.copy.fingerprint } }
  }

  /** The bits that other tools hide, with the row of the mark that they stand for. Damaged rows are told and left out. */
  *candidates(
    tenant: string,
    damaged: (row: DamagedRow) => void,
  ): Generator<{ mark: number; candidate: CandidateBits }> {
    for (const { value } of this.#readable(this.#candidates.all(markOfTenant, tenant), damaged)) yield value
  }

  /** Reads every row of every tenant and compares it with its seal. */
  verify(): RegistryReport {
    return this.#asked(() => {
      const damaged: DamagedRow[] = []
      const count = <T>(rows: Rows<T>): number => {
        let n = 0
        for (const read of rows.all('true')) {
          n++
          if (isDamaged(read)) damaged.push(read)
        }
        return n
      }
      const counts = { marks: count(this.#marks), copies: count(this.#copies), candidates: count(this.#candidates) }
      const said = String(Object.values(this.#db.prepare('pragma integrity_check(1)').get() ?? {})[0])
      return { ok: damaged.length === 0 && said === 'ok', ...counts, damaged, ...(said !== 'ok' && { file: said }) }
    })
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close()
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #mark(tenant: string, payload: MarkPayload): { row: number; value: Mark } | undefined {
    const kind = payload.kind === 'id' ? 0 : 1
    const found = this.#marks.first('tenant = ? and kind = ? and payload = ?', tenant, kind, payloadBytes(payload))
    return found && this.#whole(found)
  }

  #entry(row: number, { tenant: _, ...mark }: Mark): Entry {
    const rows = [...this.#copies.where('mark = ? order by id', row)]
    const candidate = this.#candidates.first('mark = ?', row)
    return {
      row,
      ...mark,
      copies: rows.map((read) => this.#whole(read).value.copy),
      ...(candidate && { candidate: this.#whole(candidate).value.candidate }),
    }
  }

  #whole<T>(read: Read<T>): { row: number; value: T } {
    if (!isDamaged(read)) return read
    throw new ColophonError('WATERMARK_REGISTRY_ROW_DAMAGED', { path: this.path, ...read })
  }

  *#readable<T>(rows: Iterable<Read<T>>, damaged: (row: DamagedRow) => void): Generator<{ row: number; value: T }> {
    try {
      for (const read of rows) {
        if (isDamaged(read)) damaged(read)
        else yield read
      }
    } catch (error) {
      throw registryError(error, this.path)
    }
  }

  #asked<T>(question: () => T): T {
    try {
      return question()
    } catch (error) {
      throw registryError(error, this.path)
    }
  }
}

// In order of rows: with the index of tenants, SQLite would sort all rows of one for each page.
const ofTenant = '+tenant = ?'
const markOfTenant = 'exists (select 1 from watermark_mark as owner where owner.id = mark and owner.tenant = ?)'

/** A mark of which only the payload is known so far: what it stands for may be told later. */
const isUnnamed = ({ message, recipient }: Mark): boolean => message === '' && recipient === undefined

/** What concerns one entry; everything else ends the transaction. */
const refusals: ReadonlySet<string> = new Set([
  'WATERMARK_REGISTRY_CONFLICT',
  'WATERMARK_REGISTRY_ENTRY_INVALID',
  'WATERMARK_REGISTRY_ROW_DAMAGED',
])

/** Where the registry of a store lies. */
export const registryPath = (folder: string): string =>
  folder === ':memory:' ? folder : resolve(folder, `${registryDatabase.name}.sqlite`)

const registryError = (thrown: unknown, path: string): ColophonError => {
  const error = storeError(thrown, path)
  if (error.code !== 'STORE_DAMAGED' && error.code !== 'STORE_NOT_A_STORE') return error
  const why = 'why' in error.details ? error.details.why : reasonOf(error)
  return new ColophonError('WATERMARK_REGISTRY_DAMAGED', { path, why }, { cause: error })
}
