import assert from 'node:assert/strict'
import { statSync } from 'node:fs'
import test from 'node:test'
import fc from 'fast-check'
import { PcmReader, ReaderMemory } from './pcm-reader.ts'
import { PcmWriter } from './pcm-writer.ts'
import { makePcm, noise, scratch } from './testing/make-pcm.ts'

const path = scratch()

const channelsOf = (count: number, length: number): Float32Array[] => {
  const next = noise(count * 1000 + length)
  return Array.from({ length: count }, () => Float32Array.from({ length }, next))
}

test('what is read is what was written, wherever it is cut', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 7 }),
      fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 6 }),
      fc.array(fc.tuple(fc.integer({ min: -500, max: 9000 }), fc.integer({ min: 0, max: 3000 })), {
        minLength: 1,
        maxLength: 6,
      }),
      (count, parts, readings) => {
        const length = parts.reduce((sum, part) => sum + part, 0)
        const channels = channelsOf(count, length)
        const writer = new PcmWriter({ path: path('cut'), sampleRate: 8000, layout: 'x', channels: count })
        let at = 0
        for (const part of parts) {
          writer.write(channels, at, at + part)
          at += part
        }
        const pcm = writer.end()
        assert.equal(pcm.length, length)
        assert.equal(statSync(pcm.path).size, length * count * 4)
        using reader = new PcmReader(pcm)
        for (const [from, size] of readings) {
          const got = reader.read(from, from + size)
          assert.equal(got.length, count)
          for (const [channel, samples] of got.entries())
            assert.deepEqual(
              samples,
              Float32Array.from({ length: size }, (_, i) => channels[channel]![from + i] ?? 0),
            )
        }
      },
    ),
    { numRuns: 60 },
  )
})

test('more samples than a buffer holds are written in their order', () => {
  const channels = channelsOf(3, 200_000)
  using reader = new PcmReader(makePcm(path('long'), channels))
  assert.deepEqual(reader.read(0, 200_000), channels)
})

test('silence may be written between samples, and double precision is rounded to single', () => {
  using writer = new PcmWriter({ path: path('silence'), sampleRate: 8000, layout: 'mono', channels: 1 })
  writer.write([Float64Array.of(0.1, 1 / 3)])
  writer.silence(150_000)
  writer.write([Float32Array.of(0.5)])
  const pcm = writer.end()
  assert.equal(pcm.length, 150_003)
  using reader = new PcmReader(pcm)
  const [samples] = reader.read(0, pcm.length)
  assert.deepEqual(
    samples!.filter((value) => value !== 0),
    Float32Array.of(0.1, 1 / 3, 0.5),
  )
  assert.equal(samples![150_002], 0.5)
})

test('readers that share memory do not mix up recordings', () => {
  const memory = new ReaderMemory()
  const [a, b] = [channelsOf(2, 9000), channelsOf(1, 20_000)]
  {
    using reader = new PcmReader(makePcm(path('a'), a), memory)
    assert.deepEqual(reader.read(0, 9000), a)
  }
  using reader = new PcmReader(makePcm(path('b'), b), memory)
  assert.deepEqual(reader.read(0, 20_000), b)
  assert.deepEqual(reader.read(19_999, 20_002), [Float32Array.of(b[0]![19_999]!, 0, 0)])
})

test('readings that make no sense are refused', () => {
  using reader = new PcmReader(makePcm(path('short'), channelsOf(1, 10)))
  assert.throws(() => reader.read(5, 4), RangeError)
  assert.throws(() => reader.read(0.5, 4), RangeError)
  assert.deepEqual(reader.read(4, 4), [new Float32Array(0)])
})

test('channels that are missing are refused', () => {
  using writer = new PcmWriter({ path: path('missing'), sampleRate: 8000, layout: 'stereo', channels: 2 })
  assert.throws(() => writer.write([new Float32Array(3)]), RangeError)
})
