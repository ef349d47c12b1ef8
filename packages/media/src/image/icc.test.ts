import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { bytesFrom, u32 } from '../testing/bytes.ts'
import { iccDescription } from './icc.ts'

const profile = (tag: Buffer) => bytesFrom(Buffer.alloc(128), u32(1), 'desc', u32(144), u32(tag.length), tag)
const utf16 = (text: string) => Buffer.from(text, 'utf16le').swap16()

test('the description of a colour profile is read in both of its forms', () => {
  const old = bytesFrom('desc', u32(0), u32(11), 'Display P3\0', Buffer.alloc(40))
  assert.equal(iccDescription(profile(old)), 'Display P3')
  const name = utf16('Größe 1')
  const localised = bytesFrom('mluc', u32(0), u32(1), u32(12), 'enUS', u32(name.length), u32(28), name)
  assert.equal(iccDescription(profile(localised)), 'Größe 1')
})

test('a damaged profile has no description and does no harm', () => {
  assert.equal(iccDescription(new Uint8Array(10)), undefined)
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 28, maxLength: 80 }),
      (tag) => void iccDescription(profile(bytesFrom('mluc', tag))),
    ),
  )
})
