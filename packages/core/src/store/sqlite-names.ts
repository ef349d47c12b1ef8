import { ColophonError } from '../errors.ts'
import { type Digest, toBytes } from '../value/hash.ts'
import type { OpRecord, RunRecord } from './records.ts'
import type { Statements } from './sqlite-statements.ts'

/** An op as the database numbers it and its inputs and outputs. */
export interface OpRow {
  readonly id: number
  readonly inputs: string[]
  readonly outputs: string[]
  /** Number of each known fingerprint of its code. */
  readonly codes: Map<Digest, number>
}

type OpColumns = [id: number, inputs: string, outputs: string]

/**
 * The numbers that stand for tenants, ops, code and runs in other rows, remembered once they are known. What an open
 * transaction numbers is forgotten if it is rolled back.
 */
export class SqliteNames {
  readonly #sql: Statements
  readonly #tenants = new Map<string, number>()
  readonly #ops = new Map<string, OpRow>()
  readonly #runs = new Map<string, number>()
  #undo: (() => void)[] = []

  constructor(sql: Statements) {
    this.#sql = sql
  }

  /** What the open transaction numbered is there to stay. */
  committed(): void {
    this.#undo.length = 0
  }

  rolledBack(): void {
    for (const forget of this.#undo.splice(0)) forget()
  }

  tenant(name: string): number | undefined {
    const known = this.#tenants.get(name)
    if (known !== undefined) return known
    const row = this.#sql.findTenant.get(name) as unknown as [number] | undefined
    if (row) this.#remember(this.#tenants, name, row[0])
    return row?.[0]
  }

  /** In a transaction: the number of a tenant, new or not. */
  makeTenant(name: string): number {
    const known = this.tenant(name)
    if (known !== undefined) return known
    const id = Number(this.#sql.insertTenant.run(name).lastInsertRowid)
    this.#remember(this.#tenants, name, id)
    return id
  }

  /** In a transaction: the row of an op, with a slot for each of its inputs and outputs. */
  op(op: OpRecord): OpRow {
    const name = `${op.name}@${op.version}`
    const known = this.#ops.get(name)
    if (known && missing(known, op) === undefined) return known
    // Another process may have given slots meanwhile; what is in the database now decides.
    this.#sql.insertOp.run(op.name, op.version, JSON.stringify(op.inputs), JSON.stringify(op.outputs))
    const row = this.#loadOp(name, this.#sql.findOp.get(op.name, op.version) as unknown as OpColumns)
    const lacking = missing(row, op)
    if (lacking) {
      row.inputs.push(...lacking.inputs)
      row.outputs.push(...lacking.outputs)
      this.#sql.updateOp.run(JSON.stringify(row.inputs), JSON.stringify(row.outputs), row.id)
    }
    return row
  }

  /** The row of an op, known well enough to name an output slot. */
  opById(id: number, slot: number): OpRow {
    for (const row of this.#ops.values()) if (row.id === id && slot < row.outputs.length) return row
    const [name, version, ...columns] = this.#sql.opById.get(id) as unknown as [string, number, ...OpColumns]
    return this.#loadOp(`${name}@${version}`, columns)
  }

  #loadOp(name: string, [id, inputs, outputs]: OpColumns): OpRow {
    const row: OpRow = { id, inputs: JSON.parse(inputs), outputs: JSON.parse(outputs), codes: new Map() }
    this.#remember(this.#ops, name, row)
    return row
  }

  /** In a transaction: the number of an op's code. */
  code(op: OpRow, fingerprint: Digest): number {
    const known = op.codes.get(fingerprint)
    if (known !== undefined) return known
    this.#sql.insertCode.run(op.id, toBytes(fingerprint))
    const [id] = this.#sql.findCode.get(op.id, toBytes(fingerprint)) as unknown as [number]
    this.#remember(op.codes, fingerprint, id)
    return id
  }

  /** In a transaction. A run that was begun before is not begun again. */
  beginRun(run: RunRecord): void {
    if (this.#runs.has(run.name)) return
    this.#sql.insertRun.run(run.name, this.makeTenant(run.tenant), run.label, run.started)
    this.#remember(this.#runs, run.name, this.run(run.name))
  }

  /** A run's number, also after its end: a call that nobody waited for may outlive it. */
  run(name: string): number {
    const known = this.#runs.get(name)
    if (known !== undefined) return known
    const row = this.#sql.findRun.get(name) as unknown as [number] | undefined
    if (!row) throw new Error(`a step belongs to the run ${name}, which was never begun`)
    return row[0]
  }

  endRun(run: RunRecord): void {
    this.#sql.endRun.run(run.ended!, run.state ?? 'done', this.run(run.name))
  }

  forgetRun(name: string): void {
    this.#runs.delete(name)
  }

  #remember<K, V>(names: Map<K, V>, name: K, number: V): void {
    names.set(name, number)
    this.#undo.push(() => names.delete(name))
  }
}

function missing(row: OpRow, op: OpRecord): { inputs: string[]; outputs: string[] } | undefined {
  const lacks = (has: readonly string[], names: readonly string[]) => names.filter((name) => !has.includes(name))
  const inputs = op.positional ? [] : lacks(row.inputs, op.inputs)
  const outputs = lacks(row.outputs, op.outputs)
  return inputs.length + outputs.length === 0 ? undefined : { inputs, outputs }
}

/** The number that stands for a name in an op's rows. */
export function slotOf(names: readonly string[], name: string): number {
  const slot = names.indexOf(name)
  if (slot < 0) throw new ColophonError('INTERNAL', { why: `"${name}" has no slot` })
  return slot
}
