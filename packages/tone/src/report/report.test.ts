import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { distanceOf, type QuantityName, quantityKinds, quantityOf } from './quantities.ts'
import { matchReport } from './report.ts'
import { sampleReport } from './testing/sample.ts'

test('a report survives being written as JSON', () => {
  const report = sampleReport()
  assert.deepEqual(matchReport.parse(JSON.parse(JSON.stringify(report))), report)
})

test('a report has no number that JSON cannot hold', () => {
  const report = sampleReport()
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
    assert.equal(matchReport.safeParse({ ...report, kind: { value: 'music', confidence: value } }).success, false)
  assert.equal(report.quantities[3]!.before, null)
})

test('whatever is measured makes a line that the schema takes', () => {
  const number = fc.oneof(fc.double(), fc.constant(null))
  const name = fc.constantFrom(...(Object.keys(quantityKinds) as QuantityName[]))
  fc.assert(
    fc.property(name, number, number, number, (name, before, after, wanted) => {
      const line = quantityOf(name, { before, after, wanted })
      assert.deepEqual(matchReport.shape.quantities.element.parse(JSON.parse(JSON.stringify(line))), line)
    }),
  )
})

test('what is wanted is met within the tolerance, decided before numbers are rounded', () => {
  const ok = (name: QuantityName, after: number | null, wanted: number | null, tolerance?: number) =>
    quantityOf(name, { before: 0, after, wanted, ...(tolerance !== undefined && { tolerance }) }).ok
  assert.equal(ok('integratedLoudness', -14.1, -14), true)
  assert.equal(ok('integratedLoudness', -14.1004, -14), false)
  assert.equal(ok('integratedLoudness', -14.4, -14, 0.5), true)
  assert.equal(ok('truePeak', -1, -1), true)
  assert.equal(ok('truePeak', -7, -1), true)
  assert.equal(ok('truePeak', -0.999, -1), false)
  assert.equal(ok('spectrumMid', 1.7, 0), true)
  assert.equal(ok('noiseFloor', -60, null), null)
  assert.equal(ok('noiseFloor', null, -60), null)
  assert.equal(ok('bandwidth', 16, 16), null)
})

test('a distance counts only what is on the wrong side', () => {
  const peak = quantityOf('truePeak', { before: -3, after: 0.5, wanted: -1 })
  assert.deepEqual([distanceOf(peak, peak.before), distanceOf(peak, peak.after)], [0, 1.5])
  const range = quantityOf('loudnessRange', { before: 9, after: 6, wanted: 7 })
  assert.deepEqual(
    [distanceOf(range, range.before), distanceOf(range, range.after), distanceOf(range, null)],
    [2, 1, null],
  )
})
