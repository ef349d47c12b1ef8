import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { bytesOf } from '../read/bytes.ts'
import { formats } from '../read/formats.ts'
import { box, bytesFrom, element, u32, u64 } from '../testing/bytes.ts'
import { chaptersElement } from './build-matroska.ts'
import { chapterList, chapterTrack, titleSamples } from './build-mp4.ts'
import { readChapters } from './chapters.ts'
import { mp4ChapterScale } from './mp4.ts'
import { timelineOf } from './timeline.ts'

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

test('Matroska chapters are found through the second part of an index', async () => {
  const seek = (id: string, position: number) =>
    element('114d9b74', element('4dbb', element('53ab', Buffer.from(id, 'hex')), element('53ac', u64(position))))
  const second = (position: number) => seek('1043a770', position)
  const at = seek('114d9b74', 0).length + cluster.length
  const parts = [seek('114d9b74', at), cluster, second(at + second(0).length), edition]
  assert.deepEqual(await inMatroska(bytesFrom(header, element('18538067', ...parts))), wanted)
})

const textSample = (text: string | Buffer) => {
  const bytes = Buffer.from(text as string)
  return bytesFrom([bytes.length >> 8, bytes.length & 255], bytes)
}

/** An MP4 file whose sound has chapters in a text track, each of 1 s. */
function withTrack(
  samples: readonly Buffer[],
  { ids = [2], edits, listed }: { ids?: number[]; edits?: Buffer[]; listed?: [number, string][] } = {},
): Buffer {
  const head = (id: number) => box('tkhd', u32(0), u32(0), u32(0), u32(id), Buffer.alloc(64))
  const table = box(
    'stbl',
    box('stts', u32(0), u32(1), u32(samples.length), u32(600)),
    box('stsz', u32(0), u32(0), u32(samples.length), ...samples.map(({ length }) => u32(length))),
    box('stsc', u32(0), u32(1), u32(1), u32(samples.length), u32(1)),
    box('stco', u32(0), u32(1), u32(8)),
  )
  const handler = (type: string) => box('hdlr', u32(0), u32(0), type, Buffer.alloc(13))
  const text = box(
    'trak',
    head(2),
    ...(edits ? [box('edts', box('elst', u32(0), u32(edits.length), ...edits))] : []),
    box('mdia', box('mdhd', u32(0), u32(0), u32(0), u32(600), u32(1200), u32(0)), handler('text'), box('minf', table)),
  )
  const pictures = box('trak', head(3), box('mdia', handler('vide')))
  const sound = box('trak', head(1), box('tref', box('chap', ...ids.map(u32))))
  const movie = box(
    'moov',
    box('mvhd', u32(0), u32(0), u32(0), u32(1000), u32(9000), Buffer.alloc(80)),
    sound,
    text,
    pictures,
    ...(listed ? [box('udta', list(1, ...listed))] : []),
  )
  return bytesFrom(box('mdat', ...samples), movie)
}

test('a text track that another track calls its chapters goes before the list', async () => {
  const utf16 = Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from('Öl', 'utf16le').swap16()])
  const file = withTrack([textSample('Opening'), textSample(utf16)], { listed: [[0, 'from the list']] })
  assert.deepEqual(await inMp4(file), [
    { start: 0, end: 1, title: 'Opening' },
    { start: 1, end: 2, title: 'Öl' },
  ])
})

test('a list that has more than the track goes first', async () => {
  const file = withTrack([textSample('One')], {
    listed: [
      [0.25, 'One'],
      [2, ''],
    ],
  })
  assert.deepEqual(await inMp4(file), [{ start: 0.25, end: 2, title: 'One' }, { start: 2 }])
})

test('pictures of chapters are not taken for their titles', async () => {
  const found = await inMp4(withTrack([textSample('One')], { ids: [9, 3, 2] }))
  assert.deepEqual(found, [{ start: 0, end: 1, title: 'One' }])
  assert.deepEqual(await inMp4(withTrack([textSample('One')], { ids: [3] })), [])
})

test('edits before the first chapter make all begin later', async () => {
  const edits = [bytesFrom(u32(250), u32(-1), u32(0x10000)), bytesFrom(u32(1500), u32(0), u32(0x10000))]
  assert.deepEqual(await inMp4(withTrack([textSample('One'), textSample('Two')], { edits })), [
    { start: 0.25, end: 1.25, title: 'One' },
    { start: 1.25, end: 1.75, title: 'Two' },
  ])
})

test('titles may be long, and those of old Macintoshes are read', async () => {
  const long = 'ü'.repeat(32_767)
  const samples = [textSample(long), textSample(Buffer.from([0x85, 0x6c]))]
  assert.deepEqual(await inMp4(withTrack(samples)), [
    { start: 0, end: 1, title: long },
    { start: 1, end: 2, title: 'Öl' },
  ])
})

test('times that no recording has are left out', async () => {
  const never = 2n ** 64n - 1n
  const atoms = [
    element('b6', element('91', u64(0)), element('92', u64(never))),
    element('b6', element('91', u64(never))),
  ]
  const file = bytesFrom(header, element('18538067', element('1043a770', element('45b9', ...atoms)), cluster))
  assert.deepEqual(await inMatroska(file), [{ start: 0 }])
  assert.deepEqual(await inMp4(box('moov', box('udta', list(1, [0, 'a'], [1e12, 'b'])))), [{ start: 0, title: 'a' }])
})

test('damaged chapters do no harm, and what is read of them can be written', async () => {
  const files = [
    bytesFrom(header, element('18538067', edition, cluster)),
    box('moov', box('udta', list(1, [0, 'Opening']))),
    box('moov', box('trak', box('tkhd'), box('tref', box('chap', u32(1)))), box('trak')),
    withTrack([textSample('One'), textSample('Two')], { listed: [[0, 'One']] }),
  ]
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...files),
      fc.array(fc.tuple(fc.nat(1000), fc.nat(255)), { maxLength: 8 }),
      async (file, changes) => {
        const damaged = Uint8Array.from(file)
        for (const [at, value] of changes) damaged[at % damaged.length] = value
        const scale = await mp4ChapterScale(bytesOf(damaged))
        for (const chapters of [await inMp4(damaged), await inMatroska(damaged)]) {
          if (chapters.length === 0) continue
          assert.ok(chapters.every(({ start }) => start >= 0))
          const sizes = titleSamples(chapters).map(({ length }) => length)
          const place = { id: 3, movieScale: 1000, offset: 2 ** 33, quickTime: false }
          chapterTrack(timelineOf(chapters, 10, scale), sizes, place)
          chapterList(chapters)
          const written = bytesFrom(header, element('18538067', chaptersElement(chapters)))
          assert.equal((await inMatroska(written)).length, chapters.length)
        }
      },
    ),
  )
})
