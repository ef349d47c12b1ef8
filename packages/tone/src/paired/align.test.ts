import assert from 'node:assert/strict'
import test from 'node:test'
import { resample } from '@colophon/media'
import fc from 'fast-check'
import { align } from './align.ts'
import { RateReader } from './rate-reader.ts'
import { amplified, inFolder, music, shifted } from './testing/chain.ts'

const rate = 12_000
const song = music(9, rate, 5)

test('offsets of seconds either way, parts of a sample and polarity are found', (t) => {
  const write = inFolder(t)
  const target = write(song, rate)
  const offsets = fc.double({ min: -4 * rate, max: 6 * rate, noNaN: true })
  fc.assert(
    fc.property(offsets, fc.constantFrom(1, -1), (offset, polarity) => {
      const found = align(target, write(shifted(amplified(song, 0.4 * polarity), offset), rate))!
      assert.ok(Math.abs(found.offset + found.fraction - offset) < 0.05, `${found.offset} ${found.fraction}`)
      assert.equal(found.polarity, polarity)
      assert.equal(found.drift, 0)
      assert.equal(found.agreement, 1)
    }),
    { numRuns: 8, seed: 1 },
  )
})

test('a clock that drifts is told', (t) => {
  const write = inFolder(t)
  const faster = resample(song, 1, 1 + 80e-6, { precision: 'float64' })
  const found = align(write(song, rate), write(faster, rate))!
  assert.ok(Math.abs(found.drift - 80) < 25, `${found.drift}`)
  assert.ok(found.peak > 0.2)
})

test('silence has nothing in common with anything', (t) => {
  const write = inFolder(t)
  const nothing = write(amplified(song, 0), rate)
  assert.equal(align(write(song, rate), nothing), undefined)
  assert.equal(align(nothing, nothing), undefined)
})

test('a stretch at another sample rate is that of the whole recording', (t) => {
  const pcm = inFolder(t)(song, rate)
  const whole = resample(
    song.map((samples) => Float32Array.from(samples)),
    rate,
    44_100,
  )
  using reader = new RateReader(pcm, 44_100)
  assert.equal(reader.length, whole[0]!.length)
  for (const [from, to] of [
    [0, 1000],
    [123_457, 130_001],
    [reader.length - 500, reader.length],
  ] as const) {
    const [left] = reader.read(from, to)
    assert.equal(left!.length, to - from)
    const expected = whole[0]!.subarray(from, to)
    assert.ok(left!.every((value, n) => Math.abs(value - expected[n]!) < 1e-6))
  }
  const beyond = reader.read(reader.length + 4000, reader.length + 4100)[0]!
  assert.ok(beyond.every((value) => value === 0))
})
