import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { bytesOf } from '../read/bytes.ts'
import { formats } from '../read/formats.ts'
import { box, bytesFrom, element, u32, u64 } from '../testing/bytes.ts'
import { readChapters } from './chapters.ts'

const inMatroska = (bytes: Uint8Array) => readChapters(bytesOf(bytes), formats.matroska)
const inMp4 = (bytes: Uint8Array) => readChapters(bytesOf(bytes), formats.mp4)

const atom = (start: number, end: number | undefined, title: string, hidden = false) =>
  element(
    'b6',
    element('91', u64(start * 1e9)),
    ...(end === undefined ? [] : [element('92', u64(end * 1e9))]),
    ...(hidden ? [element('98', [1])] : []),
    element('80', element('85', title)),
  )
const edition = element(
  '1043a770',
  element(
    '45b9',
    atom(0, 1.5, 'Opening'),
    atom(1.5, undefined, 'Überfahrt'),
    atom(2, 3, 'secret', true),
    atom(4, 5, 'End'),
  ),
)
const wanted = [
  { start: 0, end: 1.5, title: 'Opening' },
  { start: 1.5, end: 4, title: 'Überfahrt' },
  { start: 4, end: 5, title: 'End' },
]
const header = element('1a45dfa3', Buffer.alloc(8))
const cluster = element('1f43b675', Buffer.alloc(300))

test('Matroska chapters are read where they stand before the media data', async () => {
  assert.deepEqual(await inMatroska(bytesFrom(header, element('18538067', edition, cluster))), wanted)
})

test('Matroska chapters are read where the index points behind the media data', async () => {
  const index = (position: number) =>
    element(
      '114d9b74',
      element('4dbb', element('53ab', Buffer.from('1043a770', 'hex')), element('53ac', u64(position))),
    )
  const position = index(0).length + cluster.length
  assert.deepEqual(await inMatroska(bytesFrom(header, element('18538067', index(position), cluster, edition))), wanted)
  assert.deepEqual(await inMatroska(bytesFrom(header, element('18538067', index(1e12), cluster, edition))), [])
})

const list = (version: number, ...chapters: [number, string][]) =>
  box(
    'chpl',
    [version, 0, 0, 0],
    version === 0 ? [] : u32(0),
    [chapters.length],
    ...chapters.flatMap(([start, title]) => [u64(start * 1e7), [Buffer.byteLength(title)], title]),
  )

test("Nero's chapter list of MP4 is read in both versions", async () => {
  for (const version of [0, 1]) {
    const movie = box('moov', box('udta', list(version, [0, 'Opening'], [1.5, 'Überfahrt'])))
    assert.deepEqual(await inMp4(movie), [
      { start: 0, end: 1.5, title: 'Opening' },
      { start: 1.5, title: 'Überfahrt' },
    ])
  }
})

test('a text track that another track calls its chapters goes before the list', async () => {
  const titles = [bytesFrom([0, 7], 'Opening'), bytesFrom([0, 6], [0xfe, 0xff], Buffer.from('Öl', 'utf16le').swap16())]
  const data = box('mdat', ...titles)
  const head = (id: number) => box('tkhd', u32(0), u32(0), u32(0), u32(id), Buffer.alloc(64))
  const table = box(
    'stbl',
    box('stts', u32(0), u32(2), u32(1), u32(900), u32(1), u32(300)),
    box('stsz', u32(0), u32(0), u32(2), ...titles.map(({ length }) => u32(length))),
    box('stsc', u32(0), u32(1), u32(1), u32(2), u32(1)),
    box('stco', u32(0), u32(1), u32(8)),
  )
  const text = box(
    'trak',
    head(2),
    box('mdia', box('mdhd', u32(0), u32(0), u32(0), u32(600), u32(1200), u32(0)), box('minf', table)),
  )
  const sound = box('trak', head(1), box('tref', box('chap', u32(2))))
  const movie = box('moov', sound, text, box('udta', list(1, [0, 'from the list'])))
  assert.deepEqual(await inMp4(bytesFrom(data, movie)), [
    { start: 0, end: 1.5, title: 'Opening' },
    { start: 1.5, end: 2, title: 'Öl' },
  ])
})

test('damaged chapters do no harm', async () => {
  const files = [
    bytesFrom(header, element('18538067', edition, cluster)),
    box('moov', box('udta', list(1, [0, 'Opening']))),
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(1000), fc.nat(255)), { maxLength: 8 }),
      async (file, changes) => {
        const damaged = Uint8Array.from(file)
        for (const [at, value] of changes) damaged[at % damaged.length] = value
        const chapters = [...(await inMp4(damaged)), ...(await inMatroska(damaged))]
        assert.ok(chapters.every(({ start }) => start >= 0))
      },
    ),
  )
})
