import assert from 'node:assert/strict'
import test from 'node:test'
import { crc32 } from 'node:zlib'
import fc from 'fast-check'
import { bytesOf } from '../read/bytes.ts'
import { type Element, ebml, elementNumber, elements } from '../read/elements.ts'
import { formats } from '../read/formats.ts'
import { bytesFrom, element, u64 } from '../testing/bytes.ts'
import { chaptersElement, seekHeadWith, sizeBytes } from './build-matroska.ts'
import { readChapters } from './chapters.ts'

const inside = async (bytes: Uint8Array, from = 0, to = bytes.length): Promise<Element[]> =>
  Array.fromAsync(elements(bytesOf(bytes), from, to))

test('sizes are as short as they can be, and never say that they are not known', () => {
  assert.deepEqual([...sizeBytes(126)], [0xfe])
  assert.deepEqual([...sizeBytes(127)], [0x40, 0x7f])
  assert.deepEqual([...sizeBytes(2 ** 14 - 1)], [0x20, 0x3f, 0xff])
  assert.deepEqual([...sizeBytes(2 ** 40 + 5, 8)], [1, 0, 1, 0, 0, 0, 0, 5])
})

test('any chapters are read as they were built', async () => {
  const chapter = fc.record({ start: fc.nat(6e14), length: fc.nat(1e12), title: fc.string({ unit: 'grapheme' }) })
  await fc.assert(
    fc.asyncProperty(fc.array(chapter, { minLength: 1, maxLength: 30 }), async (made) => {
      const chapters = made
        .toSorted((a, b) => a.start - b.start)
        .map(({ start, length, title }) => {
          const name = title.replaceAll('\0', '')
          return { start: start / 1e9, end: (start + length) / 1e9, ...(name && { title: name }) }
        })
      const file = bytesFrom(element('1a45dfa3', [0]), element('18538067', chaptersElement(chapters)))
      assert.deepEqual(await readChapters(bytesOf(file), formats.matroska), chapters)
    }),
  )
})

/** Entries of an index: which element is where. */
async function entriesOf(head: Buffer, index: Element): Promise<[number, number][]> {
  const found: [number, number][] = []
  for (const seek of await inside(head, index.start, index.end)) {
    if (seek.id !== ebml.seek) continue
    const [id, position] = await inside(head, seek.start, seek.end)
    found.push([await elementNumber(bytesOf(head), id!), await elementNumber(bytesOf(head), position!)])
  }
  return found
}

test('an index with one more entry takes just its room, and its checksum is right', async () => {
  const entry = element('4dbb', element('53ab', Buffer.from('1549a966', 'hex')), element('53ac', u64(500)))
  const place = { room: fc.nat(600), position: fc.nat(), entries: fc.nat(6), checksum: fc.boolean() }
  await fc.assert(
    fc.asyncProperty(fc.record(place), async ({ room, position, entries, checksum }) => {
      const all = Buffer.concat(new Array<Buffer>(entries).fill(entry))
      const sum = Buffer.alloc(4)
      sum.writeUInt32LE(crc32(all))
      const content = checksum ? bytesFrom([0xbf, 0x84], sum, all) : all
      const length = content.length + 21
      const head = seekHeadWith(content, room, [{ id: ebml.chapters, position }])
      if (room < 4 + sizeBytes(length).length + length) assert.equal(head, undefined)
      else {
        assert.ok(head)
        assert.equal(head.length, room)
        const [index, free, ...rest] = await inside(head)
        assert.equal(index!.id, ebml.seekHead)
        assert.deepEqual(rest, [])
        if (free) assert.deepEqual([free.id, free.end], [0xec, room])
        else assert.equal(index!.end, room)
        const wanted = new Array<[number, number]>(entries).fill([0x1549a966, 500])
        assert.deepEqual(await entriesOf(head, index!), [...wanted, [ebml.chapters, position]])
        if (checksum) {
          const given = head.readUInt32LE(index!.start + 2)
          assert.equal(given, crc32(head.subarray(index!.start + 6, index!.end)))
        }
      }
    }),
    { numRuns: 300 },
  )
})

test('a position of a file beyond 4 GiB is kept', async () => {
  const head = seekHeadWith(Buffer.alloc(0), 100, [{ id: ebml.chapters, position: 2 ** 40 }])!
  assert.deepEqual(await entriesOf(head, (await inside(head))[0]!), [[ebml.chapters, 2 ** 40]])
})
