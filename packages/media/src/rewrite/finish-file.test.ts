import assert from 'node:assert/strict'
import { copyFile, readdir, readFile, writeFile } from 'node:fs/promises'
import test, { before } from 'node:test'
import { chaptersElement, chaptersWith, tagsWith } from '../chapters/build-matroska.ts'
import { matroskaChaptersContent, matroskaChapterTags } from '../chapters/matroska.ts'
import { addToMatroska } from '../chapters/write-matroska.ts'
import { addMp4Chapters, beginsWithIndex, putIndexInFront } from '../chapters/write-mp4.ts'
import type { Chapter } from '../probe/report.ts'
import { bytesOf } from '../read/bytes.ts'
import { formats } from '../read/formats.ts'
import { openMedia } from '../stream/open-media.ts'
import { bytesFrom, element, u64 } from '../testing/bytes.ts'
import { encodeMedia } from '../testing/encode.ts'
import { packetsOf } from '../testing/packets.ts'
import { barsTrack, tone } from '../testing/paint.ts'
import { scratch } from '../testing/scratch.ts'
import { finishFile } from './finish-file.ts'
import { rewriteMedia } from './rewrite-media.ts'

const path = scratch()
const chapters: Chapter[] = [
  { start: 0, end: 0.5, title: 'One' },
  { start: 0.5, end: 1.234, title: 'Zwei – 二' },
  { start: 1.234, end: 2 },
]

/** What is said of a chapter, and of an edition. */
const ofChapters = [
  bytesFrom(element('63c0', element('63c4', [42])), element('67c8', element('45a3', 'ARTIST'), element('4487', 'Ö'))),
  bytesFrom(
    element('63c0', element('63c9', [7])),
    element('67c8', element('45a3', 'SUBTITLE'), element('4487', 'Cut')),
  ),
]

/** Two editions with nested, hidden and ordered chapters, in two languages, behind a checksum that is not looked at. */
const rich = bytesFrom(
  [0xbf, 0x84, 1, 2, 3, 4],
  element(
    '45b9',
    element('45bc', [7]),
    element('45dd', [1]),
    element(
      'b6',
      element('73c4', [42]),
      element('91', u64(0)),
      element('92', u64(1_000_000_001)),
      element('80', element('85', 'One'), element('437c', 'eng')),
      element('80', element('85', 'Eins'), element('437d', 'de-CH')),
      element('b6', element('73c4', [43]), element('91', u64(5))),
    ),
    element('b6', element('73c4', [44]), element('91', u64(2e9)), element('98', [1])),
  ),
  element('45b9', element('b6', element('73c4', [45]), element('91', u64(1e9)))),
)

before(async () => {
  const recipe = {
    video: barsTrack({ options: { preset: 'ultrafast', crf: '30', g: '5', bf: '2' } }),
    audio: tone('aac', { seconds: 2 }),
    tags: { title: 'A film' },
  }
  for (const [extension, muxer] of [
    ['mkv', 'matroska'],
    ['mp4', 'mp4'],
    ['mov', 'mov'],
  ] as const) {
    await encodeMedia(path(`plain.${extension}`), { muxer, ...recipe })
    await copyFile(path(`plain.${extension}`), path(`marked.${extension}`))
  }
  await addToMatroska(path('marked.mkv'), chaptersElement(chapters))
  await addMp4Chapters(path('marked.mp4'), chapters)
  await addMp4Chapters(path('marked.mov'), chapters, { quickTime: true })
  for (const name of ['marked.mp4', 'marked.mov', 'plain.mp4']) {
    await copyFile(path(name), path(name.replace('.', '-front.')))
    await putIndexInFront(path(name.replace('.', '-front.')))
  }
  await copyFile(path('plain.mkv'), path('rich.mkv'))
  await addToMatroska(path('rich.mkv'), chaptersWith(rich), tagsWith(ofChapters))
})

const chaptersOf = async (name: string) => (await openMedia(path(name))).report.chapters
const isInFront = async (name: string) => beginsWithIndex(bytesOf(await readFile(path(name))))

test('a rewritten file has the chapters of its source, between containers too, and all its packets', async () => {
  for (const [from, to] of [
    ['marked.mkv', 'out.mkv'],
    ['marked-front.mp4', 'out.mp4'],
    ['marked.mov', 'out.mov'],
    ['marked.mp4', 'cross.mkv'],
    ['marked.mkv', 'cross.mp4'],
    ['marked.mp4', 'cross.mov'],
  ] as const) {
    await rewriteMedia(path(from), path(to), {})
    assert.deepEqual(await chaptersOf(to), chapters, to)
    const [was, is] = [await packetsOf(path(from)), await packetsOf(path(to))]
    const hashes = (packets: typeof was) => packets.slice(0, 2).map((stream) => stream.map(({ hash }) => hash))
    assert.deepEqual(hashes(is), hashes(was), to)
    if (!to.startsWith('cross')) assert.deepEqual(is.slice(0, 2), was.slice(0, 2), to)
    assert.equal(is.length, to.endsWith('.mkv') ? 2 : 3, to)
  }
})

test('chapters of Matroska and what is said of them go from one file to another byte by byte', async () => {
  await rewriteMedia(path('rich.mkv'), path('rich-out.mkv'), {})
  const bytes = bytesOf(await readFile(path('rich-out.mkv')))
  assert.deepEqual(Buffer.from((await matroskaChaptersContent(bytes))!), rich)
  assert.deepEqual(
    (await matroskaChapterTags(bytes)).map((tag) => Buffer.from(tag)),
    ofChapters,
  )
  assert.equal((await openMedia(path('rich-out.mkv'))).report.tags.title, 'A film')
})

test('chapters that are a list alone stay one, without a track and without an end of the last', async () => {
  const listed: Chapter[] = [
    { start: 0, end: 1.234_567_8, title: 'One' },
    { start: 1.234_567_8, title: 'Two' },
  ]
  await copyFile(path('plain.mp4'), path('listed.mp4'))
  await addMp4Chapters(path('listed.mp4'), listed, { track: false })
  for (const to of ['listed-out.mp4', 'listed-out.mov']) {
    await rewriteMedia(path('listed.mp4'), path(to), {})
    assert.deepEqual(await chaptersOf(to), listed, to)
    assert.equal((await packetsOf(path(to))).length, 2, to)
  }
})

test('times that are not in milliseconds stay exact from MP4 to MP4', async () => {
  const odd = [0, 1001, 17_017, 29_029].map((time, index, all) => ({
    start: time / 15_360,
    end: (all[index + 1] ?? 30_030) / 15_360,
    title: `${time}`,
  }))
  await copyFile(path('plain.mp4'), path('odd.mp4'))
  await addMp4Chapters(path('odd.mp4'), odd, { scale: 15_360 })
  await rewriteMedia(path('odd.mp4'), path('odd-out.mp4'), {})
  await rewriteMedia(path('odd-out.mp4'), path('odd-again.mp4'), {})
  assert.deepEqual(await chaptersOf('odd-again.mp4'), odd)
})

test('the index stands where the source has it', async () => {
  for (const [from, to, front] of [
    ['marked-front.mp4', 'a.mp4', true],
    ['plain-front.mp4', 'b.mp4', true],
    ['marked-front.mov', 'c.mov', true],
    ['marked-front.mp4', 'd.mov', true],
    ['marked.mp4', 'e.mp4', false],
    ['marked.mkv', 'f.mp4', false],
  ] as const) {
    await rewriteMedia(path(from), path(to), {})
    assert.equal(await isInFront(to), front, to)
    assert.deepEqual(await chaptersOf(to), await chaptersOf(from), to)
    if (from.endsWith('mp4'))
      assert.deepEqual((await packetsOf(path(to))).slice(0, 2), (await packetsOf(path(from))).slice(0, 2))
  }
})

test('it is told what became of chapters', async () => {
  const finish = async (from: string, container: 'mp4' | 'matroska' | 'ogg', path_?: string) => {
    const format = from.endsWith('mkv') ? formats.matroska : formats.mp4
    if (path_) await copyFile(path(container === 'mp4' ? 'plain.mp4' : 'plain.mkv'), path(path_))
    return finishFile(path_ && path(path_), container, { input: path(from), format })
  }
  const scene = { start: 0, end: 1, title: 'a' }
  await copyFile(path('plain.mkv'), path('gaps.mkv'))
  await addToMatroska(path('gaps.mkv'), chaptersElement([scene, { ...scene, start: 1.5, end: 2 }]))
  assert.deepEqual(await finish('marked.mp4', 'mp4', 'told.mp4'), { kept: 3 })
  assert.deepEqual(await finish('rich.mkv', 'matroska', 'told.mkv'), { kept: 1 })
  assert.deepEqual(await finish('rich.mkv', 'mp4', 'told.mp4'), {
    kept: 1,
    left: 'nested and hidden chapters and those of other editions are not written into mp4',
  })
  assert.deepEqual(await finish('gaps.mkv', 'mp4', 'told.mp4'), {
    kept: 2,
    left: 'each chapter of mp4 ends where the next begins',
  })
  assert.deepEqual(await finish('rich.mkv', 'ogg', 'told.mkv'), { kept: 0, left: 'no chapters are written into ogg' })
  assert.deepEqual(await finish('marked.mp4', 'mp4'), { kept: 0, left: 'what is written in parts gets no chapters' })
  for (const name of ['plain.mp4', 'plain.mkv']) assert.equal(await finish(name, 'mp4', 'told.mp4'), undefined)
})

test('a file without chapters is not touched', async () => {
  for (const [name, container] of [
    ['plain.mp4', 'mp4'],
    ['plain.mkv', 'matroska'],
  ] as const) {
    const copy = name.replace('plain', 'touched')
    await copyFile(path(name), path(copy))
    await finishFile(path(copy), container, { input: path(name), format: formats[container] })
    assert.deepEqual(await readFile(path(copy)), await readFile(path(name)))
  }
})

test('nothing is left where finishing fails', async () => {
  // The element of chapters claims to be longer than the file.
  const bytes = await readFile(path('marked.mkv'))
  const at = bytes.lastIndexOf(Buffer.from('1043a770', 'hex'))
  bytes.writeUInt32BE(0x1f000000, at + 4)
  await writeFile(path('false.mkv'), bytes)
  const there = await readdir(path('.'))
  await assert.rejects(rewriteMedia(path('false.mkv'), path('never.mkv'), {}), {
    code: 'MEDIA_TOO_LARGE',
    message: /^\S*false.mkv .*bytes of chapters/,
  })
  assert.deepEqual(await readdir(path('.')), there)
})

test('moving the index is given up when asked', async () => {
  const located = { input: path('plain-front.mp4'), format: formats.mp4 }
  await copyFile(path('plain.mp4'), path('stopped.mp4'))
  await assert.rejects(finishFile(path('stopped.mp4'), 'mp4', located, AbortSignal.abort()), { name: 'AbortError' })
})
