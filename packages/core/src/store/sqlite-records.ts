import type { DatabaseSync } from 'node:sqlite'
import type { Content } from '../value/content.ts'
import { type Digest, fromBytes, toBytes } from '../value/hash.ts'
import type { FactsByFamily } from '../value/ref.ts'
import {
  type Batch,
  type CallCommit,
  type CallPointer,
  type CommitRecord,
  type Committed,
  type Found,
  type FoundOutput,
  type FoundPassed,
  type InputRecord,
  type OpRecord,
  type Records,
  stepStates,
} from './records.ts'
import { inlineBytes } from './schema.ts'
import { rollback } from './sqlite.ts'
import { type OpRow, SqliteNames, slotOf } from './sqlite-names.ts'
import {
  type Cell,
  type FoundRow,
  type PassedRow,
  type Statements,
  statements,
  type ValueRow,
} from './sqlite-statements.ts'
import { storeError } from './store-error.ts'

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

/** The {@link Records} of an embedded store, on one SQLite connection of the calling thread. */
export class SqliteRecords implements Records {
  readonly #db: DatabaseSync
  readonly #path: string
  readonly #sql: Statements
  readonly #names: SqliteNames
  /** Database numbers of calls that the sender may still name by their process number. */
  readonly #calls = new Map<number, number>()
  /** Calls numbered by the transaction that is open. */
  readonly #added: number[] = []

  constructor(db: DatabaseSync, path: string) {
    this.#db = db
    this.#path = path
    this.#sql = statements(db)
    this.#names = new SqliteNames(this.#sql)
  }

  find(tenant: string, key: Digest, history: Digest): Found | undefined {
    try {
      return this.#find(tenant, key, history)
    } catch (error) {
      throw storeError(error, this.#path)
    }
  }

  /** Errors of questions in the words of the store. */
  #asked<T>(question: () => T): T {
    try {
      return question()
    } catch (error) {
      throw storeError(error, this.#path)
    }
  }

  #find(tenant: string, key: Digest, history: Digest): Found | undefined {
    const tenantId = this.#names.tenant(tenant)
    if (tenantId === undefined) return undefined
    const rows = this.#sql.findResult.all(tenantId, toBytes(key)) as unknown as FoundRow[]
    const first = rows[0]
    if (!first) return undefined
    const [result, opId, parts, call] = first
    // Rows come in the order of their slots.
    const op = this.#names.opById(opId, rows.at(-1)![4])
    return {
      call: history === '' ? (call ?? 0) : this.#callOf(result, history),
      outputs: rows.map(([, , , , slot, value]) => this.#output(op.outputs[slot]!, value)),
      passed: parts === 0 ? noPassed : this.#passed(result, op),
    }
  }

  #callOf(result: number, history: Digest): number {
    const row = this.#sql.findCall.get(result, toBytes(history)) as unknown as [number] | undefined
    return row ? row[0] : 0
  }

  #output(name: string, value: Cell): FoundOutput {
    if (typeof value !== 'number') return { name, content: { kind: 'inline', encoding: latin1(value) } }
    const row = this.#sql.valueById.get(value) as unknown as ValueRow | undefined
    if (!row) throw new Error(`the value ${value} is not there`)
    const [hash, kind, size, body, facts] = row
    const digest = fromBytes(hash)
    if (kind === 1) return { name, content: { kind: 'blob', digest, size }, facts: facts ? JSON.parse(facts) : {} }
    return { name, content: body ? { kind: 'data', digest, size, body } : { kind: 'data', digest, size } }
  }

  #passed(result: number, op: OpRow): FoundPassed[] {
    const rows = this.#sql.findPassed.all(result) as unknown as PassedRow[]
    return rows.map(([slot, path, input, id, fromOutput, key, history]) => ({
      output: op.outputs[slot]!,
      path,
      ...(input === null ? {} : { input }),
      ...(id === null || key === null
        ? {}
        : { from: { id, key: fromBytes(key), history: history ? fromBytes(history) : '' } }),
      ...(fromOutput === null ? {} : { fromOutput }),
    }))
  }

  commit(batch: Batch): readonly Committed[] {
    return this.#transaction(
      () => {
        for (const run of batch.runs) this.#names.beginRun(run)
        const committed = batch.records.map((record) => this.#record(record))
        for (const run of batch.runs) if (run.ended !== undefined) this.#names.endRun(run)
        return committed
      },
      () => {
        for (const run of batch.runs) if (run.ended !== undefined) this.#names.forgetRun(run.name)
        for (const seq of this.#calls.keys()) {
          if (seq >= batch.settledBelow) break
          this.#calls.delete(seq)
        }
      },
    )
  }

  #transaction<T>(work: () => T, committed: () => void = () => undefined): T {
    try {
      this.#sql.begin.run()
      const result = work()
      this.#sql.commit.run()
      this.#names.committed()
      this.#added.length = 0
      committed()
      return result
    } catch (error) {
      rollback(this.#db)
      // Numbers given out by a transaction that is not there must not be used by a later one.
      this.#names.rolledBack()
      for (const seq of this.#added.splice(0)) this.#calls.delete(seq)
      throw storeError(error, this.#path)
    }
  }

  #record(record: CommitRecord): Committed {
    const { step, commit } = record
    const op = this.#names.op(record.op)
    const tenant = this.#names.makeTenant(record.tenant)
    let committed: Committed = { call: record.call.id, won: true }
    if (commit) {
      committed = commit.failed
        ? this.#failure(tenant, op, record.op, commit)
        : this.#call(tenant, op, record.op, commit)
      const { seq } = record.call
      this.#calls.set(seq, committed.call)
      this.#added.push(seq)
    } else if (record.call.id === 0) committed = { call: this.#pointer(record.call), won: true }
    this.#sql.insertStep.run(
      this.#names.run(step.run),
      step.seq,
      step.parent,
      step.ordinal,
      step.attempt,
      stepStates.indexOf(step.state),
      committed.call,
      this.#names.code(op, record.op.fingerprint),
      step.started,
      step.micros,
      step.error ?? null,
    )
    return committed
  }

  #call(tenant: number, op: OpRow, { positional }: OpRecord, commit: CallCommit): Committed {
    const key = toBytes(commit.key)
    const history = commit.history === '' ? null : toBytes(commit.history)
    const memo = this.#sql.findMemo.get(tenant, key) as unknown as [result: number, call: number | null] | undefined
    if (!memo && !commit.outputs) throw new Error('a call was committed whose result is not there')
    const result = memo ? memo[0] : this.#result(tenant, op, commit)
    if (memo && commit.outputs && commit.replace) this.#replace(tenant, op, result, commit)
    if (commit.begun) this.#sql.deleteIntent.run(tenant, key)
    const won = !memo || !commit.outputs || commit.replace === true
    const inserted = this.#sql.insertCall.run(result, history)
    if (inserted.changes === 0) return { call: history ? this.#callOf(result, commit.history) : memo![1]!, won }
    const call = Number(inserted.lastInsertRowid)
    if (!memo) this.#sql.insertMemo.run(tenant, key, result, op.id, commit.passed?.length ?? 0, history ? null : call)
    else if (!history) this.#sql.setMemoCall.run(call, tenant, key)
    this.#inputs(tenant, op, call, positional, commit.inputs)
    return { call, won }
  }

  #result(tenant: number, op: OpRow, commit: CallCommit): number {
    const args = this.#maybeCell(tenant, commit.args)
    const inserted = this.#sql.insertResult.run(tenant, toBytes(commit.key), op.id, args, Date.now())
    const result = Number(inserted.lastInsertRowid)
    this.#outputs(tenant, op, result, commit)
    return result
  }

  #replace(tenant: number, op: OpRow, result: number, commit: CallCommit): void {
    for (const forget of [this.#sql.deleteOutputs, this.#sql.deletePassed, this.#sql.deleteMetrics]) forget.run(result)
    this.#sql.setParts.run(commit.passed?.length ?? 0, tenant, toBytes(commit.key))
    this.#outputs(tenant, op, result, commit)
  }

  #outputs(tenant: number, op: OpRow, result: number, commit: CallCommit): void {
    for (const output of commit.outputs!)
      this.#sql.insertOutput.run(
        result,
        slotOf(op.outputs, output.name),
        this.#cell(tenant, output.content, output.facts),
      )
    for (const part of commit.passed ?? [])
      this.#sql.insertPassed.run(
        result,
        slotOf(op.outputs, part.output),
        part.path,
        part.input ?? null,
        part.from ? this.#pointer(part.from) : null,
        part.fromOutput ?? null,
      )
    for (const name in commit.metrics) this.#sql.insertMetric.run(result, name, commit.metrics[name]!)
  }

  #inputs(tenant: number, op: OpRow, call: number, positional: boolean, inputs: readonly InputRecord[]): void {
    for (const input of inputs)
      this.#sql.insertInput.run(
        call,
        positional ? input.position : slotOf(op.inputs, input.name),
        input.path,
        this.#cell(tenant, input.content, input.facts),
        input.from ? this.#pointer(input.from) : null,
        input.fromOutput ?? null,
      )
  }

  #failure(tenant: number, op: OpRow, { positional }: OpRecord, commit: CallCommit): Committed {
    const call = Number(
      this.#sql.insertCall.run(null, commit.history === '' ? null : toBytes(commit.history)).lastInsertRowid,
    )
    this.#sql.insertFailure.run(call, op.id, toBytes(commit.key), this.#maybeCell(tenant, commit.args))
    this.#inputs(tenant, op, call, positional, commit.inputs)
    if (commit.begun && commit.failed === 'surely') this.#sql.deleteIntent.run(tenant, toBytes(commit.key))
    return { call, won: true }
  }

  #pointer(pointer: CallPointer): number {
    const id = pointer.id || this.#calls.get(pointer.seq)
    if (!id) throw new Error('a record points to a call that was not stored')
    return id
  }

  #maybeCell(tenant: number, content: Content | undefined): Cell | null {
    return content ? this.#cell(tenant, content) : null
  }

  #cell(tenant: number, content: Content, facts?: FactsByFamily): Cell {
    if (content.kind === 'inline') return Buffer.from(content.encoding, 'latin1')
    const hash = toBytes(content.digest)
    const body = content.kind === 'data' && content.size <= inlineBytes ? (content.body ?? null) : null
    const text = facts ? JSON.stringify(facts) : null
    const inserted = this.#sql.insertValue.run(tenant, hash, content.kind === 'blob' ? 1 : 0, content.size, body, text)
    if (inserted.changes === 1) return Number(inserted.lastInsertRowid)
    const [id, known] = this.#sql.findValue.get(tenant, hash) as unknown as [number, string | null]
    if (text && text !== known) this.#sql.updateFacts.run(text, id)
    return id
  }

  body(tenant: string, digest: Digest): Uint8Array | undefined {
    const row = this.#asked(() => this.#sql.valueBody.get(this.#names.tenant(tenant) ?? 0, toBytes(digest)))
    return (row as unknown as [Uint8Array | null] | undefined)?.[0] ?? undefined
  }

  facts(tenant: string, digest: Digest): FactsByFamily | undefined {
    const found = this.#asked(() => this.#sql.findValue.get(this.#names.tenant(tenant) ?? 0, toBytes(digest)))
    const row = found as unknown as [number, string | null] | undefined
    return row && (row[1] === null ? {} : JSON.parse(row[1]))
  }

  begin(tenant: string, key: Digest, confirmed: boolean): number | undefined {
    return this.#transaction(() => {
      const tenantId = this.#names.makeTenant(tenant)
      const earlier = this.#sql.findIntent.get(tenantId, toBytes(key)) as unknown as [number] | undefined
      if (!earlier || confirmed) this.#sql.setIntent.run(tenantId, toBytes(key), Date.now())
      return confirmed ? undefined : earlier?.[0]
    })
  }

  /** The connection, for questions that no port has a name for. */
  get database(): DatabaseSync {
    return this.#db
  }

  close(): void {
    this.#db.close()
  }
}

const noPassed: readonly FoundPassed[] = []
