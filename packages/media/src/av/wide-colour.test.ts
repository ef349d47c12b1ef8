import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { compressed, lightOfHlg, lightOfPq, toSrgb } from './wide-colour.ts'

const near = (found: number, wanted: number, most: number) =>
  assert.ok(Math.abs(found - wanted) <= most, `${found} and not ${wanted}`)

const shades = (transfer: 'pq' | 'hlg' | 'sdr', wide: boolean, ...values: number[]) => [
  ...toSrgb(
    Uint16Array.from(values, (value) => Math.round(value * 65535)),
    transfer,
    wide,
  ),
]

test('PQ and HLG numbers stand for the light that the standards say', () => {
  // ST 2084: the numbers of 100, 203, 1000 and 10,000 cd/m².
  for (const [value, light] of [
    [0, 0],
    [0.5081, 100],
    [0.5807, 203],
    [0.7518, 1000],
    [1, 10_000],
  ] as const)
    near(lightOfPq(value) * 203, light, Math.max(0.01, light * 0.003))
  // BT.2100: the two parts of the HLG curve meet at a half, and 1 is the brightest light.
  for (const [value, light] of [
    [0, 0],
    [0.5, 1 / 12],
    [0.75, 0.26496],
    [1, 1],
  ] as const)
    near(lightOfHlg(value), light, 1e-4)
})

test('light grows without jumps and never beyond white', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 60, noNaN: true }),
      fc.double({ min: 0, max: 0.01, noNaN: true }),
      (light, more) => {
        const [low, high] = [compressed(light), compressed(light + more)]
        assert.ok(low <= high && high <= 1 && high - low <= more * 1.01 + 1e-12)
      },
    ),
  )
})

test('greys stay grey, black stays black, and what was made for wide screens keeps its shade', () => {
  for (const transfer of ['pq', 'hlg', 'sdr'] as const) {
    const [red, green, blue] = shades(transfer, true, 0.4, 0.4, 0.4)
    assert.ok(Math.abs(red! - green!) <= 1 && Math.abs(green! - blue!) <= 1)
    assert.deepEqual(shades(transfer, true, 0, 0, 0), [0, 0, 0])
  }
  assert.deepEqual(shades('sdr', true, 1, 1, 1), [255, 255, 255])
  near(shades('sdr', true, 0.5, 0.5, 0.5)[0]!, 128, 1)
  // Red of sRGB written in the numbers of BT.2020 (0.6274, 0.0691, 0.0164 of light).
  const red = shades('sdr', true, 0.8123, 0.2916, 0.1347)
  near(red[0]!, 255, 3)
  assert.ok(red[1]! < 12 && red[2]! < 12)
})

test('what is brighter than white keeps its hue and some shape', () => {
  const [red, green, blue] = shades('pq', false, 0.74, 0.6, 0.4)
  assert.ok(red! > 235 && red! > green! && green! > blue!)
  const brighter = [0.55, 0.6, 0.65, 0.7, 0.75].map((value) => shades('pq', true, value, value, value)[0]!)
  assert.deepEqual(
    brighter,
    brighter.toSorted((a, b) => a - b),
  )
  assert.equal(new Set(brighter).size, 5)
})
