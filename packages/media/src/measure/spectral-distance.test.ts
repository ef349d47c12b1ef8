import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { LogSpectralMeter, logSpectralDistance } from './spectral-distance.ts'
import { signals } from './testing/pattern.ts'
import golden from './testing/vectors.golden.json' with { type: 'json' }

test('the log-spectral distance is what its formula gives in NumPy', () => {
  const [a, b] = signals(golden.sound.length)
  for (const [options, wanted] of [
    [{ frame: 256 }, golden.sound.logSpectralDistance],
    [{ frame: 128, hop: 128, floor: -60 }, golden.sound.logSpectralDistanceAbove60],
  ] as const) {
    const got = logSpectralDistance(a, b, options)
    assert.ok(Math.abs(got - wanted) < 1e-9 * wanted, `${got} is not ${wanted}`)
  }
})

test('a louder copy is as far as it is louder, and the order of the two does not matter', () => {
  const [a, b] = signals(1000)
  const distance = (one: Float64Array, other: Float64Array) =>
    logSpectralDistance(one, other, { frame: 64, floor: -400 })
  const louder = a.map((value) => value * 10)
  assert.ok(Math.abs(distance(a, louder) - 20) < 1e-6)
  assert.equal(distance(a, a), 0)
  assert.ok(Math.abs(distance(a, b) - distance(b, a)) < 1e-12)
})

test('pieces of any length give what the whole gives', () => {
  const [a, b] = signals(500)
  const whole = new LogSpectralMeter({ frame: 32 })
  whole.add(a, b)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 8 }), (cuts) => {
      const meter = new LogSpectralMeter({ frame: 32 })
      let at = 0
      for (const cut of [...cuts, 500]) {
        meter.add(a.subarray(at, at + cut), b.subarray(at, at + cut))
        at += cut
      }
      assert.equal(meter.result, whole.result)
    }),
    { numRuns: 20 },
  )
})

test('too short a recording has no distance; impossible frames are refused', () => {
  const meter = new LogSpectralMeter({ frame: 64 })
  meter.add(new Float64Array(63), new Float64Array(63))
  assert.ok(Number.isNaN(meter.result))
  assert.throws(() => meter.add([1], [1, 2]), /1 and 2 samples/)
  assert.throws(() => new LogSpectralMeter({ frame: 63 }), /even number of samples, not 63/)
  assert.throws(() => new LogSpectralMeter({ frame: 64, hop: 65 }), /65 samples is not between 1 and the 64/)
})
