import assert from 'node:assert/strict'
import { createCipheriv, createHmac, hkdfSync } from 'node:crypto'
import { suite, test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { KeyedStream } from './keyed-stream.ts'
import { MarkKey } from './secret-key.ts'

const hex = (bytes: ArrayBuffer | Uint8Array) => Buffer.from(bytes as Uint8Array).toString('hex')
const fromHex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))

suite('what keys are derived with', () => {
  test('HKDF gives what RFC 5869 says, test case 1', () => {
    const [secret, salt, info] = [
      fromHex('0b'.repeat(22)),
      fromHex('000102030405060708090a0b0c'),
      fromHex('f0f1f2f3f4f5f6f7f8f9'),
    ]
    assert.equal(
      hex(hkdfSync('sha256', secret, salt, info, 42)),
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    )
  })

  test('HMAC gives what RFC 4231 says, test case 2', () => {
    assert.equal(
      createHmac('sha256', 'Jefe').update('what do ya want for nothing?').digest('hex'),
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    )
  })

  test('the cipher gives what SP 800-38A says, F.5.5', () => {
    const key = fromHex('603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4')
    const cipher = createCipheriv('aes-256-ctr', key, fromHex('f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff'))
    assert.equal(cipher.update('6bc1bee22e409f96e93d7e117393172a', 'hex', 'hex'), '601ec313775789a5b7a7f504bbf3d228')
  })
})

suite('a stream', () => {
  test('begins as it has always begun', () => {
    // Marks that are out there are found by these numbers: they may never change.
    const stream = MarkKey.from('correct horse battery staple').stream('tile')
    assert.deepEqual([stream.uint32(), stream.uint32(), stream.uint32()], frozen.words)
    assert.equal(stream.uniform(), frozen.uniform)
    assert.equal(stream.below(1000), frozen.below)
    assert.deepEqual([...stream.shuffle([0, 1, 2, 3, 4, 5, 6, 7])], frozen.order)
    assert.equal(stream.bits(40).join(''), frozen.bits)
    assert.equal(hex(MarkKey.from('correct horse battery staple').code('check', new Uint8Array(3))), frozen.code)
  })

  test('is the key stream of AES-256 in counter mode, over more than one block', () => {
    const key = fromHex('00'.repeat(32))
    const expected = createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(12_000))
    const stream = new KeyedStream(key)
    const words = Buffer.alloc(12_000)
    for (let at = 0; at < words.length; at += 4) words.writeUInt32LE(stream.uint32(), at)
    assert.equal(Buffer.compare(words, expected), 0)
    assert.equal(hex(words.subarray(0, 16)), 'dc95c078a2408989ad48a21492842087') // AES-256 of zeros
  })

  test('is the same for the same key and label, and another for any other', () => {
    const first = (secret: string, label: string) => MarkKey.from(secret).stream(label).bits(256).join('')
    fc.assert(
      fc.property(word, word, word, word, (secret, label, secret2, label2) => {
        assert.equal(first(secret, label), first(secret, label))
        const same = secret === secret2 && label === label2
        assert.equal(first(secret, label) === first(secret2, label2), same)
      }),
    )
  })

  test('gives numbers below n, all of them', () => {
    const stream = MarkKey.from('some key').stream('below')
    for (const n of [1, 2, 3, 7, 10]) {
      const counts = new Array<number>(n).fill(0)
      for (let i = 0; i < 1000 * n; i++) counts[stream.below(n)]!++
      // Five standard deviations of a count.
      for (const count of counts) assert.ok(Math.abs(count - 1000) <= (n === 1 ? 0 : 160), `${n}: ${counts}`)
    }
    assert.ok(stream.below(2 ** 32) < 2 ** 32)
    for (const n of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN]) assert.throws(() => stream.below(n), RangeError)
  })

  test('gives numbers from 0 to below 1 with mean one half', () => {
    const stream = MarkKey.from('some key').stream('uniform')
    let sum = 0
    for (let i = 0; i < 10_000; i++) {
      const number = stream.uniform()
      assert.ok(number >= 0 && number < 1)
      sum += number
    }
    assert.ok(Math.abs(sum / 10_000 - 0.5) < 0.0145) // five standard deviations
  })

  test('shuffles: every item once, every order equally often', () => {
    const stream = MarkKey.from('some key').stream('shuffle')
    const counts = new Map<string, number>()
    for (let i = 0; i < 6000; i++) {
      const order = stream.shuffle(Uint8Array.of(0, 1, 2)).join('')
      counts.set(order, (counts.get(order) ?? 0) + 1)
    }
    assert.deepEqual([...counts.keys()].sort(), ['012', '021', '102', '120', '201', '210'])
    for (const count of counts.values()) assert.ok(Math.abs(count - 1000) < 145)
  })

  test('gives as many bits as wanted, evenly', () => {
    fc.assert(
      fc.property(fc.nat(200), (n) => {
        const bits = MarkKey.from('some key').stream('bits').bits(n)
        assert.equal(bits.length, n)
        assert.ok(bits.every((bit) => bit === 0 || bit === 1))
      }),
    )
    const ones = MarkKey.from('some key')
      .stream('bits')
      .bits(10_000)
      .reduce((sum, bit) => sum + bit, 0)
    assert.ok(Math.abs(ones - 5000) < 250)
  })
})

suite('a key', () => {
  test('of a text is that of its UTF-8 bytes, however its accents are composed', () => {
    const bits = (secret: string | Uint8Array) => MarkKey.from(secret).stream('x').bits(64).join('')
    assert.equal(bits('ключ 钥匙'), bits(new TextEncoder().encode('ключ 钥匙')))
    assert.equal(bits('cl\u00e9s \u00e0 part'), bits('cle\u0301s a\u0300 part'))
  })

  test('does not change when the bytes that it was made of do', () => {
    const secret = Uint8Array.of(1, 2, 3, 4)
    const key = MarkKey.from(secret)
    const before = key.stream('x').uint32()
    secret.fill(0)
    assert.equal(key.stream('x').uint32(), before)
  })

  test('shows nothing of its secret', () => {
    const key = MarkKey.from('very secret indeed')
    assert.ok(
      !(inspect(key, { showHidden: true, depth: 9 }) + JSON.stringify(key) + String(key)).includes('secret indeed'),
    )
  })

  test('that is too short or broken is refused', () => {
    for (const secret of ['', 'abc', '钥', new Uint8Array(3), '\ud800 and more']) {
      assert.throws(() => MarkKey.from(secret), { code: 'WATERMARK_KEY_INVALID' })
    }
    assert.throws(() => MarkKey.from(''), {
      message: 'The watermark key cannot be used: it is empty. Give a long random text or 32 random bytes.',
    })
    MarkKey.from('钥匙')
  })

  test('gives codes that depend on key, label and data', () => {
    const codes = [
      MarkKey.from('some key').code('a', Uint8Array.of(1)),
      MarkKey.from('some key').code('b', Uint8Array.of(1)),
      MarkKey.from('some key').code('a', Uint8Array.of(2)),
      MarkKey.from('some keY').code('a', Uint8Array.of(1)),
    ].map(hex)
    assert.equal(new Set(codes).size, 4)
    assert.equal(codes[0], hex(MarkKey.from('some key').code('a', Uint8Array.of(1))))
  })
})

const word = fc.stringMatching(/^[a-c]{4,6}$/)

const frozen = {
  words: [357758741, 3305612719, 4150994788],
  uniform: 0.5809179586805219,
  below: 11,
  order: [1, 2, 5, 0, 6, 3, 7, 4],
  bits: '0110011000011110000111011011101110110101',
  code: '16a04e56e39d1c014fac88b40ae7469175cae2971bdad56805dc497be4ae1722',
}
