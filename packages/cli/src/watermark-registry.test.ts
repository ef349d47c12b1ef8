import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { Place } from './testing/command.ts'

const bits = '011010011001011001101001100101101001011001101001'
const candidate = (message: string) => ({
  original_message: message,
  encoded_binary: [...bits].map(Number),
  modality: 'text',
})

describe('the watermark registry on the command line', { concurrency: true }, () => {
  test('imports candidate messages, lists bad rows, and answers for the good ones', async (t) => {
    const here = new Place(t)
    const run = (...args: string[]) => here.run(['watermark', 'registry', ...args])
    here.write('candidate_messages.json', JSON.stringify({ a1: candidate('由AI生成'), b2: { ...candidate(''), x: 1 } }))
    const dry = await run('import', 'candidate_messages.json', '--dry-run')
    assert.deepEqual([dry.code, dry.stderr], [3, '2 rows: 1 to be added, 0 known already, 1 bad\n'])
    assert.equal(existsSync(here.path('.colophon')), false)
    const { code, stdout, stderr } = await run('import', 'candidate_messages.json')
    assert.equal(code, 3)
    assert.equal(stdout, 'line 1, "b2": its "original_message" is empty\n')
    assert.equal(stderr, '2 rows: 1 added, 0 known already, 1 bad\n')

    const list = JSON.parse((await run('list', '--json')).stdout)
    assert.equal(list.total, 1)
    assert.equal(list.entries[0].message, '由AI生成')
    const shown = JSON.parse((await run('show', list.entries[0].id, '--json')).stdout)
    assert.deepEqual(shown, list.entries[0])
    const found = JSON.parse((await run('find', bits.replace(/^01/, '11'), '--json')).stdout)
    assert.deepEqual([found.match.entry.message, found.match.bitErrors, found.candidates], ['由AI生成', 1, 1])
    assert.equal((await run('find', '0110')).code, 4)
  })

  test('goes from one store to another as an export', async (t) => {
    const here = new Place(t)
    const run = (...args: string[]) => here.run(['watermark', 'registry', ...args])
    here.write('candidates.json', JSON.stringify({ a: candidate('one'), b: candidate('two') }))
    await run('import', 'candidates.json')
    await run('export', '-o', 'registry.jsonl')
    assert.equal(readFileSync(here.path('registry.jsonl'), 'utf8'), (await run('export')).stdout)
    const { code, stdout } = await run('import', 'registry.jsonl', '--store', 'other', '--json')
    assert.equal(code, 0)
    assert.deepEqual(JSON.parse(stdout), { format: 'export', rows: 2, added: 2, known: 0, bad: [], dryRun: false })
    assert.match((await run('list', '--store', 'other')).stdout, / one\n.* two\n$/)
  })

  test('says exactly what is wrong', async (t) => {
    const here = new Place(t)
    const run = (...args: string[]) => here.run(['watermark', 'registry', ...args])
    const none = await run('show', '0x0000000000000007')
    assert.equal(none.code, 4)
    assert.match(none.stderr, /The payload 00000-00000-007QZ is not in the watermark registry of tenant "default"/)
    assert.equal((await run('show', 'nonsense')).code, 2)
    assert.equal((await run('list', '--limit', 'many')).code, 2)
    assert.match((await run('lst')).stderr, /Did you mean "watermark registry list"\?/)
    here.write('list.json', '[1]')
    const invalid = await run('import', 'list.json')
    assert.equal(invalid.code, 3)
    assert.match(
      invalid.stderr,
      /list\.json cannot be imported into the registry: line 1: "\{" is missing, and "\[" stands/,
    )

    here.write('candidates.json', JSON.stringify({ a: candidate('one') }))
    await run('import', 'candidates.json')
    const db = new DatabaseSync(here.path('.colophon/watermark.sqlite'))
    db.exec("update watermark_mark set message = 'two'")
    db.close()
    const damaged = await run('list')
    assert.equal(damaged.code, 1)
    assert.match(
      damaged.stderr,
      /Row 1 of watermark_mark in the watermark registry .* is damaged: its columns do not fit its/,
    )
    assert.equal((await run('verify')).code, 1)
    here.write('.colophon/watermark.sqlite', 'x'.repeat(5000))
    const broken = await run('verify')
    assert.equal(broken.code, 1)
    assert.match(broken.stderr, /The watermark registry .* is damaged: file is not a database/)
  })

  test('stands among the ops of its room', async (t) => {
    const here = new Place(t)
    const { stderr } = await here.run(['watermark'])
    assert.match(stderr, /needs one more word: .*embed.*, registry\./)
    assert.match((await here.run(['watermark', 'registry', '--help'])).stdout, /watermark registry import FILE/)
  })
})
