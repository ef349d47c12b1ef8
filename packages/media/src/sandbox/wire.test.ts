import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import test from 'node:test'
import { serialize } from 'node:v8'
import fc from 'fast-check'
import { Wire } from './wire.ts'

/** What a wire makes of bytes that come in pieces. */
async function received(pieces: readonly Uint8Array[], longest = 1000) {
  const stream = new PassThrough()
  const messages: unknown[] = []
  const nonsense: string[] = []
  new Wire(
    stream,
    longest,
    (message) => messages.push(message),
    (why) => nonsense.push(why),
  )
  for (const piece of pieces) stream.write(piece)
  stream.end()
  await new Promise((resolve) => stream.on('close', resolve))
  return { messages, nonsense }
}

const framed = (message: unknown): Buffer => {
  const body = serialize(message)
  const head = Buffer.alloc(4)
  head.writeUInt32BE(body.length)
  return Buffer.concat([head, body])
}

test('messages come out whole, however the bytes are cut', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(fc.anything({ withBigInt: true, withTypedArray: true }), { maxLength: 4 }),
      fc.array(fc.nat(400), { maxLength: 20 }),
      async (messages, cuts) => {
        const bytes = Buffer.concat(messages.map(framed))
        const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
        const pieces = places.slice(1).map((end, index) => bytes.subarray(places[index], end))
        const { messages: found, nonsense } = await received(
          pieces.filter(({ length }) => length > 0),
          1e6,
        )
        assert.deepEqual(found, messages)
        assert.deepEqual(nonsense, [])
      },
    ),
  ))

test('what is sent is what comes in', async () => {
  const stream = new PassThrough()
  const message = { samples: Float32Array.of(1, 2), text: 'ä' }
  const arrived = new Promise((resolve) => new Wire(stream, 1000, resolve, assert.fail).send(message))
  assert.deepEqual(await arrived, message)
})

test('a message longer than agreed is refused before it is there', async () => {
  const { messages, nonsense } = await received([
    framed('first'),
    Buffer.from([0xff, 0xff, 0xff, 0xff]),
    framed('late'),
  ])
  assert.deepEqual(messages, ['first'])
  assert.deepEqual(nonsense, ['it sent a message of 4294967295 bytes, and 1000 are allowed'])
})

test('bytes that are no message are told once, and nothing is taken after them', async () => {
  const { messages, nonsense } = await received([Buffer.from([0, 0, 0, 2, 1, 2]), framed('late'), framed('later')])
  assert.deepEqual(messages, [])
  assert.deepEqual(nonsense, ['it sent a message that cannot be read'])
})
