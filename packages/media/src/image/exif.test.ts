import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { withOrientation, withoutPrefix, withPrefix } from './exif.ts'

/** A directory with one entry: the orientation. */
const little = Buffer.from('49492a0008000000 0100 1201 0300 01000000 06000000 00000000'.replaceAll(' ', ''), 'hex')
const big = Buffer.from('4d4d002a00000008 0001 0112 0003 00000001 00060000 00000000'.replaceAll(' ', ''), 'hex')

test('the orientation is replaced in either byte order, and nothing else', () => {
  for (const [exif, at, byte] of [
    [little, 18, 18],
    [big, 18, 19],
  ] as const) {
    const turned = withOrientation(exif, 1)
    assert.equal(turned[byte], 1)
    assert.deepEqual([...turned].filter((_, index) => index < at || index > at + 1).length, exif.length - 2)
    assert.deepEqual(Buffer.from(withOrientation(turned, 6)), exif)
    assert.equal(exif[byte], 6, 'the original is left alone')
  }
})

test('data that are no EXIF are left as they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) =>
      assert.equal(withOrientation(bytes, 3).length, bytes.length),
    ),
  )
  const cut = little.subarray(0, 16)
  assert.equal(withOrientation(cut, 3), cut)
})

test('the letters before EXIF come off and on', () => {
  assert.deepEqual(Buffer.from(withoutPrefix(withPrefix(little))), little)
  assert.deepEqual(withPrefix(withPrefix(little)), withPrefix(little))
  assert.equal(withoutPrefix(little), little)
})
