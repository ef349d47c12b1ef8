import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Content } from '../value/content.ts'
import { contentOf } from '../value/content.ts'
import { digest } from '../value/hash.ts'
import type { CallCommit, CallPointer, CommitRecord, OpRecord, Records, RunRecord } from './records.ts'

/** A driver under test: opens the same database each time it is called. */
export interface RecordsDriver {
  open(): Records | Promise<Records>
  remove(): void
}

const key = (name: string) => digest('key', Buffer.from(name))
const value = (plain: unknown): Content => contentOf(plain)
const op: OpRecord = {
  name: 'test.op',
  version: 1,
  positional: false,
  inputs: ['x', 'y'],
  outputs: ['out', 'report'],
  fingerprint: digest('code', Buffer.from('code')),
}
const run: RunRecord = { name: 'run-1', tenant: 'acme', label: '', started: 1 }
let sequence = 1_000_000
let step = 0

function record(
  name: string,
  changes: Partial<CallCommit> = {},
  pointer: CallPointer = { seq: ++sequence, id: 0 },
): CommitRecord {
  return {
    tenant: 'acme',
    call: pointer,
    op,
    step: { run: run.name, seq: ++step, parent: 0, ordinal: 0, attempt: 1, state: 'computed', started: 2, micros: 3 },
    commit: {
      key: key(name),
      history: '',
      args: undefined,
      inputs: [{ name: 'x', position: 0, path: '', content: value(name) }],
      outputs: [
        { name: 'out', content: value(`made from ${name}`) },
        { name: 'report', content: value({ name, long: 'x'.repeat(200) }) },
      ],
      ...changes,
    },
  }
}

const batch = (...records: CommitRecord[]) => ({ runs: [run], records, settledBelow: 0 })

/** What every driver of {@link Records} must do. */
export function recordsConformance(name: string, make: () => RecordsDriver): void {
  const withRecords = async (
    work: (records: Records, reopen: () => Promise<Records>) => Promise<void>,
  ): Promise<void> => {
    const driver = make()
    let records = await driver.open()
    try {
      await work(records, async () => {
        await records.close()
        records = await driver.open()
        return records
      })
    } finally {
      await records.close()
      driver.remove()
    }
  }

  describe(`records: ${name}`, () => {
    it('give back what was committed, whole', () =>
      withRecords(async (records) => {
        assert.equal(await records.find('acme', key('a'), ''), undefined)
        const [committed] = await records.commit(batch(record('a')))
        assert.equal(committed?.won, true)
        const found = await records.find('acme', key('a'), '')
        assert.equal(found?.call, committed?.call)
        assert.deepEqual(
          found?.outputs.map(({ name: output }) => output),
          ['out', 'report'],
        )
        assert.deepEqual(found?.outputs[0]?.content, value('made from a'))
        const body = (content: Content | undefined) => Buffer.from((content as { body: Uint8Array }).body)
        assert.deepEqual(body(found?.outputs[1]?.content), body(value({ name: 'a', long: 'x'.repeat(200) })))
      }))

    it('keep it when they are closed and opened again', () =>
      withRecords(async (records, reopen) => {
        await records.commit(batch(record('a')))
        const again = await reopen()
        assert.deepEqual((await again.find('acme', key('a'), ''))?.outputs[0]?.content, value('made from a'))
      }))

    it('store one result for a key, and tell the second that it came second', () =>
      withRecords(async (records) => {
        const [first] = await records.commit(batch(record('a')))
        const other = record('a', {
          outputs: [
            { name: 'out', content: value('other') },
            { name: 'report', content: value(1) },
          ],
        })
        const [second] = await records.commit(batch(other))
        assert.deepEqual(second, { call: first!.call, won: false })
        assert.deepEqual((await records.find('acme', key('a'), ''))?.outputs[0]?.content, value('made from a'))
      }))

    it('never look across tenants', () =>
      withRecords(async (records) => {
        await records.commit(batch(record('a')))
        assert.equal(await records.find('other', key('a'), ''), undefined)
        const [theirs] = await records.commit({ ...batch({ ...record('a'), tenant: 'other' }), runs: [] })
        assert.equal(theirs?.won, true)
        const long = (value({ name: 'a', long: 'x'.repeat(200) }) as { digest: string }).digest
        assert.ok(await records.body('acme', long))
        assert.equal(await records.body('nobody', long), undefined)
      }))

    it('know a result under histories it was not made with, and take the new call', () =>
      withRecords(async (records) => {
        await records.commit(batch(record('a')))
        const history = digest('history', Buffer.from('h'))
        assert.equal((await records.find('acme', key('a'), history))?.call, 0)
        const known: CommitRecord = record('a', { history, outputs: undefined })
        const [committed] = await records.commit(batch(known))
        assert.equal((await records.find('acme', key('a'), history))?.call, committed?.call)
        assert.notEqual((await records.find('acme', key('a'), ''))?.call, committed?.call)
      }))

    it('let later records point to calls of the same batch and of batches before', () =>
      withRecords(async (records) => {
        const first = record('a')
        const pointer = { seq: first.call.seq, id: 0 }
        const fromFirst = (name: string) =>
          record(name, {
            history: digest('history', Buffer.from(name)),
            inputs: [{ name: 'x', position: 0, path: '', content: value(1), from: pointer, fromOutput: 'out' }],
            passed: [{ output: 'out', path: '', from: pointer, fromOutput: 'report' }],
          })
        await records.commit(batch(first, fromFirst('b')))
        await records.commit(batch(fromFirst('c')))
        const found = await records.find('acme', key('c'), digest('history', Buffer.from('c')))
        assert.deepEqual(found?.passed[0]?.from?.key, key('a'))
        assert.equal(found?.passed[0]?.fromOutput, 'report')
      }))

    it('commit a batch whole or not at all, and work on after a failed one', () =>
      withRecords(async (records) => {
        const good = record('a')
        const broken = record('b', {
          inputs: [
            {
              name: 'x',
              position: 0,
              path: '',
              content: value(1),
              from: { seq: 999_999_999, id: 0 },
              fromOutput: 'out',
            },
          ],
        })
        await assert.rejects(async () => records.commit(batch(good, broken)), { code: 'STORE_FAILED' })
        assert.equal(await records.find('acme', key('a'), ''), undefined)
        const [committed] = await records.commit(batch(record('a')))
        assert.equal(committed?.won, true)
        assert.deepEqual((await records.find('acme', key('a'), ''))?.outputs[0]?.content, value('made from a'))
      }))

    it('take new outputs and inputs of an op without mixing up old ones', () =>
      withRecords(async (records) => {
        await records.commit(batch(record('a')))
        const grown = {
          ...record('b', {
            outputs: [
              { name: 'extra', content: value(1) },
              { name: 'out', content: value(2) },
            ],
          }),
          op: { ...op, outputs: ['extra', 'out'] },
        }
        await records.commit(batch(grown))
        const outputs = async (of: string) =>
          (await records.find('acme', key(of), ''))?.outputs.map((output) => output.name).sort()
        assert.deepEqual(await outputs('a'), ['out', 'report'])
        assert.deepEqual(await outputs('b'), ['extra', 'out'])
      }))

    it('let two who are open at once add outputs to one op without mixing them up', async () => {
      const driver = make()
      const [one, two] = [await driver.open(), await driver.open()]
      try {
        const making = (of: string, ...outputs: string[]) => ({
          ...record(of, { outputs: outputs.map((name) => ({ name, content: value(`${of} ${name}`) })) }),
          op: { ...op, outputs },
        })
        await one.commit(batch(making('a', 'out')))
        await two.commit(batch(making('b', 'out', 'left')))
        await one.commit(batch(making('c', 'out', 'right')))
        for (const records of [one, two])
          for (const call of ['a', 'b', 'c'])
            for (const { name: output, content } of (await records.find('acme', key(call), ''))!.outputs)
              assert.deepEqual(content, value(`${call} ${output}`))
      } finally {
        await one.close()
        await two.close()
        driver.remove()
      }
    })

    it('remember a blob with its facts, and newer facts over older ones', () =>
      withRecords(async (records) => {
        const blob: Content = { kind: 'blob', digest: digest('blob', Buffer.from('bytes')), size: 5 }
        const given = (name: string, facts: object) =>
          record(name, {
            inputs: [{ name: 'x', position: 0, path: '', content: blob, facts: { media: facts as never } }],
          })
        await records.commit(batch(given('a', { width: 1 })))
        assert.deepEqual(await records.facts('acme', blob.digest), { media: { width: 1 } })
        await records.commit(batch(given('b', { width: 1, height: 2 })))
        assert.deepEqual(await records.facts('acme', blob.digest), { media: { width: 1, height: 2 } })
        assert.equal(await records.facts('other', blob.digest), undefined)
      }))

    it('mark calls that may not be repeated until their end is known', () =>
      withRecords(async (records) => {
        assert.equal(await records.begin('acme', key('p'), false), undefined)
        assert.equal(typeof (await records.begin('acme', key('p'), false)), 'number')
        assert.equal(await records.begin('acme', key('p'), true), undefined)
        await records.commit(batch(record('p', { outputs: undefined, failed: 'unknown', begun: true })))
        assert.equal(typeof (await records.begin('acme', key('p'), false)), 'number')
        await records.commit(batch(record('p', { begun: true })))
        assert.equal(await records.begin('acme', key('p'), false), undefined)
      }))
  })
}
