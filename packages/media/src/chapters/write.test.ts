import assert from 'node:assert/strict'
import { copyFile, readFile } from 'node:fs/promises'
import test, { before } from 'node:test'
import fc from 'fast-check'
import type { Chapter } from '../probe/report.ts'
import { bytesOf } from '../read/bytes.ts'
import { rewriteVideo } from '../rewrite/rewrite-media.ts'
import { openMedia } from '../stream/open-media.ts'
import { encodeMedia } from '../testing/encode.ts'
import { packetsOf } from '../testing/packets.ts'
import { barsTrack, tone } from '../testing/paint.ts'
import { scratch } from '../testing/scratch.ts'
import { chaptersElement, seekHeadWith } from './build-matroska.ts'
import { chapterList } from './build-mp4.ts'
import { matroskaChaptersContent } from './matroska.ts'
import { addMatroskaChapters } from './write-matroska.ts'
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
  name.endsWith('.mkv') ? addMatroskaChapters(path(name), chaptersElement(list)) : addMp4Chapters(path(name), list)

test('chapters that are added are read again, and nothing else is changed', async () => {
  for (const name of ['plain.mkv', 'plain.mp4', 'plain.mov']) {
    const copy = name.replace('plain', 'marked')
    await copyFile(path(name), path(copy))
    assert.equal(await add(copy, chapters), true)
    assert.deepEqual(await chaptersOf(copy), chapters, copy)
    const [was, is] = [await packetsOf(path(name)), await packetsOf(path(copy))]
    assert.deepEqual(is.slice(0, 2), was, copy)
    const { tags, streams } = (await openMedia(path(copy))).report
    assert.equal(tags.title ?? tags.TITLE, 'A film')
    assert.equal(streams.filter(({ kind }) => kind !== 'data').length, 2)
  }
})

test('chapters with gaps, without titles, with long ones, and many of them', async () => {
  const gaps = [
    { start: 0.25, end: 0.5, title: 'a' },
    { start: 1, end: 2, title: 'ü'.repeat(100) },
  ]
  const many = Array.from({ length: 1000 }, (_, index) => ({
    start: index / 500,
    end: (index + 1) / 500,
    title: `chapter ${index}`,
  }))
  for (const name of ['plain.mkv', 'plain.mp4']) {
    const copy = name.replace('plain', 'more')
    await copyFile(path(name), path(copy))
    await add(copy, gaps)
    const found = await chaptersOf(copy)
    assert.deepEqual(
      found.map(({ start, title }) => [start, title]),
      gaps.map(({ start, title }) => [start, title]),
    )
    await copyFile(path(name), path(copy))
    await add(copy, many)
    assert.deepEqual(
      (await chaptersOf(copy)).map(({ start, title }) => [start, title]),
      many.map(({ start, title }) => [start, title]),
    )
  }
  assert.equal(chapterList(many)[16], 255)
})

test('any chapters survive Matroska to the nanosecond', async () => {
  const times = fc.uniqueArray(fc.integer({ min: 0, max: 10 ** 9 }), { minLength: 1, maxLength: 8 })
  await fc.assert(
    fc.asyncProperty(times, fc.string({ minLength: 1, unit: 'grapheme' }), async (all, title) => {
      const list = all.toSorted((a, b) => a - b).map((time) => ({ start: time / 1000, end: time / 1000 + 1, title }))
      await copyFile(path('plain.mkv'), path('any.mkv'))
      await add('any.mkv', list)
      const found = await chaptersOf('any.mkv')
      assert.deepEqual(
        found.map(({ start, end }) => [start, end]),
        list.map(({ start, end }) => [start, end]),
      )
    }),
    { numRuns: 10 },
  )
})

test('an index without room for one more entry is left as it is', () => {
  const content = new Uint8Array(30)
  assert.equal(seekHeadWith(content, 40, 1000), undefined)
  for (let room = 57; room < 400; room++) {
    const head = seekHeadWith(content, room, 1000)
    if (head) assert.equal(head.length, room)
  }
})

test('the index is put in front, and all packets are where it says', async () => {
  for (const name of ['marked.mp4', 'plain.mov']) {
    const copy = name.replace('.', '-front.')
    await copyFile(path(name), path(copy))
    assert.equal(await beginsWithIndex(bytesOf(await readFile(path(name)))), false)
    await putIndexInFront(path(copy))
    assert.equal(await beginsWithIndex(bytesOf(await readFile(path(copy)))), true)
    assert.deepEqual(await packetsOf(path(copy)), await packetsOf(path(name)))
    assert.deepEqual(await chaptersOf(copy), await chaptersOf(name))
    await putIndexInFront(path(copy))
    assert.deepEqual(await packetsOf(path(copy)), await packetsOf(path(name)))
  }
})

test('a rewritten file has the chapters of its source, between containers too', async () => {
  for (const [from, to] of [
    ['marked.mkv', 'out.mkv'],
    ['marked-front.mp4', 'out.mp4'],
    ['marked.mov', 'out.mov'],
    ['marked.mp4', 'cross.mkv'],
    ['marked.mkv', 'cross.mp4'],
  ] as const) {
    await rewriteVideo(path(from), path(to), () => {}, { only: [] })
    assert.deepEqual(await chaptersOf(to), chapters, to)
  }
  const content = async (name: string) => matroskaChaptersContent(bytesOf(await readFile(path(name))))
  assert.deepEqual(await content('out.mkv'), await content('marked.mkv'))
  assert.equal(await beginsWithIndex(bytesOf(await readFile(path('out.mp4')))), true)
  assert.equal(await beginsWithIndex(bytesOf(await readFile(path('out.mov')))), false)
})
