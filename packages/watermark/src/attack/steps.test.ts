import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { blur, median3 } from './filter.ts'
import { cropTo, flip, quarterTurn, rotate, scaleBy, shear } from './geometry.ts'
import { addNoise } from './noise.ts'
import { layLogo, layText } from './overlay.ts'
import { fromRectangle } from './perspective.ts'
import { project } from './project.ts'
import { SeededRandom } from './random.ts'
import { difference, same, testPicture } from './testing/pictures.ts'
import { changeBrightness, changeContrast, changeGamma, toGrey } from './tone.ts'

test('a projection that moves nothing changes nothing', () => {
  const picture = testPicture({ channels: 4 })
  const inverse = [1, 0, 0, 0, 1, 0, 0, 0, 1] as const
  assert.ok(same(project(picture, { width: 64, height: 48, inverse, background: 0 }), picture))
})

test('turning by 90 degrees is a quarter turn; four of them, and two flips, are nothing', () => {
  const picture = testPicture()
  const turned = quarterTurn(picture)
  assert.ok(difference(rotate(picture, 90, 'larger'), turned) < 1e-9)
  // What was at the right is at the top.
  assert.deepEqual([...turned.samples.subarray(0, 3)], [...picture.samples.subarray(63 * 3, 64 * 3)])
  assert.ok(same(quarterTurn(quarterTurn(quarterTurn(turned))), picture))
  for (const axis of ['horizontal', 'vertical'] as const) {
    assert.ok(!same(flip(picture, axis), picture))
    assert.ok(same(flip(flip(picture, axis), axis), picture))
  }
})

test('what is turned there and back is nearly what it was, in the middle', () => {
  const picture = testPicture({ width: 90, height: 80 })
  const window = { left: 30, top: 25, width: 30, height: 30 }
  fc.assert(
    fc.property(fc.double({ min: -180, max: 180, noNaN: true }), (degrees) => {
      const back = rotate(rotate(picture, degrees, 'same'), -degrees, 'same')
      assert.ok(difference(cropTo(back, window), cropTo(picture, window)) < 0.02, `${degrees}`)
    }),
    { numRuns: 30 },
  )
})

test('corners of a turned picture are black, on a larger canvas white, and inside there are none', () => {
  const white = changeBrightness(testPicture({ width: 80, height: 60 }), 100)
  const grey = changeContrast(white, 0)
  const cornerOf = (picture: typeof grey): number => picture.samples[0]!
  assert.equal(cornerOf(rotate(grey, 20, 'same')), 0)
  assert.equal(cornerOf(rotate(grey, 20, 'larger')), 255)
  assert.ok(rotate(grey, 20, 'inside').samples.every((sample) => sample === cornerOf(grey)))
})

test('a slant keeps the middle row', () => {
  const picture = testPicture({ width: 60, height: 41 })
  const slanted = shear(picture, 0.2)
  const row = { left: 0, top: 20, width: 60, height: 1 }
  assert.ok(same(cropTo(slanted, row), cropTo(picture, row)))
  assert.ok(!same(slanted, picture))
})

test('a homography takes the corners of the rectangle to those of the quadrangle', () => {
  const number = fc.double({ min: 0, max: 20, noNaN: true })
  fc.assert(
    fc.property(fc.tuple(number, number, number, number, number, number, number, number), (by) => {
      const corners = [
        [by[0], by[1]],
        [99 - by[2], by[3]],
        [99 - by[4], 79 - by[5]],
        [by[6], 79 - by[7]],
      ] as const
      const h = fromRectangle(99, 79, corners)
      for (const [at, [x, y]] of (
        [
          [0, 0],
          [99, 0],
          [99, 79],
          [0, 79],
        ] as const
      ).entries()) {
        const w = h[6] * x + h[7] * y + h[8]
        assert.ok(Math.abs((h[0] * x + h[1] * y + h[2]) / w - corners[at]![0]) < 1e-6)
        assert.ok(Math.abs((h[3] * x + h[4] * y + h[5]) / w - corners[at]![1]) < 1e-6)
      }
    }),
  )
})

test('tones change colours as they say and leave alpha alone', () => {
  const picture = testPicture({ channels: 4 })
  const at = 4 * 100
  const [red, green, blue, alpha] = picture.samples.subarray(at, at + 4) as unknown as [number, number, number, number]
  const seen = ({ samples }: typeof picture) => [...samples.subarray(at, at + 4)]
  const level = (value: number) => Math.min(255, Math.max(0, Math.floor(value + 0.5)))
  const each = (change: (value: number) => number) => [
    ...[red, green, blue].map((value) => level(change(value))),
    alpha,
  ]
  assert.deepEqual(
    seen(changeBrightness(picture, 1.5)),
    each((value) => value * 1.5),
  )
  assert.deepEqual(
    seen(changeContrast(picture, 2)),
    each((value) => 2 * value - 127.5),
  )
  assert.deepEqual(
    seen(changeGamma(picture, 0.7)),
    each((value) => 255 * (value / 255) ** 0.7),
  )
  assert.deepEqual(
    seen(toGrey(picture)),
    each(() => 0.299 * red + 0.587 * green + 0.114 * blue),
  )
})

test('a median is the fifth of nine', () => {
  const picture = testPicture({ width: 9, height: 7, channels: 1 })
  const { samples } = median3(addNoise(picture, 0.2, new SeededRandom('')))
  const noisy = addNoise(picture, 0.2, new SeededRandom('')).samples
  for (let y = 1; y < 6; y++)
    for (let x = 1; x < 8; x++) {
      const nine = [-1, 0, 1].flatMap((dy) => [-1, 0, 1].map((dx) => noisy[(y + dy) * 9 + x + dx]!))
      assert.equal(samples[y * 9 + x], nine.sort((a, b) => a - b)[4])
    }
})

test('a blur spreads a dot as a Gaussian and keeps what is flat', () => {
  const flat = changeContrast(testPicture(), 0)
  assert.ok(same(blur(flat, 2), flat))
  const dot = testPicture({ width: 33, height: 33, channels: 1, bitDepth: 16 })
  dot.samples.fill(0)
  dot.samples[16 * 33 + 16] = 65535
  const { samples } = blur(dot, 2)
  const ratio = samples[16 * 33 + 18]! / samples[16 * 33 + 16]!
  assert.ok(Math.abs(ratio - Math.exp(-0.5)) < 1e-3, `${ratio}`)
})

test('noise has the deviation that it is asked for', () => {
  const grey = changeContrast(testPicture({ width: 200, height: 200 }), 0)
  for (const sigma of [0.02, 0.05, 0.1]) {
    const off = difference(addNoise(grey, sigma, new SeededRandom('noise')), grey)
    assert.ok(Math.abs(off / sigma - 1) < 0.02, `${sigma}: ${off}`)
  }
})

test('resizing keeps the mean', () => {
  const picture = testPicture({ width: 90, height: 70 })
  const mean = ({ samples }: typeof picture) => [...samples].reduce((sum, sample) => sum + sample, 0) / samples.length
  for (const factor of [0.5, 0.7, 1.5, 2])
    assert.ok(Math.abs(mean(scaleBy(picture, factor, factor)) - mean(picture)) < 1)
})

test('lettering and a logo cover a part', () => {
  const picture = testPicture({ width: 160, height: 120, channels: 1 })
  const covered = (after: typeof picture) =>
    after.samples.filter((sample, at) => sample !== picture.samples[at]).length / after.samples.length
  const text = covered(layText(picture, new SeededRandom('a')))
  assert.ok(text > 0.02 && text < 0.2, `${text}`)
  const logo = covered(layLogo(picture, 0.3, new SeededRandom('a')))
  assert.ok(logo > 0.03 && logo < 0.1, `${logo}`)
})

test('random numbers are uniform, normal, and never change', () => {
  const random = new SeededRandom('colophon')
  const numbers = Array.from({ length: 20_000 }, () => random.uniform())
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length
  assert.ok(numbers.every((value) => value >= 0 && value < 1) && Math.abs(mean - 0.5) < 0.01)
  const normals = Array.from({ length: 20_000 }, () => random.normal())
  const variance = normals.reduce((sum, value) => sum + value * value, 0) / normals.length
  assert.ok(Math.abs(variance - 1) < 0.05, `${variance}`)
  const first = new SeededRandom('colophon')
  assert.deepEqual([first.below(1e6), first.below(1e6)], [503753, 305445])
})
