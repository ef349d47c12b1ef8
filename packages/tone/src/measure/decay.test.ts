import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { noise, sound } from '../pcm/testing/make-pcm.ts'
import { BandEnvelopes, type Envelopes } from './band-envelopes.ts'
import { bandNumbers, bandStatistics, decayDistance, decayStatistics, fallSteps } from './decay.ts'

function envelopesOf(samples: Float32Array, rate = 16_000): Envelopes {
  const meter = new BandEnvelopes(rate, samples.length)
  return meter.join([meter.measure(samples, 0, 0, samples.length)])
}

/** Noise for 150 ms of each one and a half seconds, which then dies away. */
const bursts = (decay: number, seed = 1, seconds = 24): Envelopes => {
  const random = noise(seed)
  return envelopesOf(
    sound(
      seconds,
      (time) => {
        const since = (time % 1.5) - 0.15
        return 0.3 * random() * (since < 0 ? 1 : 10 ** ((-3 * since) / decay))
      },
      16_000,
    ),
  )
}

test('falls are those of the decay', () => {
  for (const decay of [0.3, 0.6, 1.2]) {
    const found = decayStatistics(bursts(decay))!
    // 98th percentile: what begins at the end of a burst falls all the time; the window and chance add some decibels.
    const bands = found.statistics.slice(2)
    for (const [l, lag] of fallSteps.entries()) {
      const fall = bands.reduce((sum, band) => sum + band[2 * fallSteps.length + l]!, 0) / bands.length
      const wanted = (60 * lag) / 100 / decay
      if (lag > 4 && lag < 30) assert.ok(fall > wanted * 0.8 && fall < wanted + 9, `${decay} s, ${lag}: ${fall}`)
    }
  }
})

test('a slower decay is farther away', () => {
  const dry = decayStatistics(bursts(0.15))
  const distances = [0.2, 0.4, 1.6].map((decay) => decayDistance(decayStatistics(bursts(decay, 2)), dry)!)
  assert.deepEqual(
    distances,
    distances.toSorted((a, b) => a - b),
  )
  assert.equal(decayDistance(dry, dry), 0)
  assert.ok(decayDistance(decayStatistics(bursts(0.15, 3)), dry)! < 1)
})

test('gain does not matter', () => {
  fc.assert(
    fc.property(fc.double({ min: -60, max: 20, noNaN: true }), (gain) => {
      const one = bandStatistics(powers)!
      const other = bandStatistics(powers.map((power) => power * 10 ** (gain / 10)))!
      for (const [i, value] of one.entries()) assert.ok(Math.abs(value - other[i]!) < 0.15, `number ${i}`)
    }),
    { numRuns: 20 },
  )
})
const random = noise(4)
const powers = Float32Array.from({ length: 2000 }, (_, i) => (1 + random() * 0.9) * 10 ** (-3 * ((i % 40) / 40)))

test('noise that hides decays does not bring them nearer', () => {
  const reference = decayStatistics(bursts(1.2))
  const before = decayStatistics(bursts(0.2))
  const hiss = noise(9)
  const drowned = decayStatistics(envelopesOf(sound(20, () => 0.3 * hiss(), 16_000)))
  assert.ok(decayDistance(before, reference)! > 3)
  assert.ok(decayDistance(drowned, reference, before)! > 2)
})

test('too short and silent recordings tell nothing', () => {
  assert.equal(decayStatistics(bursts(0.3, 1, 0.3)), null)
  assert.equal(decayStatistics(envelopesOf(new Float32Array(160_000))), null)
  assert.equal(decayStatistics(envelopesOf(new Float32Array(0))), null)
  assert.equal(decayDistance(null, null), null)
})

test('pieces that are not adjacent are not taken for one', () => {
  // Each piece is even in level; only from one to the next it falls.
  const power = Float32Array.from({ length: 8000 }, (_, i) => (Math.floor(i / 1000) % 2 === 0 ? 1 : 0.5))
  const falls = bandStatistics(power, 1000)!.slice(0, bandNumbers - 1)
  assert.ok(falls.every((fall) => fall < 0.2))
  assert.ok(bandStatistics(power)![bandNumbers - 2]! > 2.5)
})
