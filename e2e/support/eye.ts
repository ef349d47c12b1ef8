import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

/** What a store's files hold, seen without any of the store's own code. */
export interface Sight {
  /** Plain sentences; none when all is whole. */
  readonly problems: readonly string[]
  /** Content hash of the first output, by `op id`, of every stored result whose call has an input `id`. */
  readonly stored: ReadonlyMap<string, string>
  readonly results: number
  readonly calls: number
  readonly steps: number
  readonly objects: number
  readonly openRuns: number
  /** Calls that may not be repeated and have begun without ending. */
  readonly intents: number
}

type Row = Record<string, unknown>

const sha256 = (domain: string, bytes: Uint8Array): string =>
  createHash('sha256').update(`colophon/${domain}/1\n`).update(bytes).digest('hex')
const hex = (bytes: unknown): string => Buffer.from(bytes as Uint8Array).toString('hex')

/** Looks at a store's database and object files. */
export function look(folder: string): Sight {
  const problems: string[] = []
  const stored = new Map<string, string>()
  const file = join(folder, 'colophon.sqlite')
  const none = { problems, stored, results: 0, calls: 0, steps: 0, objects: 0, openRuns: 0, intents: 0 }
  if (!existsSync(file)) return none
  // A copy, so that what SQLite does to recover it is not done to the store, which has to do it by itself.
  const copy = mkdtempSync(join(tmpdir(), 'colophon-eye-'))
  for (const end of ['', '-wal', '-journal'])
    if (existsSync(`${file}${end}`)) copyFileSync(`${file}${end}`, join(copy, `copy.sqlite${end}`))
  const db = new DatabaseSync(join(copy, 'copy.sqlite'))
  try {
    const all = (sql: string): Row[] => db.prepare(sql).all() as Row[]
    const tables = all("select name from sqlite_schema where type = 'table'")
    if (tables.length === 0) return none
    const missing = (sentence: string, sql: string): void => {
      for (const row of all(sql)) problems.push(`${sentence}: ${JSON.stringify(row)}`)
    }
    for (const { integrity_check: found } of all('pragma integrity_check'))
      if (found !== 'ok') problems.push(`database: ${found}`)
    missing(
      'a result has not just the outputs that its op declares',
      `select r.id, o.name from result r join op o on o.id = r.op
       where (select count(*) from output x where x.result = r.id) <> json_array_length(o.outputs)`,
    )
    missing('a result without a call', 'select id from result where id not in (select result from call)')
    missing(
      'a result without the step that computed it',
      'select id from result where id not in (select c.result from step s join call c on c.id = s.call where s.state = 0)',
    )
    missing(
      'a call with neither result nor failure',
      'select id from call where result is null and id not in (select call from failure)',
    )
    missing('a call of a missing result', 'select id from call where result not in (select id from result)')
    missing('an output of a missing result', 'select result from output where result not in (select id from result)')
    missing(
      'an output without its value',
      "select result from output where typeof(value) = 'integer' and value not in (select id from value)",
    )
    missing(
      'an input without its value',
      "select call from input where typeof(value) = 'integer' and value not in (select id from value)",
    )
    missing('an input of a missing call', 'select call from input where call not in (select id from call)')
    missing(
      'an input that came from a missing call',
      'select call from input where from_call is not null and from_call not in (select id from call)',
    )
    missing(
      'a passed part that came from a missing call',
      'select result from passed where from_call is not null and from_call not in (select id from call)',
    )
    missing('a step of a missing call', 'select run, seq from step where call not in (select id from call)')
    missing('a step of a missing run', 'select run, seq from step where run not in (select id from run)')
    missing('a step of missing code', 'select run, seq from step where code not in (select id from code)')
    // The step of a call that was still running when its process died is not there, so only finished runs are complete.
    missing(
      'a step without its parent in a finished run',
      `select s.run, s.seq from step s join run u on u.id = s.run where u.state = 'done' and s.parent <> 0
       and not exists (select 1 from step p where p.run = s.run and p.seq = s.parent)`,
    )
    const objects = lookAtObjects(folder, problems)
    for (const row of all(
      'select t.name as tenant, v.hash, v.kind, v.size, v.body from value v join tenant t on t.id = v.tenant',
    )) {
      const hash = hex(row.hash)
      if (row.body) {
        if (sha256('value', row.body as Uint8Array) !== hash) problems.push(`value ${hash}: other bytes`)
        continue
      }
      const object = objects.get(`${row.tenant}/${hash}`)
      if (!object) problems.push(`value ${hash}: no object`)
      else if (object.size !== row.size) problems.push(`value ${hash}: ${object.size} bytes, not ${row.size}`)
      else if (object[row.kind === 1 ? 'blob' : 'value'] !== hash) problems.push(`value ${hash}: other bytes`)
    }
    for (const row of all(`
      select o.name, i.value as id, x.value as output, v.hash
      from result r join op o on o.id = r.op join call c on c.result = r.id join input i on i.call = c.id and i.slot = 0
        join output x on x.result = r.id and x.slot = 0 left join value v on v.id = x.value
      where json_extract(o.inputs, '$[0]') = 'id' and i.path = ''`)) {
      const content = row.hash ? hex(row.hash) : sha256('value', row.output as Uint8Array)
      stored.set(`${row.name} ${shortText(row.id as Uint8Array)}`, content)
    }
    const count = (from: string): number => Number((db.prepare(`select count(*) as n from ${from}`).get() as Row).n)
    return {
      problems,
      stored,
      results: count('result'),
      calls: count('call'),
      steps: count('step'),
      objects: objects.size,
      openRuns: count('run where state is null'),
      intents: count('intent'),
    }
  } finally {
    db.close()
    rmSync(copy, { recursive: true })
  }
}

/** Every file under `objects/`: its name must be the hash of its bytes, as a blob or as a value. */
function lookAtObjects(folder: string, problems: string[]): Map<string, { size: number; blob: string; value: string }> {
  const found = new Map<string, { size: number; blob: string; value: string }>()
  const top = join(folder, 'objects')
  if (!existsSync(top)) return found
  for (const entry of readdirSync(top, { recursive: true, withFileTypes: true })) {
    if (entry.isDirectory()) continue
    const path = join(entry.parentPath, entry.name).slice(top.length + 1)
    const [tenant, first, rest, ...more] = path.split('/')
    const hash = `${first}${rest}`
    if (more.length > 0 || !/^[0-9a-f]{64}$/.test(hash)) {
      problems.push(`objects/${path} is not an object`)
      continue
    }
    const bytes = readFileSync(join(top, path))
    const object = { size: bytes.length, blob: sha256('blob', bytes), value: sha256('value', bytes) }
    if (object.blob !== hash && object.value !== hash)
      problems.push(`objects/${path} holds other bytes than its name says`)
    found.set(`${decodeURIComponent(tenant!)}/${hash}`, object)
  }
  return found
}

/** A short text as the encoding writes it: tag 9, length, UTF-8. */
function shortText(cell: Uint8Array): string {
  if (cell[0] !== 9 || cell[1] !== cell.length - 2) throw new Error(`not a short text: ${hex(cell)}`)
  return Buffer.from(cell.subarray(2)).toString()
}

/** Files left in a store's scratch folder. */
export const scratchFiles = (folder: string): string[] =>
  existsSync(join(folder, 'scratch')) ? readdirSync(join(folder, 'scratch')) : []
