import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { markPicture } from '../embed/mark-picture.ts'
import type { GreyPlane } from '../image/plane.ts'
import { MarkKey } from '../payload/secret-key.ts'
import { pictureLuma } from '../picture/picture-luma.ts'
import { paintedPicture } from '../testing/painted-picture.ts'
import { cut, detectParts, partsOf } from './detect-parts.ts'

const key = MarkKey.from('the key of these tests')
const empty = (width: number, height: number, level = 255): GreyPlane => ({
  data: new Float32Array(width * height).fill(level),
  width,
  height,
})

/** Lays a picture over a page. */
function pasted(page: GreyPlane, picture: GreyPlane, left: number, top: number): GreyPlane {
  const data = page.data.slice()
  for (let y = 0; y < picture.height; y++)
    data.set(picture.data.subarray(y * picture.width, (y + 1) * picture.width), (top + y) * page.width + left)
  return { ...page, data }
}

test('parts lie within the picture and hold all of it, and every square of half their side is in one of them', () => {
  const side = fc.integer({ min: 1, max: 1800 })
  fc.assert(
    fc.property(
      side,
      side,
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (width, height, a, b) => {
        const parts = partsOf({ data: new Float32Array(0), width, height })
        for (const { x, y, width: w, height: h } of parts)
          assert.ok(x >= 0 && y >= 0 && x + w <= width && y + h <= height)
        const [w, h] = [Math.min(256, width), Math.min(256, height)]
        const [x, y] = [Math.floor(a * (width - w)), Math.floor(b * (height - h))]
        assert.ok(
          parts.some(
            (part) => part.x <= x && part.y <= y && part.x + part.width >= x + w && part.y + part.height >= y + h,
          ),
        )
      },
    ),
    { numRuns: 200 },
  )
})

test('the busiest part comes first, and is cut out as it is', () => {
  const page = pasted(empty(1500, 1100), pictureLuma(paintedPicture(1)), 1100, 700)
  const [first] = partsOf(page)
  assert.ok(first!.x + first!.width > 1300 && first!.y + first!.height > 900)
  const part = { x: 1100, y: 700, width: 320, height: 320 }
  assert.equal(
    Buffer.compare(Buffer.from(cut(page, part).data.buffer), Buffer.from(pictureLuma(paintedPicture(1)).data.buffer)),
    0,
  )
})

test('a marked picture pasted into a large page is found, and where', () => {
  const payload = { kind: 'text', text: 'pasted' } as const
  const marked = pictureLuma(markPicture(paintedPicture(2, { width: 400, height: 330 }), payload, key))
  const page = pasted(empty(2600, 1900), marked, 180, 500)
  let told = 0
  const { result, part } = detectParts(page, key, (done) => {
    assert.ok(done > told && done < 1)
    told = done
  })
  assert.deepEqual([result.state, result.payload], ['found', payload])
  assert.ok(part && part.x < 580 && part.x + part.width > 180 && part.y < 830 && part.y + part.height > 500)
})

test('a page without a mark is not found in any part, and its probability is that of all tries', () => {
  const page = pasted(empty(900, 600), pictureLuma(paintedPicture(3)), 500, 200)
  const { result, part } = detectParts(page, key, () => undefined)
  assert.deepEqual([result.state, result.found, part], ['none', false, undefined])
  assert.ok(result.pValue > 1e-6 && result.pValue <= 1)
})
