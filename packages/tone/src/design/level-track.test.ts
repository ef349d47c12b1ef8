import assert from 'node:assert/strict'
import test from 'node:test'
import { loudnessOf } from '../measure/loudness.ts'
import { noise } from '../pcm/testing/make-pcm.ts'
import { levelSpread } from './level-spread.ts'
import { LevelTrack } from './level-track.ts'
import { applyTransfers } from './transfers.ts'

/** Power per 10 ms with phrases, notes and attacks, and a silence. */
function music(seconds: number, seed: number): Float32Array {
  const next = noise(seed)
  let [phrase, note] = [0, 0]
  return Float32Array.from({ length: seconds * 100 + 7 }, (_, i) => {
    if (i % 500 === 0) phrase = next() * 8
    if (i % 40 === 0) note = next() * 5
    if (i > 3000 && i < 3200) return 0
    return 10 ** ((-20 + phrase + note + 6 * (0.5 - (i % 40) / 40) + next()) / 10)
  })
}

const ramp = (window: number, smoothing: number, slope: number) => {
  const level = Array.from({ length: 101 }, (_, i) => -60 + i / 2)
  return {
    window,
    smoothing,
    level,
    gain: level.map((at) => Math.min(10, Math.max(-10, slope * (at + 20)))),
  }
}
const curves = [ramp(3, 0.8, -0.6), ramp(0.4, 0.15, 0.4), ramp(0.05, 0.03, -0.3)]

function exactly(power: Float32Array, transfers: typeof curves): Float32Array {
  const gain = applyTransfers(power, transfers)
  return power.map((value, i) => value * 10 ** (gain[i]! / 10))
}

test('what curves make of levels is told as it will be, to some hundredths of a dB', () => {
  const power = music(90, 3)
  const track = new LevelTrack(power)
  for (let count = 0; count <= curves.length; count++) {
    const transfers = curves.slice(0, count)
    track.apply(transfers)
    const result = exactly(power, transfers)
    const range = loudnessOf(result).range
    assert.ok(Math.abs(track.range() - range) < 0.1, `${track.range()} LU instead of ${range}`)
    const mean = result.reduce((sum, value) => sum + value, 0) / result.length
    assert.ok(Math.abs(10 * Math.log10(track.mean() / mean)) < 0.02)
    for (const window of [3, 0.4, 0.05]) {
      const [found, wanted] = [track.spread(window, 20), levelSpread(result, window, 20)]
      assert.ok(Math.abs(found.gate - wanted.gate) < 0.05)
      for (let q = 2; q <= 98; q++) {
        const off = Math.abs(found.quantiles[q]! - wanted.quantiles[q]!)
        assert.ok(off < 0.15, `${window} s, ${q} %: ${found.quantiles[q]} LUFS instead of ${wanted.quantiles[q]}`)
      }
    }
  }
})

test('a changed curve changes what those behind it meet, and earlier levels can still be told', () => {
  const power = music(40, 4)
  const [track, fresh] = [new LevelTrack(power), new LevelTrack(power)]
  track.apply(curves)
  const other = [curves[0]!, ramp(0.4, 0.15, -0.2), curves[2]!]
  track.apply(other)
  fresh.apply(other)
  assert.deepEqual(track.spread(0.05), fresh.spread(0.05))
  fresh.apply(curves.slice(0, 1))
  assert.deepEqual(track.spread(0.4, 30, 1), fresh.spread(0.4))
})

test('silence and a moment have levels too', () => {
  for (const power of [new Float32Array(1000), new Float32Array(3).fill(0.1), new Float32Array(1)]) {
    const track = new LevelTrack(power)
    track.apply(curves)
    assert.ok(Number.isFinite(track.range()))
    assert.ok(track.spread(0.05).quantiles.every(Number.isFinite))
  }
})
