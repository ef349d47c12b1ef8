import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Domain, digest, domains, fromBytes, fromHex, StreamDigest, toBytes, toHex } from './hash.ts'

const names = Object.keys(domains) as Domain[]

test('a hash is SHA-256 of the domain and the bytes, however long', () => {
  for (const domain of names)
    for (const size of [0, 1, 100, 4078, 4079, 4080, 4081, 4096, 5000, 1 << 20]) {
      const bytes = new Uint8Array(size).map((_, index) => index * 31)
      const expected = createHash('sha256').update(domains[domain]).update(bytes).digest('hex')
      assert.equal(toHex(digest(domain, bytes)), expected, `${size} bytes`)
    }
})

test('the same bytes have another hash in every domain', () => {
  for (const bytes of [new Uint8Array(), Buffer.from('colophon/value/1\n')])
    assert.equal(new Set(names.map((domain) => digest(domain, bytes))).size, names.length)
})

test('no domain is the beginning of another, so none can be taken for it', () => {
  for (const one of Object.values(domains))
    for (const other of Object.values(domains)) assert.ok(one === other || !other.startsWith(one))
})

test('a stream has the hash of its bytes, wherever it is cut', () =>
  fc.assert(
    fc.property(
      fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 6 }),
      fc.constantFrom(...names),
      (pieces, domain) => {
        const stream = new StreamDigest(domain)
        for (const piece of pieces) stream.update(piece)
        const whole = Buffer.concat(pieces)
        assert.equal(stream.size, whole.length)
        assert.equal(stream.digest(), digest(domain, whole))
      },
    ),
  ))

test('a piece of a larger buffer is hashed alone', () => {
  const large = Buffer.from('before|bytes|after')
  assert.equal(digest('blob', large.subarray(7, 12)), digest('blob', Buffer.from('bytes')))
})

test('a digest keeps its 32 bytes in every form', () =>
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (bytes) => {
      const inProcess = fromBytes(bytes)
      assert.equal(inProcess.length, 32)
      assert.deepEqual(new Uint8Array(toBytes(inProcess)), bytes)
      assert.equal(fromHex(toHex(inProcess)), inProcess)
      assert.equal(toHex(inProcess), Buffer.from(bytes).toString('hex'))
    }),
  ))
