import assert from 'node:assert/strict'
import test from 'node:test'
import { CrestMeter } from './crest.ts'

/** Crest of windows that each have one peak. */
function crestOf(windows: readonly (readonly [meanSquare: number, peak: number, steps: number])[]): number {
  const meter = new CrestMeter()
  for (const [meanSquare, peak, steps] of windows)
    for (let step = 0; step < steps; step++) meter.add(meanSquare, step === 7 ? peak : 0)
  return meter.median
}

const near = (found: number, expected: number) => assert.ok(Math.abs(found - expected) < 1e-9, String(found))

test('the crest is the median of those of windows of 3 s', () => {
  near(
    crestOf([
      [0.01, 1, 300],
      [0.01, 0.1, 300],
      [0.01, 0.5, 300],
    ]),
    10 * Math.log10(25),
  )
  near(
    crestOf([
      [0.01, 1, 300],
      [0.01, 0.1, 300],
    ]),
    10,
  )
})

test('what is left at the end counts only if it is all there is', () => {
  near(
    crestOf([
      [0.01, 0.1, 300],
      [0.01, 1, 299],
    ]),
    0,
  )
  near(crestOf([[0.01, 1, 299]]), 20)
})

test('silent windows do not count', () => {
  near(
    crestOf([
      [0.01, 1, 300],
      [1e-7, 0.5, 300],
      [1e-7, 0.5, 300],
    ]),
    20,
  )
  assert.equal(crestOf([[1e-7, 0.5, 900]]), 0)
  assert.equal(crestOf([]), 0)
})

test('it may be asked for on the way', () => {
  const meter = new CrestMeter()
  for (let step = 0; step < 250; step++) meter.add(0.01, 1)
  near(meter.median, 20)
  for (let step = 0; step < 50; step++) meter.add(0.01, 1)
  near(meter.median, 20)
})
