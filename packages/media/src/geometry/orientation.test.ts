import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { displayMatrix } from '../testing/display-matrix.ts'
import {
  isMirrored,
  type Orientation,
  orientationOfMatrix,
  orientedSize,
  orientPixels,
  rotationOf,
} from './orientation.ts'

const all = [1, 2, 3, 4, 5, 6, 7, 8] as const satisfies Orientation[]

/** Rows of letters as pixels of one byte. */
const pixels = (...rows: string[]) => Buffer.from(rows.join(''))
const shown = (orientation: Orientation) =>
  Buffer.from(orientPixels(pixels('abc', 'def'), { width: 3, height: 2 }, 1, orientation)).toString()

test('each orientation turns and mirrors as EXIF says', () => {
  assert.deepEqual(all.map(shown), ['abcdef', 'cbafed', 'fedcba', 'defabc', 'adbecf', 'daebfc', 'fcebda', 'cfbead'])
})

test('turning keeps all pixels, and rotation with mirroring tells the same as the number', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...all),
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 1, max: 6 }),
      (orientation, width, height) => {
        const size = { width, height }
        const source = Uint8Array.from({ length: width * height * 3 }, (_, index) => index)
        const direct = orientPixels(source, size, 3, orientation)
        assert.deepEqual(
          [...direct].toSorted((a, b) => a - b),
          [...source],
        )
        let [turned, now] = [isMirrored(orientation) ? orientPixels(source, size, 3, 2) : source, size]
        for (let angle = 0; angle < rotationOf(orientation); angle += 90) {
          turned = orientPixels(turned, now, 3, 6)
          now = orientedSize(now, 6)
        }
        assert.deepEqual(turned, direct)
        assert.deepEqual(now, orientedSize(size, orientation))
      },
    ),
  )
})

test('display matrices give the orientation, to the nearest quarter turn', () => {
  const matrices: [Orientation, [number, number, number, number]][] = [
    [1, [1, 0, 0, 1]],
    [2, [-1, 0, 0, 1]],
    [3, [-1, 0, 0, -1]],
    [4, [1, 0, 0, -1]],
    [6, [0, 1, -1, 0]],
    [8, [0, -1, 1, 0]],
    [6, [0.2, 0.98, -0.98, 0.2]],
    [1, [2, 0, 0, 2]],
    [1, [0, 0, 0, 0]],
  ]
  for (const [orientation, matrix] of matrices) assert.equal(orientationOfMatrix(displayMatrix(matrix)), orientation)
  assert.equal(orientationOfMatrix(new Uint8Array(8)), 1)
})
