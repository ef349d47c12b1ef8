import assert from 'node:assert/strict'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import test, { before } from 'node:test'
import fc from 'fast-check'
import type { Chapter } from '../probe/report.ts'
import { bytesOf } from '../read/bytes.ts'
import { openMedia } from '../stream/open-media.ts'
import { encodeMedia } from '../testing/encode.ts'
import { packetsOf } from '../testing/packets.ts'
import { barsTrack, tone } from '../testing/paint.ts'
import { scratch } from '../testing/scratch.ts'
import { chaptersElement } from './build-matroska.ts'
import { chapterList } from './build-mp4.ts'
import { addToMatroska } from './write-matroska.ts'
import { addMp4Chapters, beginsWithIndex, putIndexInFront } from './write-mp4.ts'

const path = scratch()
const chapters: Chapter[] = [
  { start: 0, end: 0.5, title: 'One' },
  { start: 0.5, end: 1.234, title: 'Zwei – 二' },
  { start: 1.234, end: 2 },
]

before(async () => {
  for (const [name, muxer] of [
    ['plain.mkv', 'matroska'],
    ['plain.mp4', 'mp4'],
    ['plain.mov', 'mov'],
  ] as const)
    await encodeMedia(path(name), {
      muxer,
      video: barsTrack({ options: { preset: 'ultrafast', crf: '30', g: '5', bf: '2' } }),
      audio: tone('aac', { seconds: 2 }),
      tags: { title: 'A film' },
    })
})

const chaptersOf = async (name: string) => (await openMedia(path(name))).report.chapters
const add = (name: string, list: readonly Chapter[]) =>
  name.endsWith('.mkv')
    ? addToMatroska(path(name), chaptersElement(list))
    : addMp4Chapters(path(name), list, { quickTime: name.endsWith('.mov') })

test('chapters that are added are read again, and nothing else is changed', async () => {
  for (const name of ['plain.mkv', 'plain.mp4', 'plain.mov']) {
    const copy = name.replace('plain', 'marked')
    await copyFile(path(name), path(copy))
    await add(copy, chapters)
    assert.deepEqual(await chaptersOf(copy), chapters, copy)
    const [was, is] = [await packetsOf(path(name)), await packetsOf(path(copy))]
    assert.deepEqual(is.slice(0, 2), was, copy)
    const { tags, streams } = (await openMedia(path(copy))).report
    assert.equal(tags.title ?? tags.TITLE, 'A film')
    assert.equal(streams.filter(({ kind }) => kind !== 'data').length, 2)
  }
})

test('chapters with gaps, beyond the end, with long titles, and many of them', async () => {
  const lists: Chapter[][] = [
    [
      { start: 0.25, end: 0.5, title: 'a' },
      { start: 1, end: 2, title: 'ü'.repeat(30_000) },
    ],
    [{ start: 0 }, { start: 1.5, title: 'b' }],
    [
      { start: 1, end: 1.5, title: 'twice' },
      { start: 1, end: 3, title: 'at once' },
      { start: 100, title: 'never' },
    ],
    Array.from({ length: 1000 }, (_, index) => ({ start: index / 500, end: (index + 1) / 500, title: `No. ${index}` })),
  ]
  for (const name of ['plain.mkv', 'plain.mp4', 'plain.mov'])
    for (const list of lists) {
      const copy = name.replace('plain', 'more')
      await copyFile(path(name), path(copy))
      await add(copy, list)
      const told = (all: readonly Chapter[]) => all.map(({ start, title }) => [start, title])
      assert.deepEqual(told(await chaptersOf(copy)), told(list), copy)
      assert.deepEqual((await packetsOf(path(copy))).slice(0, 2), await packetsOf(path(name)), copy)
    }
})

test('the list of MP4 has at most 255 chapters with titles of 255 bytes; MOV has none', async () => {
  const many = Array.from({ length: 300 }, (_, index) => ({ start: index, title: 'ü'.repeat(200) }))
  const list = chapterList(many)
  assert.equal(list[16], 255)
  assert.equal(list.length, 17 + 255 * (8 + 1 + 254))
  assert.ok((await readFile(path('marked.mp4'))).includes('chpl'))
  assert.ok(!(await readFile(path('marked.mov'))).includes('chpl'))
})

test('chapters survive Matroska to the nanosecond and MP4 as exactly as its own units are', async () => {
  const times = fc.uniqueArray(fc.nat(2e9), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(times, fc.string({ minLength: 1, unit: 'grapheme-ascii' }), async (all, title) => {
      const starts = all.toSorted((a, b) => a - b)
      const list = starts.map((time) => ({ start: time / 1e9, end: (time + 1e9) / 1e9, title }))
      for (const name of ['any.mkv', 'any.mp4']) {
        await copyFile(path(name.replace('any', 'plain')), path(name))
        await add(name, list)
        const found = await chaptersOf(name)
        assert.equal(found.length, list.length)
        for (const [index, chapter] of found.entries()) {
          // An edit before the first chapter is in units of the film, which are milliseconds.
          const within = name === 'any.mkv' ? 0 : index === 0 ? 0.000_501 : 1e-8
          assert.ok(Math.abs(chapter.start - list[index]!.start) <= within, `${chapter.start} ${list[index]!.start}`)
          assert.equal(chapter.title, title)
        }
        if (name === 'any.mkv') assert.deepEqual(found, list)
      }
    }),
    { numRuns: 20 },
  )
})

test('the index is put in front, and all packets are where it says', async () => {
  for (const name of ['marked.mp4', 'plain.mov']) {
    const copy = name.replace('.', '-front.')
    await copyFile(path(name), path(copy))
    assert.equal(await beginsWithIndex(bytesOf(await readFile(path(name)))), false)
    await putIndexInFront(path(copy))
    const bytes = await readFile(path(copy))
    assert.equal(await beginsWithIndex(bytesOf(bytes)), true)
    assert.equal(bytes.length, (await readFile(path(name))).length)
    assert.deepEqual(await packetsOf(path(copy)), await packetsOf(path(name)))
    assert.deepEqual(await chaptersOf(copy), await chaptersOf(name))
    await putIndexInFront(path(copy))
    assert.deepEqual(await readFile(path(copy)), bytes)
  }
})

test('chapters are added behind whatever follows an index', async () => {
  const front = path('front.mp4')
  await copyFile(path('plain.mp4'), front)
  await putIndexInFront(front)
  await addMp4Chapters(front, chapters)
  assert.deepEqual(await chaptersOf('front.mp4'), chapters)
  assert.deepEqual((await packetsOf(front)).slice(0, 2), await packetsOf(path('plain.mp4')))
})

test('files without room for chapters are refused and stay as they are', async () => {
  const bytes = await readFile(path('plain.mkv'))
  const index = bytes.indexOf(Buffer.from('114d9b74', 'hex'))
  const free = bytes.indexOf(0xec, index)
  // What is free becomes an element that holds something.
  bytes[free] = 0xbf
  await writeFile(path('full.mkv'), bytes)
  await assert.rejects(add('full.mkv', chapters), {
    code: 'MEDIA_NOT_WRITTEN',
    message: /index has no room for the chapters/,
  })
  assert.deepEqual(await readFile(path('full.mkv')), bytes)
  await writeFile(path('none.mp4'), (await readFile(path('plain.mp4'))).subarray(0, 40))
  await assert.rejects(add('none.mp4', chapters), { code: 'MEDIA_NOT_WRITTEN' })
})
