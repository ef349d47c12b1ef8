import type { DatabaseSync } from 'node:sqlite'
import { prepare, type Statement } from './sqlite.ts'

/** A value column: the encoding itself, or the number of a row of `value`. */
export type Cell = Uint8Array | number

/** Bodies up to this size come along with a look-up; longer ones are loaded when they are read. */
const eagerBody = 4096

/** A row of `findResult`: one for each output. */
export type FoundRow = [result: number, op: number, parts: number, call: number | null, slot: number, value: Cell]

/** A row of `valueById`. */
export type ValueRow = [hash: Uint8Array, kind: number, size: number, body: Uint8Array | null, facts: string | null]

/** A row of `findPassed`. */
export type PassedRow = [
  slot: number,
  path: string,
  input: string | null,
  id: number | null,
  fromOutput: string | null,
  key: Uint8Array | null,
  history: Uint8Array | null,
]

/** The prepared statements of a connection. */
export type Statements = ReturnType<typeof statements>

/** Prepares every statement that calls take. */
export function statements(db: DatabaseSync) {
  const sql = (text: string): Statement => prepare(db, text)
  return {
    begin: sql('begin immediate'),
    commit: sql('commit'),
    findResult: sql(`
      select m.result, m.op, m.parts, m.call, o.slot, o.value
      from memo m join output o on o.result = m.result where m.tenant = ? and m.key = ? order by o.slot`),
    valueById: sql(`
      select hash, kind, size, case when size <= ${eagerBody} then body end, facts from value where id = ?`),
    findCall: sql("select id from call where result = ? and ifnull(history, x'') = ?"),
    findPassed: sql(`
      select p.slot, p.path, p.input, p.from_call, p.from_output, r.key, c.history
      from passed p left join call c on c.id = p.from_call left join result r on r.id = c.result where p.result = ?`),
    findMemo: sql('select result, call from memo where tenant = ? and key = ?'),
    insertMemo: sql('insert into memo values (?, ?, ?, ?, ?, ?)'),
    setMemoCall: sql('update memo set call = ? where tenant = ? and key = ?'),
    setParts: sql('update memo set parts = ? where tenant = ? and key = ?'),
    insertResult: sql('insert into result (tenant, key, op, args, created) values (?, ?, ?, ?, ?)'),
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
