import { rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { reasonOf } from '../errors.ts'
import { decode } from '../value/encoding.ts'
import { digest, fromBytes, StreamDigest, toHex } from '../value/hash.ts'
import { scanFile } from '../value/read-file.ts'
import { objectFile } from './file-objects.ts'
import { isDamage } from './store-error.ts'

/** What {@link verifyStore} found. */
export interface VerifyReport {
  readonly ok: boolean
  readonly results: number
  readonly calls: number
  readonly steps: number
  readonly values: number
  readonly objects: number
  readonly objectBytes: number
  /** Plain sentences, the first thousand. */
  readonly problems: readonly string[]
}

const mostProblems = 1000

/** What must hold of the rows, as queries for rows of which it does not. */
const rules: readonly [sentence: string, sql: string][] = [
  [
    'result % has no outputs',
    'select r.id from result r where not exists (select 1 from output o where o.result = r.id)',
  ],
  [
    'result % cannot be found by its key',
    'select r.id from result r where not exists (select 1 from memo m where m.tenant = r.tenant and m.key = r.key and m.result = r.id)',
  ],
  ['result % has no call', 'select r.id from result r where not exists (select 1 from call c where c.result = r.id)'],
  [
    'call % has neither a result nor a failure',
    `select c.id from call c where (c.result is null or not exists (select 1 from result r where r.id = c.result))
       and not exists (select 1 from failure f where f.call = c.id)`,
  ],
  ['an output of result % has no value', `select o.result from output o where ${noValue('o')}`],
  ['an input of call % has no value', `select i.call from input i where ${noValue('i')}`],
  ['an input of call % came from a call that is not there', `select i.call from input i where ${noCall('i')}`],
  ['a part of result % came from a call that is not there', `select p.result from passed p where ${noCall('p')}`],
  [
    'a step of run % has no call',
    'select s.run from step s where not exists (select 1 from call c where c.id = s.call)',
  ],
  ['a step % has no run', 'select s.seq from step s where not exists (select 1 from run u where u.id = s.run)'],
  [
    'an input belongs to no call %',
    'select i.call from input i where not exists (select 1 from call c where c.id = i.call)',
  ],
]

function noValue(row: string): string {
  return `typeof(${row}.value) = 'integer' and not exists (select 1 from value v where v.id = ${row}.value)`
}

function noCall(row: string): string {
  return `${row}.from_call is not null and not exists (select 1 from call c where c.id = ${row}.from_call)`
}

/**
 * Checks that everything a store records is whole.
 *
 * @param objects also read every object and compare its digest
 * @param repair remove damaged objects, so that the next call that needs one makes it anew
 */
export async function verifyStore(
  db: DatabaseSync,
  folder: string,
  objects: boolean,
  repair: boolean,
): Promise<VerifyReport> {
  const problems: string[] = []
  const report = (problem: string): void => {
    if (problems.length < mostProblems) problems.push(problem)
  }
  // A damaged database may refuse to be read at all; what else can be checked still is.
  const check = async (read: () => void | Promise<void>): Promise<void> => {
    try {
      await read()
    } catch (error) {
      if (!isDamage(error)) throw error
      report(`the database is damaged: ${reasonOf(error)}`)
    }
  }
  await check(() => {
    for (const row of db.prepare('pragma integrity_check(20)').all() as { integrity_check: string }[])
      if (row.integrity_check !== 'ok') report(`the database is damaged: ${row.integrity_check}`)
  })
  for (const [sentence, sql] of rules)
    await check(() => {
      for (const row of db.prepare(`${sql} limit 100`).all())
        report(sentence.replace('%', String(Object.values(row)[0])))
    })
  const found = { objects: 0, objectBytes: 0 }
  await check(async () => {
    const values = db.prepare(
      'select t.name as tenant, v.hash, v.kind, v.size, v.body from value v join tenant t on t.id = v.tenant',
    )
    for (const row of values.iterate() as Iterable<ValueRow>) {
      const hash = fromBytes(row.hash)
      if (row.body) {
        const problem = dataProblem(row.body, hash)
        if (problem) report(`value ${toHex(hash)}: ${problem}`)
        continue
      }
      found.objects++
      found.objectBytes += row.size
      const problem = await objectProblem(folder, row, objects)
      if (!problem) continue
      report(`object ${toHex(hash)}: ${problem}`)
      if (repair) await rm(join(folder, 'objects', objectFile(row.tenant, hash)), { force: true })
    }
  })
  const counts = { results: 0, calls: 0, steps: 0, values: 0 }
  for (const [name, table] of [
    ['results', 'result'],
    ['calls', 'call'],
    ['steps', 'step'],
    ['values', 'value'],
  ] as const)
    await check(() => {
      counts[name] = (db.prepare(`select count(*) as count from ${table}`).get() as { count: number }).count
    })
  return { ok: problems.length === 0, ...counts, ...found, problems: [...new Set(problems)] }
}

interface ValueRow {
  readonly tenant: string
  readonly hash: Uint8Array
  readonly kind: number
  readonly size: number
  readonly body: Uint8Array | null
}

function dataProblem(body: Uint8Array, hash: string): string | undefined {
  if (digest('value', body) !== hash) return 'its bytes do not have this hash'
  try {
    decode(body, () => null)
    return undefined
  } catch (error) {
    return reasonOf(error)
  }
}

async function objectProblem(folder: string, row: ValueRow, read: boolean): Promise<string | undefined> {
  const hash = fromBytes(row.hash)
  const path = join(folder, 'objects', objectFile(row.tenant, hash))
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  )
  if (size === undefined) return 'its file is missing'
  if (size !== row.size) return `its file has ${size} bytes instead of ${row.size}`
  if (!read) return undefined
  const content = new StreamDigest(row.kind === 1 ? 'blob' : 'value')
  for await (const piece of scanFile(path)) content.update(piece)
  return content.digest() === hash ? undefined : 'its bytes do not have this hash'
}
