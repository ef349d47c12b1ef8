import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { type Golden, goldenNow, goldenValues } from '../testing/golden.ts'
import { decode, encode, tags } from './encoding.ts'
import { typedArrays } from './encoding-format.ts'

const golden: Golden = JSON.parse(readFileSync(join(import.meta.dirname, 'encoding.golden.json'), 'utf8'))
const changed = 'Stores made so far would not be understood any more. Format 1 is for ever; a change is a format 2.'

test('bytes, hashes and keys are those of the golden file', async () => {
  const now = await goldenNow()
  for (const part of ['values', 'blobs', 'calls'] as const)
    for (const [name, expected] of Object.entries(golden[part]))
      assert.deepEqual(now[part][name], expected, `${part}: "${name}" has changed. ${changed}`)
  // Rows are added with `node packages/core/src/testing/golden.ts > packages/core/src/value/encoding.golden.json`.
  assert.deepEqual(now, golden, 'The golden file lacks rows.')
})

test('the golden file has every kind of value', () => {
  const encodings = Object.values(golden.values).map(({ bytes }) => Buffer.from(bytes, 'hex'))
  const found = new Set(encodings.map(([tag]) => tag))
  for (const [name, tag] of Object.entries(tags)) if (tag !== tags.blob) assert.ok(found.has(tag), `no row is ${name}`)
  const kinds = new Set(encodings.filter(([tag]) => tag === tags.typedArray).map(([, kind]) => kind))
  assert.equal(kinds.size, typedArrays.length)
  assert.equal(Object.keys(golden.values).length, Object.keys(goldenValues).length)
})

test('golden bytes decode to values with the same bytes', () => {
  for (const [name, { bytes }] of Object.entries(golden.values))
    assert.equal(Buffer.from(encode(decode(Buffer.from(bytes, 'hex')))).toString('hex'), bytes, name)
})

test('other processes find the same, whatever their place, language and way of running', async () => {
  const run = async (flags: string[], env: Record<string, string>): Promise<Golden> => {
    const program = join(import.meta.dirname, '../testing/golden.ts')
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', ...flags, program],
      { env: { ...process.env, ...env }, maxBuffer: 1 << 24 },
    )
    return JSON.parse(stdout)
  }
  const found = await Promise.all([
    run([], { TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8' }),
    run(['--no-opt', '--random-seed=7'], { TZ: 'America/St_Johns', LANG: 'C' }),
    run(['--always-sparkplug', '--stack-size=500'], {}),
  ])
  for (const each of found) assert.deepEqual(each, golden)
})
