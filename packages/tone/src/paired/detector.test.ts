import assert from 'node:assert/strict'
import test from 'node:test'
import { detectedLevel, ownDetector } from './detector.ts'

const loudness = (power: number) => -0.691 + 10 * Math.log10(power)
const blockSeconds = 0.001

test('a window holds what lies in it and forgets it at once; what decays falls by a time constant', () => {
  const power = new Float32Array(100)
  power.fill(0.1, 20, 40)
  const own = detectedLevel(power, ownDetector, blockSeconds)
  assert.ok(Math.abs(own[39]! - loudness(0.1)) < 1e-3)
  assert.ok(Math.abs(own[24]! - loudness(0.05)) < 1e-3)
  assert.ok(own[50]! < -100)
  const decaying = detectedLevel(power, { kind: 'decay', seconds: 0.01 }, blockSeconds)
  assert.ok(Math.abs(decaying[59]! - decaying[39]! - -20 * Math.log10(Math.E)) < 1e-2)
})

test('steady sound has its own level whatever the detector', () => {
  const power = new Float32Array(300).fill(0.02)
  for (const detector of [ownDetector, { kind: 'decay', seconds: 0.03 } as const])
    assert.ok(detectedLevel(power, detector, blockSeconds).every((level) => Math.abs(level - loudness(0.02)) < 1e-3))
})
