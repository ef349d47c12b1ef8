import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { timelineOf } from './timeline.ts'

test('usual times are in milliseconds; others in a scale that holds them exactly', () => {
  const marks = (...starts: number[]) => starts.map((start) => ({ start }))
  assert.deepEqual(timelineOf(marks(0, 1.25), 2), { scale: 1000, times: [0, 1250, 2000] })
  assert.deepEqual(timelineOf(marks(0, 1 / 90_000), 2).scale, 90_000)
  assert.deepEqual(timelineOf(marks(0, 1 / 44_100), 2).scale, 44_100)
  assert.deepEqual(timelineOf(marks(0, 7 / 15_360), 2, 15_360), { scale: 15_360, times: [0, 7, 30_720] })
})

test('chapters end where the next begins, and the last at its own end or that of the film', () => {
  const gaps = [
    { start: 0, end: 0.5 },
    { start: 1, end: 5 },
    { start: 2, end: 3 },
  ]
  assert.deepEqual(timelineOf(gaps, 10).times, [0, 1000, 2000, 3000])
  assert.deepEqual(timelineOf([{ start: 0 }, { start: 2 }], 10).times, [0, 2000, 10_000])
  assert.deepEqual(
    timelineOf([{ start: 0 }, { start: 20 }], 10).times,
    [0, 20_000, 20_001],
    'beyond the end of the film',
  )
  assert.deepEqual(timelineOf([{ start: 1 }, { start: 1 }], 2).times, [1000, 1000, 2000], 'two at once')
})

test('any times keep their order and are right to half a unit, and durations fit into 32 bits', () => {
  const nanoseconds = fc.array(fc.nat(7 * 24 * 3600 * 1e9), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(
      nanoseconds,
      fc.option(fc.integer({ min: 1, max: 2 ** 31 }), { nil: undefined }),
      (times, preferred) => {
        const chapters = times.toSorted((a, b) => a - b).map((time) => ({ start: time / 1e9 }))
        const { scale, times: found } = timelineOf(chapters, 8 * 24 * 3600, preferred)
        assert.equal(found.length, chapters.length + 1)
        for (const [index, { start }] of chapters.entries()) {
          assert.ok(Math.abs(found[index]! / scale - start) <= 0.501 / scale)
          const duration = found[index + 1]! - found[index]!
          assert.ok(duration >= 0 && duration + found[0]! < 2 ** 32)
        }
      },
    ),
  )
})
