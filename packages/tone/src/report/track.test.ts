import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { GainReductionMeter, gainReport } from './gain-data.ts'
import { coarser, decimate, durationOf, loudnessBetween, shortTermLoudness, TrackMeter } from './track.ts'

const values = fc.array(fc.float({ noDefaultInfinity: true, noNaN: true, min: -100, max: 10 }), {
  minLength: 1,
  maxLength: 300,
})

test('a thinned out track keeps its extremes and its mean, and how long it lasts', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 40 }), (all, steps) => {
      const track = decimate(all, 10, steps)
      assert.ok(track.mean.length <= steps)
      assert.equal(Math.min(...track.least), Math.min(...all))
      assert.equal(Math.max(...track.most), Math.max(...all))
      assert.ok(Math.abs(durationOf(track) - all.length / 10) < 1e-9)
      for (const [i, mean] of track.mean.entries())
        assert.ok(track.least[i]! <= mean + 1e-4 && mean <= track.most[i]! + 1e-4)
      const mean = all.reduce((sum, value) => sum + value, 0) / all.length
      if (all.length % track.mean.length === 0)
        assert.ok(Math.abs(track.mean.reduce((sum, value) => sum + value, 0) / track.mean.length - mean) < 1e-3)
    }),
  )
})

test('a track is the same in pieces as at once', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 0, max: 300 }), (all, cut) => {
      const meter = new TrackMeter(all.length, 7, 13)
      meter.push(all.slice(0, cut))
      meter.push(all.slice(cut))
      assert.deepEqual(meter.track(), decimate(all, 7, 13))
    }),
  )
})

test('a track in fewer steps keeps its extremes, and is not longer than a step more', () => {
  fc.assert(
    fc.property(values, fc.integer({ min: 1, max: 50 }), (all, steps) => {
      const [track, less] = [decimate(all, 10), coarser(decimate(all, 10), steps)]
      assert.ok(less.mean.length <= steps)
      assert.deepEqual([Math.min(...less.least), Math.max(...less.most)], [Math.min(...all), Math.max(...all)])
      const longer = durationOf(less) - durationOf(track)
      assert.ok(longer > -1e-9 && longer < less.step)
    }),
  )
  const gap = coarser(decimate([1, Number.NaN, Number.NaN, Number.NaN], 1), 2)
  assert.deepEqual([...gap.mean], [1, Number.NaN])
})

test('silence is a gap in a track, and not its least value', () => {
  const silent = Number.NEGATIVE_INFINITY
  const track = decimate([silent, silent, -20, silent, Number.NaN, -10], 1, 3)
  assert.deepEqual([...track.least], [Number.NaN, -20, -10])
  assert.deepEqual(decimate([], 1).mean.length, 0)
  assert.throws(() => decimate([1], 0), RangeError)
})

test('short-term loudness begins when 3 s have passed, and reads a steady sound as it is', () => {
  const power = new Float32Array(1000).fill(10 ** ((-23 + 0.691) / 10))
  const loudness = shortTermLoudness(power)
  assert.equal(loudness.length, 100)
  assert.ok(loudness.subarray(0, 29).every(Number.isNaN))
  assert.ok(loudness.subarray(29).every((value) => Math.abs(value + 23) < 1e-3))
  assert.ok(Math.abs(shortTermLoudness(power.subarray(0, 15)).at(-1)! + 23) < 1e-3)
  assert.equal(shortTermLoudness(new Float32Array(400)).at(-1), Number.NEGATIVE_INFINITY)
  assert.equal(shortTermLoudness([]).length, 0)
})

test('the loudness of a stretch is that of its mean power; of silence there is none', () => {
  const power = new Float32Array(400).fill(0.01, 0, 200)
  assert.ok(Math.abs(loudnessBetween(power, 0, 2)! - (-0.691 - 20)) < 1e-3)
  assert.ok(Math.abs(loudnessBetween(power, 1, 2)! - (-0.691 - 23.01)) < 1e-2)
  assert.equal(loudnessBetween(power, 3, 5), null)
})

test('gain reduction counts what is taken away, by how much and for how long', () => {
  const meter = new GainReductionMeter()
  meter.push([...new Array(90).fill(0), ...new Array(6).fill(-2), ...new Array(3).fill(-4)])
  meter.push([3, Number.NaN])
  const { most, mean, usual, overOne, overThree, overSix } = meter.result()
  assert.deepEqual({ most, overSix, usual }, { most: 4, overSix: 0, usual: 2 })
  assert.deepEqual([overOne, overThree], [0.089, 0.03])
  assert.equal(mean, 0.24)
  assert.equal(new GainReductionMeter().result().most, 0)
})

test('the gain of dynamics is what is left beside limiter and drive, over all pages', () => {
  const [half, loud] = [0.5, 2]
  const pages = [
    { gain: [loud, loud, loud * half], limiter: [1, 1, half] },
    { gain: [loud * half, loud / 4], limiter: [half, half] },
  ]
  const { data, limiter, dynamics } = gainReport(pages, 4, 1, 20 * Math.log10(loud), true)
  const near = (all: Float32Array, wanted: number[]) =>
    assert.ok(all.length === wanted.length && all.every((value, i) => Math.abs(value - wanted[i]!) < 0.01), `${all}`)
  near(data.limiter.mean, [0, 0, -6.02, -6.02])
  near(data.dynamics!.mean, [0, 0, 0, -6.02])
  assert.deepEqual([limiter.most, dynamics!.most], [6.02, 6.02])
  assert.equal(gainReport([], 0, 1, 0, false).dynamics, null)
})
