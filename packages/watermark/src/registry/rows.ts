import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { type CandidateBits, type MarkedCopy, type MarkPayload, payloadBytes, payloadOf, sources } from './entry.ts'
import { isSealed, sealOf } from './seal.ts'

/** A row that is not as it was written. */
export interface DamagedRow {
  readonly table: string
  readonly row: number
  readonly why: string
}

/** A row as it is read: its number, and what it says or why it cannot be used. */
export type Read<T> = { readonly row: number; readonly value: T } | DamagedRow

export const isDamaged = <T>(read: Read<T>): read is DamagedRow => 'why' in read

/** A mark without its copies. */
export interface Mark {
  readonly tenant: string
  readonly payload: MarkPayload
  readonly message: string
  readonly recipient?: string
  readonly source: (typeof sources)[number]
  readonly time: Date
}

/** A file that carries the mark of that row. */
export interface CopyRow {
  readonly mark: number
  readonly copy: MarkedCopy
}

type Cell = null | number | string | Uint8Array

/** How a table's rows become values and back. The seal stands last and covers the columns between it and the row's number. */
export interface Table<T> {
  readonly name: string
  readonly columns: readonly string[]
  readonly pack: (value: T) => readonly Cell[]
  readonly unpack: (cells: readonly Cell[]) => T | undefined
}

const kinds = ['id', 'text'] as const

export const marks: Table<Mark> = {
  name: 'watermark_mark',
  columns: ['tenant', 'kind', 'payload', 'message', 'recipient', 'source', 'time'],
  pack: ({ tenant, payload, message, recipient, source, time }) => [
    tenant,
    kinds.indexOf(payload.kind),
    payloadBytes(payload),
    message,
    recipient ?? null,
    sources.indexOf(source),
    time.getTime(),
  ],
  unpack([tenant, kind, bytes, message, recipient, source, time]) {
    const payload = payloadOf(kinds[kind as number] ?? 'id', bytes as Uint8Array)
    return (
      payload && {
        tenant: tenant as string,
        payload,
        message: message as string,
        ...(recipient !== null && { recipient: recipient as string }),
        source: sources[source as number]!,
        time: new Date(time as number),
      }
    )
  },
}

export const copies: Table<CopyRow> = {
  name: 'watermark_copy',
  columns: ['mark', 'content', 'media', 'call', 'fingerprint', 'time'],
  pack: ({ mark, copy }) => [
    mark,
    Buffer.from(copy.content, 'hex'),
    copy.media,
    copy.call ?? null,
    copy.fingerprint ?? null,
    (copy.time ?? new Date()).getTime(),
  ],
  unpack: ([mark, content, media, call, fingerprint, time]) => ({
    mark: mark as number,
    copy: {
      content: Buffer.from(content as Uint8Array).toString('hex'),
      media: media as string,
      ...(call !== null && { call: call as string }),
      ...(fingerprint !== null && { fingerprint: fingerprint as Uint8Array }),
      time: new Date(time as number),
    },
  }),
}

/** Bits of another tool, for the mark of that row. */
export interface CandidateRow {
  readonly mark: number
  readonly candidate: CandidateBits
}

export const candidates: Table<CandidateRow> = {
  name: 'watermark_candidate',
  columns: ['mark', 'key', 'bits', 'modality', 'task'],
  pack: ({ mark, candidate: { key, bits, modality, task } }) => [mark, key, bits, modality, task ?? null],
  unpack: ([mark, key, bits, modality, task]) => ({
    mark: mark as number,
    candidate: {
      key: key as string,
      bits: bits as Uint8Array,
      modality: modality as string,
      ...(task !== null && { task: task as string }),
    },
  }),
}

/** Inserts and reads the rows of one table. */
export class Rows<T> {
  readonly table: Table<T>
  readonly #db: DatabaseSync
  readonly #insert: StatementSync
  readonly #update: StatementSync
  readonly #queries = new Map<string, StatementSync>()

  constructor(db: DatabaseSync, table: Table<T>) {
    this.table = table
    this.#db = db
    const names = [...table.columns, 'seal']
    this.#insert = db.prepare(
      `insert into ${table.name} (${names.join(', ')}) values (${names.map(() => '?').join(', ')})`,
    )
    this.#update = db.prepare(`update ${table.name} set ${names.map((name) => `${name} = ?`).join(', ')} where id = ?`)
  }

  insert(value: T): number {
    const cells = this.table.pack(value)
    return Number(this.#insert.run(...cells, sealOf(cells)).lastInsertRowid)
  }

  /** Writes another value into a row. */
  update(row: number, value: T): void {
    const cells = this.table.pack(value)
    this.#update.run(...cells, sealOf(cells), row)
  }

  /** The rows that a condition holds for, in the order of their numbers. */
  *where(condition: string, ...values: Cell[]): Generator<Read<T>> {
    // Not iterated over lazily: the caller may write before the last row is read.
    for (const cells of this.#query(condition).all(...values) as unknown as Cell[][]) yield this.#read(cells)
  }

  /** The first of them. */
  first(condition: string, ...values: Cell[]): Read<T> | undefined {
    const cells = this.#query(condition).get(...values) as unknown as Cell[] | undefined
    return cells && this.#read(cells)
  }

  /** All rows after a number for which a condition holds, read some at a time. */
  *all(condition: string, ...values: Cell[]): Generator<Read<T>> {
    for (let after = 0; ; ) {
      const page = [...this.where(`id > ? and ${condition} order by id limit 1000`, after, ...values)]
      yield* page
      if (page.length === 0) return
      after = page.at(-1)!.row
    }
  }

  #query(condition: string): StatementSync {
    const known = this.#queries.get(condition)
    if (known) return known
    const { columns, name } = this.table
    const query = this.#db.prepare(`select id, ${columns.join(', ')}, seal from ${name} where ${condition}`)
    query.setReturnArrays(true)
    this.#queries.set(condition, query)
    return query
  }

  #read([row, ...cells]: Cell[]): Read<T> {
    const seal = cells.pop()
    const damaged = (why: string): DamagedRow => ({ table: this.table.name, row: row as number, why })
    if (!isSealed(cells, seal)) return damaged('its columns do not fit its seal')
    const value = this.table.unpack(cells)
    return value === undefined ? damaged('its payload has a size that no id has') : { row: row as number, value }
  }
}
