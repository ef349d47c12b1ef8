import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { bytesFrom, u32 } from '../testing/bytes.ts'
import { iptcBlock, iptcRecords } from './iptc.ts'

const title = bytesFrom([0x1c, 2, 5, 0, 5], 'Title')

test('IPTC records come out of the block of a JPEG as they went in', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (records) =>
      assert.deepEqual(Uint8Array.from(iptcRecords(iptcBlock(records))!), records),
    ),
  )
})

test('IPTC records are found behind other resources, and by themselves', () => {
  const other = bytesFrom('8BIM', [0x03, 0xed], [4], 'name', [0], u32(3), 'abc', [0])
  const block = bytesFrom('Photoshop 3.0\0', other, iptcBlock(title).subarray(14))
  assert.deepEqual(Buffer.from(iptcRecords(block)!), title)
  assert.equal(iptcRecords(title), title)
})

test('a damaged block holds no records and does no harm', () => {
  assert.equal(iptcRecords(iptcBlock(title).subarray(0, 30)), undefined)
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 60 }),
      (noise) => void iptcRecords(bytesFrom('Photoshop 3.0\0', '8BIM', noise)),
    ),
  )
})
