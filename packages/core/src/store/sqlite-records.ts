import type { DatabaseSync } from 'node:sqlite'
import type { Content } from '../content.ts'
import { ColophonError } from '../errors.ts'
import { type Digest, fromBytes, toBytes } from '../hash.ts'
import type { FactsByFamily } from '../ref.ts'
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
  type RunRecord,
  stepStates,
} from './records.ts'
import { inlineBytes } from './schema.ts'
import { prepare, rollback, type Statement } from './sqlite.ts'
import { storeError } from './store-error.ts'

/** A value column: the encoding itself, or the number of a row of `value`. */
type Cell = Uint8Array | number

/** Bodies up to this size come along with a look-up; longer ones are loaded when they are read. */
const eagerBody = 4096

interface OpRow {
  readonly id: number
  readonly inputs: string[]
  readonly outputs: string[]
  /** Number of each known fingerprint of its code. */
  readonly codes: Map<Digest, number>
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1')

/** The {@link Records} of an embedded store, on one SQLite connection of the calling thread. */
export class SqliteRecords implements Records {
  readonly #db: DatabaseSync
  readonly #path: string
  readonly #sql: Statements
  // Numbers of rows that never change once committed. What an open transaction adds is kept apart until it is committed.
  readonly #tenants = new Map<string, number>()
  readonly #ops = new Map<string, OpRow>()
  readonly #runs = new Map<string, number>()
  /** Database numbers of calls that the sender may still name by their process number. */
  readonly #calls = new Map<number, number>()

  constructor(db: DatabaseSync, path: string) {
    this.#db = db
    this.#path = path
    this.#sql = statements(db)
  }

  find(tenant: string, key: Digest, history: Digest): Found | undefined {
    return this.#asked(() => this.#find(tenant, key, history))
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
    const tenantId = this.#tenant(tenant)
    if (tenantId === undefined) return undefined
    const rows = this.#sql.findResult.all(tenantId, toBytes(key)) as unknown as FoundRow[]
    const first = rows[0]
    if (!first) return undefined
    const [result, opId, passedCount] = first
    const op = this.#opById(opId)
    const call = this.#sql.findCall.get(result, history === '' ? empty : toBytes(history)) as unknown as
      | [number]
      | undefined
    return {
      call: call ? call[0] : 0,
      outputs: rows.map((row) => foundOutput(row, op)),
      passed: passedCount === 0 ? noPassed : this.#passed(result, op),
    }
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
    const undo: (() => void)[] = []
    try {
      this.#sql.begin.run()
      for (const run of batch.runs) this.#beginRun(run, undo)
      const committed = batch.records.map((record) => this.#record(record, undo))
      for (const run of batch.runs) if (run.ended !== undefined) this.#endRun(run)
      this.#sql.commit.run()
      for (const run of batch.runs) if (run.ended !== undefined) this.#runs.delete(run.name)
      for (const seq of this.#calls.keys()) {
        if (seq >= batch.settledBelow) break
        this.#calls.delete(seq)
      }
      return committed
    } catch (error) {
      rollback(this.#db)
      // Numbers given out by a transaction that is not there must not be used by a later one.
      for (const forget of undo) forget()
      throw storeError(error, this.#path)
    }
  }

  #record(record: CommitRecord, undo: (() => void)[]): Committed {
    const { step, commit } = record
    const op = this.#op(record.op, undo)
    const tenant = this.#makeTenant(record.tenant, undo)
    let committed: Committed = { call: record.call.id, won: true }
    if (commit) {
      committed = commit.failed
        ? this.#failure(tenant, op, record.op, commit)
        : this.#call(tenant, op, record.op, commit)
      const { seq } = record.call
      this.#calls.set(seq, committed.call)
      undo.push(() => this.#calls.delete(seq))
    } else if (record.call.id === 0) committed = { call: this.#pointer(record.call), won: true }
    this.#sql.insertStep.run(
      this.#runs.get(step.run) ?? this.#endedRun(step.run),
      step.seq,
      step.parent,
      step.ordinal,
      step.attempt,
      stepStates.indexOf(step.state),
      committed.call,
      this.#code(op, record.op.fingerprint, undo),
      step.started,
      step.micros,
      step.error ?? null,
    )
    return committed
  }

  #call(tenant: number, op: OpRow, { positional }: OpRecord, commit: CallCommit): Committed {
    const key = toBytes(commit.key)
    let result: number | undefined
    let won = true
    if (commit.outputs) {
      const inserted = this.#sql.insertResult.run(tenant, key, op.id, this.#maybeCell(tenant, commit.args), Date.now())
      if (inserted.changes === 1) {
        result = Number(inserted.lastInsertRowid)
        this.#outputs(tenant, op, result, commit)
      } else if (commit.replace) result = this.#replace(tenant, op, commit)
      else won = false
      this.#sql.deleteIntent.run(tenant, key)
    }
    result ??= (this.#sql.resultId.get(tenant, key) as unknown as [number] | undefined)?.[0]
    if (result === undefined) throw new Error('a call was committed whose result is not there')
    const history = commit.history === '' ? null : toBytes(commit.history)
    const inserted = this.#sql.insertCall.run(result, history)
    if (inserted.changes === 0) {
      const [call] = this.#sql.findCall.get(result, history ?? empty) as unknown as [number]
      return { call, won }
    }
    const call = Number(inserted.lastInsertRowid)
    this.#inputs(tenant, op, call, positional, commit.inputs)
    return { call, won }
  }

  #replace(tenant: number, op: OpRow, commit: CallCommit): number {
    const [result] = this.#sql.resultId.get(tenant, toBytes(commit.key)) as unknown as [number]
    for (const forget of [this.#sql.deleteOutputs, this.#sql.deletePassed, this.#sql.deleteMetrics]) forget.run(result)
    this.#outputs(tenant, op, result, commit)
    return result
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
    if (commit.failed === 'surely') this.#sql.deleteIntent.run(tenant, toBytes(commit.key))
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
    const row = this.#asked(() => this.#sql.valueBody.get(this.#tenant(tenant) ?? 0, toBytes(digest)))
    return (row as unknown as [Uint8Array | null] | undefined)?.[0] ?? undefined
  }

  facts(tenant: string, digest: Digest): FactsByFamily | undefined {
    const found = this.#asked(() => this.#sql.findValue.get(this.#tenant(tenant) ?? 0, toBytes(digest)))
    const row = found as unknown as [number, string | null] | undefined
    return row && (row[1] === null ? {} : JSON.parse(row[1]))
  }

  begin(tenant: string, key: Digest, confirmed: boolean): number | undefined {
    const undo: (() => void)[] = []
    try {
      this.#sql.begin.run()
      const tenantId = this.#makeTenant(tenant, undo)
      const earlier = this.#sql.findIntent.get(tenantId, toBytes(key)) as unknown as [number] | undefined
      if (!earlier || confirmed) this.#sql.setIntent.run(tenantId, toBytes(key), Date.now())
      this.#sql.commit.run()
      return confirmed ? undefined : earlier?.[0]
    } catch (error) {
      rollback(this.#db)
      for (const forget of undo) forget()
      throw storeError(error, this.#path)
    }
  }

  /** The connection, for questions that no port has a name for. */
  get database(): DatabaseSync {
    return this.#db
  }

  close(): void {
    this.#db.close()
  }

  #tenant(name: string): number | undefined {
    const known = this.#tenants.get(name)
    if (known !== undefined) return known
    const row = this.#sql.findTenant.get(name) as unknown as [number] | undefined
    if (row) this.#tenants.set(name, row[0])
    return row?.[0]
  }

  #makeTenant(name: string, undo: (() => void)[]): number {
    const known = this.#tenant(name)
    if (known !== undefined) return known
    const id = Number(this.#sql.insertTenant.run(name).lastInsertRowid)
    this.#tenants.set(name, id)
    undo.push(() => this.#tenants.delete(name))
    return id
  }

  #op(op: OpRecord, undo: (() => void)[]): OpRow {
    const name = `${op.name}@${op.version}`
    let row = this.#ops.get(name)
    if (!row) {
      this.#sql.insertOp.run(op.name, op.version, JSON.stringify(op.inputs), JSON.stringify(op.outputs))
      row = this.#loadOp(name, this.#sql.findOp.get(op.name, op.version) as unknown as OpColumns)
      undo.push(() => this.#ops.delete(name))
    }
    const inputs = op.positional ? [] : op.inputs.filter((input) => !row.inputs.includes(input))
    const outputs = op.outputs.filter((output) => !row.outputs.includes(output))
    if (inputs.length + outputs.length === 0) return row
    row.inputs.push(...inputs)
    row.outputs.push(...outputs)
    undo.push(() => this.#ops.delete(name))
    this.#sql.updateOp.run(JSON.stringify(row.inputs), JSON.stringify(row.outputs), row.id)
    return row
  }

  #opById(id: number): OpRow {
    for (const row of this.#ops.values()) if (row.id === id) return row
    const [name, version, ...columns] = this.#sql.opById.get(id) as unknown as [string, number, ...OpColumns]
    return this.#loadOp(`${name}@${version}`, columns)
  }

  #loadOp(name: string, [id, inputs, outputs]: OpColumns): OpRow {
    const row: OpRow = { id, inputs: JSON.parse(inputs), outputs: JSON.parse(outputs), codes: new Map() }
    this.#ops.set(name, row)
    return row
  }

  #code(op: OpRow, fingerprint: Digest, undo: (() => void)[]): number {
    const known = op.codes.get(fingerprint)
    if (known !== undefined) return known
    this.#sql.insertCode.run(op.id, toBytes(fingerprint))
    const [id] = this.#sql.findCode.get(op.id, toBytes(fingerprint)) as unknown as [number]
    op.codes.set(fingerprint, id)
    undo.push(() => op.codes.delete(fingerprint))
    return id
  }

  #beginRun(run: RunRecord, undo: (() => void)[]): void {
    if (this.#runs.has(run.name)) return
    this.#sql.insertRun.run(run.name, this.#makeTenant(run.tenant, undo), run.label, run.started)
    this.#runs.set(run.name, (this.#sql.findRun.get(run.name) as unknown as [number])[0])
    undo.push(() => this.#runs.delete(run.name))
  }

  /** A call that nobody waited for may end after its run. */
  #endedRun(name: string): number {
    const row = this.#sql.findRun.get(name) as unknown as [number] | undefined
    if (!row) throw new Error(`a step belongs to the run ${name}, which was never begun`)
    return row[0]
  }

  #endRun(run: RunRecord): void {
    this.#sql.endRun.run(run.ended!, run.state ?? 'done', this.#runs.get(run.name)!)
  }
}

const empty = new Uint8Array(0)
const noPassed: readonly FoundPassed[] = []

function slotOf(names: readonly string[], name: string): number {
  const slot = names.indexOf(name)
  if (slot < 0) throw new ColophonError('INTERNAL', { why: `"${name}" has no slot` })
  return slot
}

type OpColumns = [id: number, inputs: string, outputs: string]
type FoundRow = [
  result: number,
  op: number,
  passed: number,
  slot: number,
  value: Cell,
  hash: Uint8Array | null,
  kind: number,
  size: number,
  body: Uint8Array | null,
  facts: string | null,
]
type PassedRow = [
  slot: number,
  path: string,
  input: string | null,
  id: number | null,
  fromOutput: string | null,
  key: Uint8Array | null,
  history: Uint8Array | null,
]

function foundOutput([, , , slot, value, hash, kind, size, body, facts]: FoundRow, op: OpRow): FoundOutput {
  const name = op.outputs[slot]!
  if (typeof value !== 'number') return { name, content: { kind: 'inline', encoding: latin1(value) } }
  const digest = fromBytes(hash!)
  if (kind === 1) return { name, content: { kind: 'blob', digest, size }, facts: facts ? JSON.parse(facts) : {} }
  return { name, content: body ? { kind: 'data', digest, size, body } : { kind: 'data', digest, size } }
}

type Statements = ReturnType<typeof statements>

function statements(db: DatabaseSync) {
  const sql = (text: string): Statement => prepare(db, text)
  return {
    begin: sql('begin immediate'),
    commit: sql('commit'),
    findResult: sql(`
      select r.id, r.op, exists (select 1 from passed p where p.result = r.id), o.slot, o.value,
        v.hash, v.kind, v.size, case when v.size <= ${eagerBody} then v.body end, v.facts
      from result r join output o on o.result = r.id
        left join value v on v.id = o.value
      where r.tenant = ? and r.key = ?`),
    findCall: sql("select id from call where result = ? and ifnull(history, x'') = ?"),
    findPassed: sql(`
      select p.slot, p.path, p.input, p.from_call, p.from_output, r.key, c.history
      from passed p left join call c on c.id = p.from_call left join result r on r.id = c.result where p.result = ?`),
    resultId: sql('select id from result where tenant = ? and key = ?'),
    insertResult: sql(
      'insert into result (tenant, key, op, args, created) values (?, ?, ?, ?, ?) on conflict do nothing',
    ),
    insertCall: sql('insert into call (result, history) values (?, ?) on conflict do nothing'),
    insertInput: sql('insert into input values (?, ?, ?, ?, ?, ?)'),
    insertOutput: sql('insert into output values (?, ?, ?)'),
    insertPassed: sql('insert into passed values (?, ?, ?, ?, ?, ?)'),
    insertMetric: sql('insert into metric values (?, ?, ?)'),
    deleteOutputs: sql('delete from output where result = ?'),
    deletePassed: sql('delete from passed where result = ?'),
    deleteMetrics: sql('delete from metric where result = ?'),
    insertFailure: sql('insert into failure values (?, ?, ?, ?)'),
    insertStep: sql('insert into step values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
    insertValue: sql(
      'insert into value (tenant, hash, kind, size, body, facts) values (?, ?, ?, ?, ?, ?) on conflict do nothing',
    ),
    findValue: sql('select id, facts from value where tenant = ? and hash = ?'),
    updateFacts: sql('update value set facts = ? where id = ?'),
    valueBody: sql('select body from value where tenant = ? and hash = ?'),
    findTenant: sql('select id from tenant where name = ?'),
    insertTenant: sql('insert into tenant (name) values (?)'),
    insertOp: sql('insert into op (name, version, inputs, outputs) values (?, ?, ?, ?) on conflict do nothing'),
    findOp: sql('select id, inputs, outputs from op where name = ? and version = ?'),
    opById: sql('select name, version, id, inputs, outputs from op where id = ?'),
    updateOp: sql('update op set inputs = ?, outputs = ? where id = ?'),
    insertCode: sql('insert into code (op, fingerprint) values (?, ?) on conflict do nothing'),
    findCode: sql('select id from code where op = ? and fingerprint = ?'),
    insertRun: sql('insert into run (name, tenant, label, started) values (?, ?, ?, ?) on conflict do nothing'),
    findRun: sql('select id from run where name = ?'),
    endRun: sql('update run set ended = ?, state = ? where id = ?'),
    findIntent: sql('select started from intent where tenant = ? and key = ?'),
    setIntent: sql('insert into intent values (?, ?, ?) on conflict do update set started = excluded.started'),
    deleteIntent: sql('delete from intent where tenant = ? and key = ?'),
  }
}
