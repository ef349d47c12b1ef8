import assert from 'node:assert/strict'
import test from 'node:test'
import { noiseFloorOf } from './noise-floor.ts'

test('the floor is the mean power of the quiet frames, each moment once', () => {
  // Frames of 0.2 s, 0.1 s apart.
  const quiet = Uint8Array.of(0, 0, 1, 1, 0, 0, 0)
  const power = Float32Array.from({ length: 80 }, (_, step) => (step < 20 || step >= 50 ? 1 : step < 30 ? 1e-4 : 3e-4))
  const expected = -0.691 + 10 * Math.log10((1e-4 + 2 * 3e-4) / 3)
  assert.ok(Math.abs(noiseFloorOf(power, quiet, 800, 8000)! - expected) < 1e-4)
})

test('silence and the absence of quiet frames have none', () => {
  assert.equal(noiseFloorOf(new Float32Array(50).fill(1), new Uint8Array(4), 800, 8000), null)
  assert.equal(noiseFloorOf(new Float32Array(50), new Uint8Array(4).fill(1), 800, 8000), null)
  assert.equal(noiseFloorOf(new Float32Array(0), new Uint8Array(1).fill(1), 800, 8000), null)
})
