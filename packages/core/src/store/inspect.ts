import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { ColophonError } from '../errors.ts'
import { decode } from '../value/encoding.ts'
import { type StepState, stepStates } from './records.ts'

/** How much a store holds. */
export interface StoreStats {
  readonly path: string
  readonly calls: number
  readonly results: number
  readonly steps: number
  readonly runs: number
  readonly values: number
  readonly objects: number
  readonly objectBytes: number
  readonly databaseBytes: number
  readonly tenants: number
  readonly ops: readonly OpStats[]
}

export interface OpStats {
  readonly name: string
  readonly version: number
  readonly calls: number
  readonly computed: number
  readonly cached: number
  readonly failed: number
}

/** A value as a call used or made it. */
export interface ValueRecord {
  readonly name: string
  /** Inside the value; empty for the whole. */
  readonly path: string
  readonly kind: 'data' | 'blob'
  /** Content hash; undefined for values short enough to be shown whole. */
  readonly hash?: string
  readonly size: number
  /** Plain data short enough to show. */
  readonly value?: unknown
  readonly facts?: Readonly<Record<string, unknown>>
  readonly from?: { readonly call: string; readonly output: string }
}

export interface CallRecord {
  readonly id: string
  readonly op: string
  readonly version: number
  readonly tenant: string
  /** Keyed params that differ from their defaults. */
  readonly params: Readonly<Record<string, unknown>>
  /** Digests of what the op declared to read. */
  readonly reads: Readonly<Record<string, string>>
  readonly inputs: readonly ValueRecord[]
  readonly outputs: readonly ValueRecord[]
  readonly metrics: Readonly<Record<string, number>>
  readonly steps: readonly StepSummary[]
}

export interface RunSummary {
  readonly name: string
  readonly label: string
  /** Milliseconds since 1970. */
  readonly started: number
  readonly ended?: number
  /** `open` when its end was never recorded: it goes on, or its process died. */
  readonly state: 'open' | 'done' | 'failed' | 'cancelled'
  readonly steps: number
}

export interface StepSummary {
  readonly run: string
  readonly seq: number
  readonly parent: number
  readonly ordinal: number
  readonly attempt: number
  readonly state: StepState
  readonly op: string
  readonly version: number
  readonly call: string
  readonly started: number
  readonly micros: number
  readonly error?: Readonly<Record<string, unknown>>
}

type Row = Record<string, unknown>
const hex = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex')
const callName = (key: unknown, history: unknown): string => (history ? `${hex(key)}.${hex(history)}` : hex(key))

/** Questions about what a store's database holds, on a connection of its own. */
export class Inspector {
  readonly #db: DatabaseSync
  readonly #folder: string
  readonly #path: string

  constructor(db: DatabaseSync, folder: string, path: string) {
    this.#db = db
    this.#folder = folder
    this.#path = path
  }

  #all(sql: string, ...args: (string | number | Uint8Array)[]): Row[] {
    return this.#db.prepare(sql).all(...args) as Row[]
  }

  #number(sql: string, ...args: (string | number)[]): number {
    return Number(Object.values(this.#db.prepare(sql).get(...args) ?? { none: 0 })[0])
  }

  stats(tenant: string | undefined): StoreStats {
    const of = tenant === undefined ? '' : `where tenant = (select id from tenant where name = ${quoted(tenant)})`
    const calls = `from call c join result r on r.id = c.result ${of && `where r.${of.slice(6)}`}`
    const steps = `from step s join run u on u.id = s.run ${of && `where u.${of.slice(6)}`}`
    const pages = this.#number('select page_count * page_size from pragma_page_count, pragma_page_size')
    const objects = this.#db
      .prepare(`select count(*) as count, ifnull(sum(size), 0) as bytes from value ${of || 'where 1'} and body is null`)
      .get() as { count: number; bytes: number }
    return {
      path: this.#path,
      calls: this.#number(`select count(*) ${calls}`),
      results: this.#number(`select count(*) from result ${of}`),
      steps: this.#number(`select count(*) ${steps}`),
      runs: this.#number(`select count(*) from run ${of}`),
      values: this.#number(`select count(*) from value ${of}`),
      objects: objects.count,
      objectBytes: objects.bytes,
      databaseBytes: pages + this.#logBytes(),
      tenants: tenant === undefined ? this.#number('select count(*) from tenant') : 1,
      ops: this.#ops(calls, steps),
    }
  }

  #logBytes(): number {
    let bytes = 0
    if (this.#path === this.#folder)
      for (const name of readdirSync(this.#folder))
        if (name.endsWith('-wal')) bytes += statSync(join(this.#folder, name)).size
    return bytes
  }

  #ops(calls: string, steps: string): OpStats[] {
    const byOp = new Map(
      this.#all(`select r.op as op, count(*) as count ${calls} group by 1`).map((row) => [row.op, row.count]),
    )
    const states = this.#all(
      `select k.op as op, sum(s.state = 0) as computed, sum(s.state = 1) as cached, sum(s.state >= 2) as failed
       ${steps.replace('join run', 'join code k on k.id = s.code join run')} group by 1`,
    )
    const byState = new Map(states.map((row) => [row.op, row]))
    return this.#all('select id, name, version from op order by name, version').flatMap((op) => {
      const state = byState.get(op.id)
      if (!state && !byOp.has(op.id)) return []
      const count = (name: string): number => Number(state?.[name] ?? 0)
      return {
        name: String(op.name),
        version: Number(op.version),
        calls: Number(byOp.get(op.id) ?? 0),
        computed: count('computed'),
        cached: count('cached'),
        failed: count('failed'),
      }
    })
  }

  call(tenant: string, name: string): CallRecord {
    const [key = '', history] = name.toLowerCase().split('.')
    const found = /^[0-9a-f]{4,64}$/.test(key) ? this.#findCall(tenant, key, history) : undefined
    if (!found) throw new ColophonError('CALL_NOT_FOUND', { call: name })
    const { id, result, op: opId } = found
    const [op] = this.#all('select name, version, inputs, outputs from op where id = ?', opId as number) as [Row]
    const args = this.#args(tenant, found.args)
    return {
      id: callName(found.key, found.history),
      op: String(op.name),
      version: Number(op.version),
      tenant,
      params: args.params,
      reads: args.reads,
      inputs: this.#values(
        `select i.slot, i.path, i.value, c.history, r.key, i.from_output as output from input i
         left join call c on c.id = i.from_call left join result r on r.id = c.result where i.call = ? order by i.slot, i.path`,
        id as number,
        JSON.parse(String(op.inputs)),
      ),
      outputs: this.#values(
        `select o.slot, '' as path, o.value, c.history, r.key, p.from_output as output from output o
         left join passed p on p.result = o.result and p.slot = o.slot and p.path = ''
         left join call c on c.id = p.from_call left join result r on r.id = c.result where o.result = ? order by o.slot`,
        (result ?? 0) as number,
        JSON.parse(String(op.outputs)),
      ),
      metrics: Object.fromEntries(
        this.#all('select name, value from metric where result = ?', (result ?? 0) as number).map((row) => [
          row.name,
          row.value,
        ]),
      ) as Record<string, number>,
      steps: this.#steps('where s.call = ?', id as number),
    }
  }

  #findCall(tenant: string, key: string, history: string | undefined): Row | undefined {
    const low = Buffer.from(key.padEnd(64, '0'), 'hex')
    const high = Buffer.from(key.padEnd(64, 'f'), 'hex')
    const stored = this.#all(
      `select c.id, c.result, c.history, r.key, r.op, r.args
       from memo m join result r on r.id = m.result join call c on c.result = r.id
       where m.tenant = (select id from tenant where name = ?) and m.key between ? and ? limit 1000`,
      tenant,
      low,
      high,
    )
    const failed = this.#all(
      `select c.id, c.result, c.history, f.key, f.op, f.args from failure f join call c on c.id = f.call
       where f.key between ? and ? and exists (
         select 1 from step s join run u on u.id = s.run join tenant t on t.id = u.tenant where s.call = c.id and t.name = ?
       ) limit 1000`,
      low,
      high,
      tenant,
    )
    const all = [...stored, ...failed]
    if (history === undefined) return all.find((row) => row.history === null) ?? all[0]
    return all.find((row) => row.history !== null && hex(row.history).startsWith(history))
  }

  #args(tenant: string, cell: unknown): Pick<CallRecord, 'params' | 'reads'> {
    if (cell === null) return { params: {}, reads: {} }
    const bytes =
      typeof cell === 'number'
        ? (this.#all('select body from value where id = ?', cell)[0]?.body as Uint8Array | null)
        : (cell as Uint8Array)
    if (!bytes) return { params: {}, reads: {} }
    const [params, reads] = decode(bytes, unresolved) as [Record<string, unknown>?, Record<string, string>?]
    void tenant
    return { params: params ?? {}, reads: reads ?? {} }
  }

  #values(sql: string, id: number, names: readonly string[]): ValueRecord[] {
    return this.#all(sql, id).map((row) => {
      const from =
        row.key === null ? {} : { from: { call: callName(row.key, row.history), output: String(row.output ?? '') } }
      const head = { name: names[row.slot as number] ?? `arg${row.slot}`, path: String(row.path) }
      if (typeof row.value !== 'number') {
        const bytes = row.value as Uint8Array
        return { ...head, kind: 'data', size: bytes.length, value: decode(bytes, unresolved), ...from }
      }
      const [value] = this.#all('select hash, kind, size, body, facts from value where id = ?', row.value)
      if (!value) return { ...head, kind: 'data', size: 0, ...from }
      const body = value.body as Uint8Array | null
      const facts =
        value.facts === null ? {} : { facts: Object.assign({}, ...Object.values(JSON.parse(String(value.facts)))) }
      const shown = body && body.length <= 4096 ? { value: decode(body, unresolved) } : {}
      return {
        ...head,
        kind: value.kind === 1 ? 'blob' : 'data',
        hash: hex(value.hash),
        size: Number(value.size),
        ...shown,
        ...facts,
        ...from,
      }
    })
  }

  runs(tenant: string, limit: number): RunSummary[] {
    const rows = this.#all(
      `select u.name, u.label, u.started, u.ended, u.state, (select count(*) from step s where s.run = u.id) as steps
       from run u join tenant t on t.id = u.tenant where t.name = ? order by u.id desc limit ?`,
      tenant,
      limit,
    )
    return rows.map(({ ended, state, ...row }) => ({
      ...row,
      ...(ended === null ? {} : { ended }),
      state: state ?? 'open',
    })) as unknown as RunSummary[]
  }

  steps(run: string): StepSummary[] {
    return this.#steps('where u.name = ?', run)
  }

  #steps(where: string, arg: string | number): StepSummary[] {
    const rows = this.#all(
      `select u.name as run, s.seq, s.parent, s.ordinal, s.attempt, s.state, o.name as op, o.version,
         ifnull(r.key, f.key) as key, c.history, s.started, s.micros, s.error
       from step s join run u on u.id = s.run join code k on k.id = s.code join op o on o.id = k.op
         join call c on c.id = s.call left join result r on r.id = c.result left join failure f on f.call = c.id
       ${where} order by s.run, s.seq limit 1000000`,
      arg,
    )
    return rows.map(({ key, history, state, error, ...row }) => ({
      ...row,
      state: stepStates[state as number],
      call: callName(key, history),
      ...(error === null ? {} : { error: JSON.parse(String(error)) }),
    })) as unknown as StepSummary[]
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`
const unresolved = (digest: string, size: number): unknown => ({
  blob: Buffer.from(digest, 'latin1').toString('hex'),
  size,
})
