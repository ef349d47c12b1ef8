import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { corrected, withoutPrefix, withPrefix } from './exif.ts'
import { exifTags } from './testing/exif-tags.ts'

/** A directory with one entry: the orientation. */
const little = Buffer.from('49492a0008000000 0100 1201 0300 01000000 06000000 00000000'.replaceAll(' ', ''), 'hex')
const big = Buffer.from('4d4d002a00000008 0001 0112 0003 00000001 00060000 00000000'.replaceAll(' ', ''), 'hex')

test('the orientation is replaced in either byte order, and nothing else', () => {
  for (const [exif, at, byte] of [
    [little, 18, 18],
    [big, 18, 19],
  ] as const) {
    const turned = corrected(exif, { orientation: 1 })
    assert.equal(turned[byte], 1)
    assert.equal(exif[byte], 6, 'the original is left alone')
    const others = (bytes: Uint8Array) => [...bytes].filter((_, index) => index < at || index > at + 1)
    assert.deepEqual(others(turned), others(exif))
    assert.deepEqual(Buffer.from(corrected(turned, { orientation: 6 })), exif)
  }
})

test('data that are no EXIF are left as they are', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) =>
      assert.equal(corrected(bytes, { orientation: 3 }).length, bytes.length),
    ),
  )
  const cut = little.subarray(0, 16)
  assert.deepEqual(Buffer.from(corrected(cut, { orientation: 3 })), cut)
})

test('the letters before EXIF come off and on', () => {
  assert.deepEqual(Buffer.from(withoutPrefix(withPrefix(little))), little)
  assert.deepEqual(withPrefix(withPrefix(little)), withPrefix(little))
  assert.equal(withoutPrefix(little), little)
})

test('the density is replaced where it is told, in its unit, unless it agrees', () => {
  const entry = (tag: string, type: string, value: string) => `${tag} ${type} 01000000 ${value}`
  // 30 and 31 pixels a centimetre.
  const entries = [
    entry('1a01', '0500', '32000000'),
    entry('1b01', '0500', '3a000000'),
    entry('2801', '0300', '03000000'),
  ]
  const hex = `49492a0008000000 0300 ${entries.join('')} 00000000 1e000000 01000000 1f000000 01000000`
  const exif = Buffer.from(hex.replaceAll(' ', ''), 'hex')
  const ratio = (value: number, by: number) => Buffer.from(Uint32Array.of(value, by).buffer).toString('hex')
  const densities = (density: number) => [...exifTags(corrected(exif, { orientation: 1, density }))]
  assert.deepEqual(densities(254), [
    ['main 11a 5', ratio(100_000, 1000)],
    ['main 11b 5', ratio(100_000, 1000)],
    ['main 128 3', '0300'],
  ])
  assert.equal(densities(76)[0]![1], ratio(30, 1))
  assert.equal(densities(76)[1]![1], ratio(29_921, 1000))
})
