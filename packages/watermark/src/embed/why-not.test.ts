import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pictureLuma } from '../picture/picture-luma.ts'
import { paintedPicture } from '../testing/painted-picture.ts'
import { flatShare, leastSide, whyNot } from './why-not.ts'

const plane = (width: number, height: number, level: (x: number, y: number) => number) => ({
  data: Float32Array.from({ length: width * height }, (_, at) => level(at % width, Math.floor(at / width))),
  width,
  height,
})

test('pictures with something in them may be marked, from the least size up', () => {
  assert.equal(whyNot(pictureLuma(paintedPicture(1))), undefined)
  assert.equal(whyNot(pictureLuma(paintedPicture(2, { width: leastSide, height: leastSide }))), undefined)
  assert.equal(whyNot(pictureLuma(paintedPicture(3, { width: 1400, height: 700 }))), undefined)
  assert.equal(whyNot(plane(512, 300, (x) => x / 4)), undefined)
})

test('what is too small is told its size', () => {
  const why = 'it is 127x400 pixels, too small: each side needs 128'
  assert.equal(whyNot(pictureLuma(paintedPicture(1, { width: 127, height: 400 }))), why)
})

test('what is flat is told so, white or grey, and how much of it', () => {
  for (const level of [() => 255, () => 118])
    assert.equal(whyNot(plane(512, 300, level)), 'it is flat, and what is flat hides nothing')
  const speck = plane(300, 300, (x, y) => (x > 150 && x < 175 && y > 100 && y < 125 ? ((x ^ y) & 1) * 90 : 255))
  assert.match(whyNot(speck)!, /^9[789] % of it is flat/)
  assert.ok(flatShare(speck) > 0.97 && flatShare(speck) < 1)
})
