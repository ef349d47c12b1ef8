import assert from 'node:assert/strict'
import test from 'node:test'
import { distance } from './testing/compare.ts'
import { makeWindow, type WindowShape } from './window.ts'

test('a root of a Hann window has its squares', () => {
  for (const sampling of ['periodic', 'symmetric'] as const) {
    const root = makeWindow('sqrt-hann', 9, sampling)
    assert.ok(distance([root.map((value) => value * value)], [makeWindow('hann', 9, sampling)]) < 1e-15)
  }
})

test('squares of a derived window add up to one across half its length', () => {
  const window = makeWindow({ kaiserBesselDerived: 12 }, 32, 'symmetric')
  for (let j = 0; j < 16; j++) assert.ok(Math.abs(window[j]! ** 2 + window[j + 16]! ** 2 - 1) < 1e-14)
})

test('symmetric windows read the same from both ends', () => {
  const shapes: WindowShape[] = ['rectangular', 'hann', 'sqrt-hann', 'hamming', 'blackman', { kaiser: 9 }]
  for (const shape of shapes) {
    const window = makeWindow(shape, 11, 'symmetric')
    assert.ok(distance([window.toReversed()], [window]) < 1e-15)
  }
})

test('windows that are not defined are refused', () => {
  assert.throws(() => makeWindow('hann', 0), /The length of a window/)
  assert.throws(() => makeWindow({ kaiser: -1 }, 4), /The beta of a Kaiser window must be from 0 to 700, and is -1/)
  assert.throws(() => makeWindow({ kaiserBesselDerived: 4 }, 5, 'symmetric'), /must have an even length, and has 5/)
  assert.throws(() => makeWindow({ kaiserBesselDerived: 4 }, 4), /has no periodic form/)
})
