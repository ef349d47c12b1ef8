import assert from 'node:assert/strict'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { readCandidateMessages } from './candidate-messages.ts'
import type { NewEntry } from './entry.ts'
import { exportLines } from './export.ts'
import { importFile, importText, mostImportBytes } from './import.ts'
import { nearestBits } from './nearest-bits.ts'
import { Registry } from './registry.ts'
import { folderFor } from './testing/folder.ts'

const opened = async (t: TestContext): Promise<Registry> => {
  const registry = await Registry.open(':memory:')
  t.after(() => registry.close())
  return registry
}

const bits = Array.from({ length: 80 }, (_, i) => ((i * i) % 7) % 2)
const good = {
  original_message: '由AI生成',
  encoded_binary: bits,
  timestamp: '2025-08-30T12:34:56.789123',
  task_id: 'task_1756557296_ab12cd34',
  modality: 'text',
}

describe('candidate messages of the predecessor', () => {
  test('become entries with message, time and bits', async (t) => {
    const registry = await opened(t)
    const text = JSON.stringify({ '0123456789abcdef': good, fedcba9876543210: { ...good, modality: 'image' } }, null, 2)
    const report = importText(registry, 'default', text, 'candidate_messages.json')
    assert.deepEqual(report, { format: 'candidate-messages', rows: 2, added: 2, known: 0, bad: [], dryRun: false })
    const [entry] = registry.list('default')
    assert.equal(entry?.message, '由AI生成')
    assert.equal(entry.source, 'imported')
    assert.equal(entry.time.toISOString(), '2025-08-30T12:34:56.789Z')
    const { key, modality, task } = entry.candidate!
    assert.deepEqual([key, modality, task], ['0123456789abcdef', 'text', good.task_id])
    assert.deepEqual([...entry.candidate!.bits], bits)
  })

  test('imported again change nothing', async (t) => {
    const registry = await opened(t)
    const text = JSON.stringify({ a: good })
    importText(registry, 'default', text, 'x')
    const { added, known } = importText(registry, 'default', text, 'x')
    assert.deepEqual([added, known, registry.count('default')], [0, 1, 1])
  })

  test('are looked up by bits that were read, some of them wrongly', async (t) => {
    const registry = await opened(t)
    const others = Object.fromEntries(
      Array.from({ length: 50 }, (_, k) => [
        `k${k}`,
        {
          ...good,
          original_message: `m${k}`,
          encoded_binary: bits.map((_, i) => Number(Math.sin(i * i + k * 7.3) > 0)),
        },
      ]),
    )
    importText(registry, 'default', JSON.stringify({ ...others, it: good }), 'x')
    const all = [...registry.candidates('default', ({ why }) => assert.fail(why))]
    const read = bits.map((bit, i) => (i % 16 === 3 ? 1 - bit : bit))
    const { candidates, match } = nearestBits(
      read,
      all.map(({ mark, candidate }) => ({ what: mark, bits: candidate.bits })),
    )
    assert.equal(candidates, 51)
    assert.equal(registry.entry('default', match!.what)?.message, good.original_message)
    assert.equal(match?.bitErrors, 5)
  })

  test('that are bad are told by key, line and reason, and the good ones are imported', async (t) => {
    const registry = await opened(t)
    const row = (change: object) => JSON.stringify({ ...good, ...change })
    const lines = [
      `"good": ${row({})}`,
      `"no message": ${row({ original_message: undefined })}`,
      `"number": ${row({ original_message: 5 })}`,
      `"empty": ${row({ original_message: '' })}`,
      `"surrogate": ${row({}).replace('由', '\\ud800')}`,
      `"bits": ${row({ encoded_binary: [0, 1, 2] })}`,
      `"text for bits": ${row({ encoded_binary: '0101' })}`,
      `"no bits": ${row({ encoded_binary: [] })}`,
      `"time": ${row({ timestamp: 'yesterday' })}`,
      `"month": ${row({ timestamp: '2025-13-01T00:00:00' })}`,
      `"list": []`,
      `"null": null`,
      `"not JSON": {"original_message": nonsense, "modality": "text", "encoded_binary": [1]}`,
      `"twice": {"original_message": "a", "original_message": "b", "modality": "text", "encoded_binary": [1]}`,
      `"good": ${row({ original_message: 'other' })}`,
      `"__proto__": ${row({ original_message: 'prototype' })}`,
      `"long": ${row({ original_message: 'x'.repeat(70_000) })}`,
      `"last": ${row({ original_message: 'last', timestamp: undefined, task_id: null })}`,
    ]
    const { rows, added, bad } = importText(registry, 'default', `{\n${lines.join(',\n')}\n}`, 'x')
    assert.deepEqual([rows, added], [18, 3])
    assert.deepEqual(
      bad.map(({ key, line, why }) => `${line} ${key}: ${why}`),
      [
        '3 no message: it has no "original_message"',
        '4 number: its "original_message" is a number, not a text',
        '5 empty: its "original_message" is empty',
        '6 surrogate: its "original_message" has half of a surrogate pair',
        '7 bits: item 2 of its "encoded_binary" is neither 0 nor 1',
        '8 text for bits: its "encoded_binary" is a string, not a list',
        '9 no bits: its "encoded_binary" is empty',
        '10 time: its "timestamp" is no time',
        '11 month: its "timestamp" is no time',
        '12 list: it is no object',
        '13 null: it is no object',
        '14 not JSON: its "original_message" is not valid JSON',
        '15 twice: it has "original_message" twice',
        '16 good: its key stands on line 2 already',
        '18 long: The entry cannot be registered: its message is 70000 bytes long, and 65536 are the most.',
      ],
    )
    assert.deepEqual(
      registry.list('default').map(({ message }) => message),
      ['由AI生成', 'prototype', 'last'],
    )
  })

  test('that are cut off give what stands before the cut', async (t) => {
    const registry = await opened(t)
    const text = JSON.stringify({ a: good, b: { ...good, original_message: 'b' } }, null, 1)
    const { added, bad } = importText(registry, 'default', text.slice(0, -4), 'x')
    assert.equal(added, 1)
    assert.deepEqual(
      bad.map(({ key, why }) => [key, why]),
      [[undefined, 'the text ends in the middle of a value']],
    )
  })

  test('are tried without writing anything', async (t) => {
    const registry = await opened(t)
    const report = importText(registry, 'default', JSON.stringify({ a: good, b: 5 }), 'x', { dryRun: true })
    assert.deepEqual([report.added, report.bad.length, report.dryRun], [1, 1, true])
    assert.equal(registry.count('default'), 0)
  })

  test('may be any text at all: the answer is a report or an error', () => {
    const unit = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ',',
      ':',
      '\\',
      'original_message',
      'encoded_binary',
      '1',
      'é',
    )
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 80 }), fc.jsonValue(), (text, value) => {
        for (const given of [text, JSON.stringify(value), JSON.stringify({ k: value })]) {
          const { rows, bad } = readCandidateMessages(given)
          assert.ok(rows.every(({ entry }) => entry.message !== ''))
          assert.ok(bad.every(({ why }) => why !== ''))
        }
      }),
    )
  })

  test('thousands of them are imported in one go', async (t) => {
    const registry = await opened(t)
    const all = Array.from(
      { length: 5000 },
      (_, i) => `"${i}": {"original_message": "m${i}", "modality": "text", "encoded_binary": [${i & 1}]}`,
    )
    const { added, bad } = importText(registry, 'default', `{${all.join(',')}}`, 'x')
    assert.deepEqual([added, bad], [5000, []])
  })
})

describe('a file that is imported', () => {
  test('is refused with its reason when it is none', async (t) => {
    const registry = await opened(t)
    const folder = folderFor(t)
    const path = (name: string, content?: string | Uint8Array): string => {
      if (content !== undefined) writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    mkdirSync(path('folder'))
    const huge = path('huge', 'x')
    truncateSync(huge, mostImportBytes + 1)
    const cases: [string, string, RegExp][] = [
      [path('none'), 'FILE_NOT_FOUND', /none does not exist/],
      [path('folder'), 'FILE_IS_DIRECTORY', /is a directory/],
      [path('empty', ''), 'FILE_EMPTY', /is empty/],
      [path('list', '[]'), 'WATERMARK_REGISTRY_IMPORT_INVALID', /list cannot be imported .*: line 1: "\{" is missing/],
      [path('image', Buffer.from([0x89, 0x50, 0xff])), 'WATERMARK_REGISTRY_IMPORT_INVALID', /it is no text in UTF-8/],
      [huge, 'WATERMARK_REGISTRY_IMPORT_INVALID', /it has \d+ bytes, and \d+ are the most/],
    ]
    for (const [given, code, message] of cases)
      await assert.rejects(importFile(registry, 'default', given), { code, message })
    assert.equal(registry.count('default'), 0)
  })

  test('may be an export, and gives back all of the registry that was exported', async (t) => {
    const [from, to] = [await opened(t), await opened(t)]
    const payload = { kind: 'id', id: 7n, bits: 96 } as const
    const copy = (digit: string) => ({
      content: digit.repeat(64),
      media: 'image',
      call: 'c',
      fingerprint: Uint8Array.of(1, 2),
    })
    const entries: NewEntry[] = [
      { payload, message: 'hello\n', recipient: 'ann', copy: copy('a') },
      { payload, message: 'hello\n', recipient: 'ann', copy: copy('b') },
      { payload: { kind: 'text', text: 'hi "you"' }, message: 'hi "you"' },
    ]
    from.registerAll('default', entries, assert.ifError)
    importText(from, 'default', JSON.stringify({ a: good }), 'x')
    const text = [...exportLines(from, 'default')].join('')
    const report = importText(to, 'other', text, 'export.jsonl')
    assert.deepEqual([report.format, report.rows, report.added, report.bad], ['export', 4, 4, []])
    assert.deepEqual(to.list('other'), from.list('default'))
    assert.equal([...exportLines(to, 'other')].join(''), text)
    assert.deepEqual(importText(to, 'other', text, 'export.jsonl').added, 0)
  })

  test('may be an export of which some lines are bad', async (t) => {
    const registry = await opened(t)
    const line = (change: object) =>
      JSON.stringify({
        id: '0x0000000000000007',
        message: 'm',
        source: 'embedded',
        time: '2026-01-02T03:04:05Z',
        copies: [],
        ...change,
      })
    const lines = [
      '{"format":"colophon-watermark-registry","version":1}',
      line({}),
      line({ message: 'other' }),
      line({ id: '0x07' }),
      line({ time: 'now' }),
      line({ text: 'both' }),
      line({ unknown: 1 }),
      '{"id":',
      '',
    ]
    const { added, bad } = importText(registry, 'default', lines.join('\n'), 'x')
    assert.equal(added, 1)
    assert.deepEqual(
      bad.map(({ line }) => line),
      [3, 4, 5, 6, 7, 8],
    )
    assert.match(bad[0]!.why, /is registered for "m" and cannot stand for "other"/)
    assert.match(bad[4]!.why, /unknown/)
    assert.equal(bad[5]!.why, 'it is no valid JSON')
  })
})
