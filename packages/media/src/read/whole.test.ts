import assert from 'node:assert/strict'
import test from 'node:test'
import { box, bytesFrom, element, u32 } from '../testing/bytes.ts'
import { bytesOf } from './bytes.ts'
import { type FormatName, formats } from './formats.ts'
import { whyNotWhole } from './whole.ts'

const why = (name: FormatName, bytes: Uint8Array) => whyNotWhole(bytesOf(bytes), formats[name])

/** Whole as it is, and told to be cut after any of its parts is taken away from the end. */
async function tellsCut(name: FormatName, whole: Uint8Array, lengths: readonly number[]): Promise<void> {
  assert.equal(await why(name, whole), undefined)
  for (const length of lengths)
    assert.match((await why(name, whole.subarray(0, length))) ?? '', /missing|no picture data/)
}

test('an MP4 that ends within a box, or before its index, is not whole', async () => {
  const file = bytesFrom(box('ftyp', 'isom', u32(0)), box('mdat', Buffer.alloc(100)), box('moov', Buffer.alloc(40)))
  await tellsCut('mp4', file, [60, 124, 130, file.length - 1])
  const indexFirst = bytesFrom(
    box('ftyp', 'isom', u32(0)),
    box('moov', Buffer.alloc(40)),
    box('mdat', Buffer.alloc(100)),
  )
  await tellsCut('mp4', indexFirst, [indexFirst.length - 1])
})

test('a Matroska segment must be there to its end, if it says where that is', async () => {
  const segment = element('18538067', element('1549a966', Buffer.alloc(20)), element('1f43b675', Buffer.alloc(50)))
  const file = bytesFrom(element('1a45dfa3', Buffer.alloc(10)), segment)
  await tellsCut('matroska', file, [40, file.length - 1])
  const live = bytesFrom(
    element('1a45dfa3', Buffer.alloc(10)),
    Buffer.from('18538067', 'hex'),
    [0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
    Buffer.alloc(9),
  )
  assert.equal(await why('matroska', live), undefined)
})

test('a RIFF file must be as long as its header says, unless the writer did not know', async () => {
  const riff = (size: number, content: number) => {
    const bytes = bytesFrom('RIFF', u32(0), 'WAVE', Buffer.alloc(content))
    bytes.writeUInt32LE(size, 4)
    return bytes
  }
  await tellsCut('wav', riff(104, 100), [50, 110])
  assert.equal(await why('wav', riff(0, 100)), undefined)
  assert.equal(await why('wav', riff(0xffffffff, 100)), undefined)
})

test('a PNG must have its end chunk', async () => {
  const chunk = (type: string, length: number) => bytesFrom(u32(length), type, Buffer.alloc(length), u32(0))
  const file = bytesFrom([0x89], 'PNG\r\n\x1a\n', chunk('IHDR', 13), chunk('IDAT', 500), chunk('IEND', 0))
  await tellsCut('png', file, [20, 300, file.length - 12])
})

test('a JPEG must have its end marker after the picture data, and one in an embedded preview does not count', async () => {
  const preview = bytesFrom([0xff, 0xe1], [0, 8], [0xff, 0xd8, 1, 2, 0xff, 0xd9])
  const scan = bytesFrom([0xff, 0xda, 0, 8], Buffer.alloc(200_000, 7))
  const file = bytesFrom([0xff, 0xd8], preview, scan, [0xff, 0xd9])
  await tellsCut('jpeg', file, [8, 20, 100_000, file.length - 1])
  // Cameras append video and depth maps.
  assert.equal(await why('jpeg', bytesFrom(file, Buffer.alloc(300_000))), undefined)
})
