/** What the tool before this one got wrong, one test for each fault that concerns payloads, candidates and pictures. */
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { createStore, file } from '@colophon/core'
import { attackPicture } from './attack/apply.ts'
import { choosePayload } from './embed/choose-payload.ts'
import { extract } from './extract.ts'
import { detectLuma } from './image/detect-luma.ts'
import { embedLuma } from './image/embed-luma.ts'
import { formatId } from './payload/id-text.ts'
import { payloadBits } from './payload/payload.ts'
import { decodeSoft, encodePayload } from './payload/payload-code.ts'
import { MarkKey } from './payload/secret-key.ts'
import { addLuma } from './picture/add-luma.ts'
import { pictureLuma } from './picture/picture-luma.ts'
import { nearestPayload } from './registry/nearest-payload.ts'
import { registerMark } from './registry/register-mark.ts'
import { Registry } from './registry/registry.ts'
import { lookUp } from './registry/resolve-mark.ts'
import { paintedPicture } from './testing/painted-picture.ts'

const secret = 'the key of these tests'
const key = MarkKey.from(secret)
const chance = MarkKey.from('chance').stream('bits')

/** Code bits as they come out of a picture, of which a share is wrong. */
const softOf = (code: Uint8Array, wrong: number): Float64Array =>
  Float64Array.from(
    code,
    (bit) => (bit === 1 ? 1 : -1) * (chance.uniform() < wrong ? -1 : 1) * (0.5 + chance.uniform()),
  )

const folderFor = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-predecessor-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

const report = (payload: { id: string; bits: number }, message: string) => ({
  payload: { kind: 'id' as const, text: null, ...payload },
  message,
  recipient: null,
})

const extraction = (state: 'unreadable' | 'none') => ({
  ...{ state, found: false, message: null, payload: null, pValue: 1e-9, z: 8, bitErrors: null, codeBits: null },
  ...{ geometry: null, searched: 'full' as const, key: 'watermark@1', fingerprint: null },
  picture: { width: 512, height: 512, format: 'png' },
})

describe('candidates', () => {
  test('are looked up without waiting for a lock that the look-up itself holds', async (t) => {
    const folder = folderFor(t)
    const context = { folder, tenant: 'default', call: '', secrets: () => ({ value: secret, version: 1 }) }
    const { payload } = choosePayload({ message: 'a longer message', bits: 64, as: 'auto' }, key, 'work')
    const file = { hash: 'ab'.repeat(32) }
    assert.ok(payload.kind === 'id')
    const id = formatId(payload)
    await registerMark(report({ id, bits: 64 }, 'a longer message'), file, context)
    using held = await Registry.open(folder)
    const soft = { bits: [...softOf(encodePayload(payload, key, 320), 0.3)] }
    const [one, two] = await Promise.all([
      lookUp({ report: extraction('unreadable'), soft }, context),
      lookUp({ report: extraction('unreadable'), soft }, context),
    ])
    assert.deepEqual([one.mark?.by, one.mark?.entry?.message], ['nearest', 'a longer message'])
    assert.deepEqual(two, one)
    assert.equal(held.count('default'), 1)
  })

  test('that agree in six bits of ten are no match, and the more there are the less a match means', () => {
    const candidates = Array.from({ length: 400 }, (_, row) => {
      const { payload } = choosePayload({ message: `message number ${row}`, bits: 64, as: 'id' }, key, 'work')
      return { row, payload }
    })
    const strange = choosePayload({ message: 'not among them', bits: 64, as: 'id' }, key, 'work').payload
    const none = nearestPayload(softOf(encodePayload(strange, key, 320), 0.05), candidates, key)
    assert.deepEqual([none.candidates, none.match], [400, undefined])

    const soft = softOf(encodePayload(candidates[7]!.payload, key, 320), 0.2)
    const [few, many] = [candidates.slice(0, 10), candidates].map((some) => nearestPayload(soft, some, key).match!)
    assert.deepEqual([few!.row, many!.row], [7, 7])
    assert.ok(Math.abs(many!.logFalseMatch - few!.logFalseMatch - Math.log(40)) < 1e-9)
  })
})

describe('detection', () => {
  test('does not find a mark in every picture', () => {
    for (let seed = 100; seed < 103; seed++) {
      const { state, pValue } = detectLuma(pictureLuma(paintedPicture(seed, { width: 256, height: 256 })), key)
      assert.equal(state, 'none')
      assert.ok(pValue > 1e-6 && pValue <= 1)
    }
  })

  test('takes bits that are right half of the time for what they are: chance', () => {
    for (let round = 0; round < 20; round++) {
      const soft = Float64Array.from({ length: 320 }, () => 2 * chance.uniform() - 1)
      assert.equal(decodeSoft(soft, key), undefined)
    }
  })

  test('gives probabilities, never a confidence of 22', () => {
    const code = encodePayload({ kind: 'id', id: 5n, bits: 64 }, key, 320)
    for (const wrong of [0, 0.1, 0.15]) {
      const decoded = decodeSoft(softOf(code, wrong), key)
      assert.ok(decoded && decoded.logFalseMatch < Math.log(1e-6), `${wrong}`)
    }
  })

  test('survives cropping, scaling and turning', async () => {
    const picture = paintedPicture(200, { width: 512, height: 512 })
    const luma = pictureLuma(picture)
    const payload = { kind: 'id', id: 0x1234n, bits: 64 } as const
    const { added } = embedLuma(luma, payload, key, { psnr: 42 })
    const marked = addLuma(picture, added!)
    for (const attack of ['crop71', 'resize75', 'rotate5', 'hflip', 'jpeg50']) {
      const found = detectLuma(pictureLuma(await attackPicture(marked, attack)), key)
      assert.deepEqual(found.payload, payload, attack)
    }
  })
})

describe('a message', () => {
  test('is read by whoever has the key: nothing is kept where it was hidden', () => {
    for (const text of ['hello', '你好', '🖋️']) {
      const payload = { kind: 'text', text } as const
      const code = encodePayload(payload, MarkKey.from(secret), 320)
      assert.deepEqual(decodeSoft(softOf(code, 0.05), MarkKey.from(secret))?.payload, payload)
    }
  })

  test('is never cut, in mid-character or elsewhere', async (t) => {
    const message = '这是一个很长的消息，超过三十二个字节，不应该被截断。🖋️'.repeat(20)
    const chosen = choosePayload({ message, bits: 64, as: 'auto' }, key, 'work')
    assert.deepEqual([chosen.message, chosen.registered, payloadBits(chosen.payload)], [message, true, 64])
    assert.throws(() => encodePayload({ kind: 'text', text: message }, key, 1024), { code: 'WATERMARK_TEXT_TOO_LONG' })

    using registry = await Registry.open(folderFor(t))
    registry.register('default', { payload: chosen.payload, message })
    assert.equal(registry.find('default', chosen.payload)?.message, message)
  })

  test('comes back whole or not at all, never garbled by a wrong bit', () => {
    const payload = { kind: 'text', text: 'no garble' } as const
    const code = encodePayload(payload, key, 448)
    let read = 0
    for (let wrong = 0; wrong < 0.5; wrong += 0.025) {
      const decoded = decodeSoft(softOf(code, wrong), key)
      if (!decoded) continue
      read++
      assert.deepEqual(decoded.payload, payload)
    }
    assert.ok(read >= 5)
  })
})

test('an office document is not opened as if it were text or a picture', async (t) => {
  const folder = folderFor(t)
  const path = join(folder, 'letter.png')
  writeFileSync(path, Buffer.concat([Buffer.from('PK\x03\x04\x14\0\x06\0'), Buffer.alloc(400, 7)]))
  await using store = await createStore({ secrets: { watermark: secret } })
  await assert.rejects(
    store.run(() => extract({ media: file(path) })),
    { code: 'MEDIA_NOT_RECOGNISED' },
  )
})
