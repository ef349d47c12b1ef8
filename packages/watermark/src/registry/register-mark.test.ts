import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, test } from 'node:test'
import { formatId } from '../payload/id-text.ts'
import { encodePayload } from '../payload/payload-code.ts'
import { MarkKey } from '../payload/secret-key.ts'
import type { ExtractReport } from '../report/extract-report.ts'
import type { MarkPayload } from './entry.ts'
import { type MarkedFile, registerMark, registerMarks } from './register-mark.ts'
import { Registry } from './registry.ts'
import { lookUp, resolveMark } from './resolve-mark.ts'
import { folderFor } from './testing/folder.ts'

const secret = 'a key for tests'
const hash = (digit: string): string => digit.repeat(64)
const look = (digit: string): string => `01${digit.repeat(36)}`.replace(/.$/, '0')

const id = (value: bigint): MarkPayload & { kind: 'id' } => ({ kind: 'id', id: value, bits: 64 })

const shownPayload = (payload: MarkPayload) =>
  payload.kind === 'id'
    ? { kind: payload.kind, bits: payload.bits, id: formatId(payload), text: null }
    : { kind: payload.kind, bits: 64, id: null, text: payload.text }

const marked = (
  payload: MarkPayload,
  message: string | null,
  recipient: string | null = null,
): MarkedFile['report'] => ({
  payload: shownPayload(payload),
  message,
  recipient,
  fingerprint: look('3'),
})

const found = (payload: MarkPayload | undefined, state: ExtractReport['state'] = 'found', fingerprint = look('c')) => ({
  state,
  found: state === 'found',
  message: null,
  payload: payload ? shownPayload(payload) : null,
  pValue: 1e-9,
  z: 9,
  bitErrors: 3,
  codeBits: 640,
  geometry: null,
  searched: 'upright' as const,
  key: 'watermark@1',
  picture: { width: 1, height: 1, format: 'png' },
  remarks: [],
  fingerprint,
})

const contextFor = (folder: string, call = hash('c')) => ({
  tenant: 'default',
  folder,
  call,
  params: {},
  secrets: (name: string) => (name === 'watermark' ? { value: secret, version: 1 } : undefined),
})

/** Soft bits of a payload, of which so many out of ten are wrong. */
const worn = (payload: MarkPayload, wrong: number): number[] =>
  Array.from(
    encodePayload(payload, MarkKey.from(secret), 640),
    (bit, i) => (2 * bit - 1) * ((7 * i) % 10 < wrong ? -1 : 1),
  )

describe('a mark that was made', () => {
  test('is registered with message, recipient and call, once', async (t) => {
    const context = contextFor(folderFor(t))
    const first = await registerMark(marked(id(5n), 'hello', 'ann'), { hash: hash('a') }, context)
    assert.deepEqual(first.shown, { registry: { marks: 1, files: 1, known: 0 } })
    const again = await registerMark(marked(id(5n), 'hello', 'ann'), { hash: hash('a') }, context)
    assert.deepEqual(again.shown, { registry: { marks: 0, files: 0, known: 1 } })
    using registry = await Registry.open(context.folder)
    const entry = registry.find('default', id(5n))!
    const [copy] = entry.copies
    assert.deepEqual(
      [entry.message, entry.recipient, copy?.call, copy?.content],
      ['hello', 'ann', hash('c'), hash('a')],
    )
    assert.equal(Buffer.from(copy!.fingerprint!).toString('hex'), look('3'))
  })

  test('with an id alone joins what the id stands for', async (t) => {
    const context = contextFor(folderFor(t))
    await registerMark(marked(id(5n), 'hello', 'ann'), { hash: hash('a') }, context)
    await registerMark(marked(id(5n), null), { hash: hash('b') }, context)
    await registerMark(marked(id(6n), null), { hash: hash('b') }, context)
    using registry = await Registry.open(context.folder)
    assert.equal(registry.find('default', id(5n))?.copies.length, 2)
    assert.equal(registry.find('default', id(6n))?.message, '')
  })

  test('by an inner call leads to that call', async (t) => {
    const context = contextFor(folderFor(t))
    await registerMark(
      marked(id(5n), 'hello'),
      { hash: hash('a'), history: { call: hash('d'), output: 'image' } },
      context,
    )
    using registry = await Registry.open(context.folder)
    assert.deepEqual(
      registry.find('default', id(5n))?.copies.map(({ call }) => call),
      [hash('d')],
    )
  })

  test('of several files is registered as a whole or not at all', async (t) => {
    const context = contextFor(folderFor(t))
    await registerMark(marked(id(5n), 'hello'), { hash: hash('a') }, context)
    const files = [
      { report: marked(id(6n), 'new'), file: { hash: hash('b') } },
      { report: marked(id(5n), 'another'), file: { hash: hash('b') } },
    ]
    await assert.rejects(registerMarks(files, context), { code: 'WATERMARK_REGISTRY_CONFLICT' })
    using registry = await Registry.open(context.folder)
    assert.equal(registry.count('default'), 1)
  })
})

describe('a mark that was found', () => {
  test('is looked up by its payload', async (t) => {
    const context = contextFor(folderFor(t))
    await registerMark(marked(id(5n), 'hello', 'ann'), { hash: hash('a') }, context)
    const { shown, outcome } = await resolveMark({ report: found(id(5n)) }, context)
    const { mark, likeness } = shown.registry as Awaited<ReturnType<typeof lookUp>>
    assert.equal(likeness, null)
    const { time, ...entry } = mark!.entry!
    assert.ok(Date.now() - Date.parse(time) < 60_000)
    const payload = formatId(id(5n))
    assert.deepEqual(entry, { payload, message: 'hello', recipient: 'ann', source: 'embedded', calls: [hash('c')] })
    assert.match(outcome!.summary, /^found id .*; registered for "hello" \(to "ann"\)$/)
    assert.equal(outcome!.exitCode, undefined)
    const text = await lookUp({ report: found({ kind: 'text', text: 'hi' }) }, context)
    assert.deepEqual(text, { mark: { by: 'exact', entry: null }, likeness: null })
  })

  test('in several files leads to the call whose file looks the most alike first', async (t) => {
    const folder = folderFor(t)
    for (const digit of ['a', 'b', 'd'])
      await registerMark(
        { ...marked(id(5n), 'hello'), fingerprint: digit === 'd' ? null : look(digit) },
        { hash: hash(digit) },
        contextFor(folder, hash(digit)),
      )
    const { mark } = await lookUp({ report: found(id(5n), 'found', look('b')) }, contextFor(folder))
    assert.deepEqual(mark?.entry?.calls, [hash('b'), hash('a'), hash('d')])
  })

  test('that cannot be read is the nearest registered one, or none', async (t) => {
    const context = contextFor(folderFor(t))
    for (let i = 0n; i < 40n; i++) await registerMark(marked(id(i), `m${i}`), { hash: hash('a') }, context)
    const report = found(undefined, 'none')
    const { shown, outcome } = await resolveMark({ report, soft: { bits: worn(id(7n), 3) } }, context)
    const { mark } = shown.registry as Awaited<ReturnType<typeof lookUp>>
    assert.deepEqual([mark?.by, mark?.entry?.message, mark?.candidates], ['nearest', 'm7', 40])
    assert.ok(mark!.falseMatch! < 1e-6 && mark!.falseMatch! > 0)
    assert.deepEqual([mark?.bitErrors, mark?.codeBits], [192, 640])
    assert.match(
      outcome!.summary,
      /^found what is left of .* for "m7": the nearest of 40 registered payloads, by chance 1 in /,
    )
    assert.equal(outcome!.exitCode, undefined)
    const stranger = await resolveMark({ report, soft: { bits: worn(id(1000n), 3) } }, context)
    assert.deepEqual(stranger.shown, { registry: { mark: null, likeness: null } })
    assert.equal(stranger.outcome?.exitCode, 4)
    const otherTenant = await lookUp({ report, soft: { bits: worn(id(7n), 3) } }, { ...context, tenant: 'ann' })
    assert.equal(otherTenant.mark, null)
  })

  test('nowhere may look like a registered picture, which is said to be no mark', async (t) => {
    const context = contextFor(folderFor(t))
    await registerMark(marked(id(5n), 'hello'), { hash: hash('a') }, context)
    const report = found(undefined, 'none', look('3'))
    const { shown, outcome } = await resolveMark({ report }, context)
    const { mark, likeness } = shown.registry as Awaited<ReturnType<typeof lookUp>>
    assert.equal(mark, null)
    const [entry] = likeness!.entries
    assert.deepEqual([entry?.message, entry?.differing, likeness?.bits, likeness?.alike], ['hello', 0, 143, 1])
    assert.ok(entry!.falseMatch < 1e-9)
    assert.match(
      outcome!.summary,
      /no mark .* was found; the picture looks like a registered one, "hello" \(by chance .*\), which is no mark/,
    )
    assert.equal(outcome!.exitCode, 4)
    await registerMark(marked(id(6n), 'hello', 'bob'), { hash: hash('b') }, context)
    const two = await resolveMark({ report }, context)
    assert.match(two.outcome!.summary, /the picture looks like 2 registered ones \(/)
    assert.deepEqual(await lookUp({ report: found(undefined, 'none') }, context), { mark: null, likeness: null })
  })

  test('is told where a damaged row stands in its way, and passed over where it is a likeness alone', async (t) => {
    const context = contextFor(folderFor(t))
    await registerMark(marked(id(5n), 'hello'), { hash: hash('a') }, context)
    const db = new DatabaseSync(join(context.folder, 'watermark.sqlite'))
    db.exec("update watermark_mark set message = 'forged'")
    db.close()
    await assert.rejects(lookUp({ report: found(id(5n)) }, context), { code: 'WATERMARK_REGISTRY_ROW_DAMAGED' })
    const answer = await lookUp({ report: found(undefined, 'none', look('3')) }, context)
    assert.deepEqual(answer, { mark: null, likeness: null, damagedRows: 1 })
  })

  test('is not in a registry that is not there, and none is made', async (t) => {
    const folder = folderFor(t)
    const { shown, outcome } = await resolveMark({ report: found(id(5n)) }, contextFor(folder))
    assert.deepEqual(shown, { registry: { mark: { by: 'exact', entry: null }, likeness: null } })
    assert.match(outcome!.summary, /; it is not in the registry$/)
    assert.equal(existsSync(join(folder, 'watermark.sqlite')), false)
  })
})
