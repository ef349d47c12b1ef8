import assert from 'node:assert/strict'
import test from 'node:test'
import { createStore, file } from '@colophon/core'
import sharp from 'sharp'
import { encodeMedia, type VideoTrack } from './testing/encode.ts'
import { barColours, barsTrack, type Colour, fill, plain, story, tone } from './testing/paint.ts'
import { scratch } from './testing/scratch.ts'
import { thumbnail } from './thumbnail.ts'

const path = scratch()
type Params = Omit<Parameters<typeof thumbnail>[0], 'media'>

async function made(name: string, params: Params = {}) {
  const { image, report } = await thumbnail({ media: file(path(name)), format: 'png', ...params })
  const bytes = Buffer.from(await image.bytes())
  const { data, info } = await sharp(bytes).raw().toBuffer({ resolveWithObject: true })
  const at = (x: number, y: number) => [
    ...data.subarray((y * info.width + x) * info.channels, (y * info.width + x + 1) * info.channels),
  ]
  return { bytes, report: await report.value(), info, at }
}

function assertNear(found: readonly number[], wanted: Colour, most: number, what = ''): void {
  const off = Math.max(...wanted.map((value, channel) => Math.abs(value - found[channel]!)))
  assert.ok(off <= most, `${what} is ${found.slice(0, 3)} and should be ${wanted}`)
}

const withBars = (name: string, muxer: string, more: Partial<VideoTrack> = {}) =>
  encodeMedia(path(name), { muxer, video: barsTrack(more) })

test('colours are right for every matrix, range and bit depth', async () => {
  const x265 = { preset: 'ultrafast', crf: '4', 'x265-params': 'log-level=none:pools=none:frame-threads=1' }
  const clips: [name: string, muxer: string, Partial<VideoTrack>][] = [
    ['601.mp4', 'mp4', {}],
    ['709.mp4', 'mp4', { matrix: 'bt709', primaries: 1, transfer: 1 }],
    ['full.mp4', 'mp4', { matrix: 'bt709', fullRange: true }],
    ['ntsc.mp4', 'mp4', { primaries: 6, transfer: 6 }],
    ['unsaid.mp4', 'mp4', { tagged: false }],
    ['unsaid-hd.mp4', 'mp4', { tagged: false, matrix: 'bt709', width: 1280, height: 64, frames: 2 }],
    ['ten.mkv', 'matroska', { encoder: 'libx265', bits: 10, matrix: 'bt709', options: x265 }],
    [
      'vp9.webm',
      'webm',
      { encoder: 'libvpx-vp9', matrix: 'bt709', options: { deadline: 'realtime', 'cpu-used': '8', crf: '4', b: '0' } },
    ],
  ]
  for (const [name, muxer, more] of clips) {
    await withBars(name, muxer, more)
    const { info, at } = await made(name, { width: 128, height: 64 })
    for (const [index, colour] of barColours.entries())
      assertNear(
        at(Math.floor(((index + 0.5) * info.width) / 8), info.height >> 1),
        colour,
        6,
        `bar ${index} of ${name}`,
      )
  }
})

test('wide colours and high dynamic range come out in sRGB, with white white and black black', async () => {
  const options = { preset: 'ultrafast', crf: '4', 'x265-params': 'log-level=none:pools=none:frame-threads=1' }
  for (const transfer of [14, 16, 18]) {
    const name = `wide-${transfer}.mp4`
    await withBars(name, 'mp4', {
      encoder: 'libx265',
      bits: 10,
      matrix: 'bt2020',
      primaries: 9,
      transfer,
      options,
      frames: 4,
    })
    const { at } = await made(name)
    assertNear(at(3 * 16 + 8, 32), [255, 255, 255], 8, 'white')
    assertNear(at(4 * 16 + 8, 32), [0, 0, 0], 8, 'black')
    const [red, green, blue] = at(8, 32)
    assert.ok(red! > 200 && green! < 60 && blue! < 60)
  }
})

/** White, with one corner red and another blue. */
const corners = (rgb: Uint8Array) =>
  fill(rgb, 128, (x, y) => (x < 32 && y < 16 ? [255, 0, 0] : x >= 96 && y >= 48 ? [0, 0, 255] : [180, 180, 180]))

test('rotation, mirroring and oblong pixels are applied', async () => {
  const clips: [Partial<VideoTrack>, [number, number], red: [number, number], blue: [number, number]][] = [
    [{}, [128, 64], [5, 5], [122, 58]],
    [{ turn: [0, 1, -1, 0] }, [64, 128], [58, 5], [5, 122]],
    [{ turn: [-1, 0, 0, -1] }, [128, 64], [122, 58], [5, 5]],
    [{ turn: [0, -1, 1, 0] }, [64, 128], [5, 122], [58, 5]],
    [{ turn: [-1, 0, 0, 1] }, [128, 64], [122, 5], [5, 58]],
    [{ sampleAspectRatio: { num: 2, den: 1 } }, [256, 64], [5, 5], [250, 58]],
  ]
  for (const [index, [more, size, red, blue]] of clips.entries()) {
    const name = `corners-${index}.mp4`
    await withBars(name, 'mp4', { paint: corners, frames: 3, ...more })
    const { info, at, report } = await made(name)
    assert.deepEqual([info.width, info.height], size)
    assert.deepEqual([report.source.width, report.source.height], size)
    assertNear(at(...red), [255, 0, 0], 12, `the first corner of ${name}`)
    assertNear(at(...blue), [0, 0, 255], 12, `the last corner of ${name}`)
  }
})

test('a good frame is chosen: neither black nor white nor blank', async () => {
  for (const [name, muxer, options] of [
    ['story.mp4', 'mp4', { preset: 'ultrafast' }],
    ['story-keyed.mkv', 'matroska', { preset: 'ultrafast', g: '2' }],
  ] as const) {
    await withBars(name, muxer, { paint: story, frames: 30, options })
    const { report } = await made(name)
    assert.ok(report.at! >= 1.6 && report.at! < 2.2, `${report.at}`)
    assert.ok(report.chosen && report.candidates.length >= 10)
    const best = report.candidates.find(({ at }) => at === report.at)!
    assert.ok(report.candidates.every(({ score }) => score <= best.score))
  }
})

test('the frame of a given moment is the one that is shown then', async () => {
  const counting = (rgb: Uint8Array, index: number) => plain([index * 12, 255 - index * 12, 40])(rgb)
  for (const [name, muxer] of [
    ['count.mp4', 'mp4'],
    ['count.mkv', 'matroska'],
  ] as const) {
    await withBars(name, muxer, { paint: counting, matrix: 'bt709' })
    for (const [at, index] of [
      [0, 0],
      [0.1, 1],
      [0.749, 7],
      [0.75, 7],
      [1.9, 19],
      [2, 19],
    ] as const) {
      const { report, at: pixel } = await made(name, { at })
      assert.ok(Math.abs(report.at! - index / 10) < 0.002, `${name} at ${at}: ${report.at}`)
      assert.equal(report.chosen, false)
      assertNear(pixel(20, 20), [index * 12, 255 - index * 12, 40], 8, `${name} at ${at}`)
    }
  }
  await assert.rejects(made('count.mp4', { at: 2.5 }), { code: 'CALL_PARAM_INVALID', message: /ends at 2.00 s/ })
})

test('interlaced video is converted', async () => {
  await withBars('fields.mp4', 'mp4', {
    interlaced: true,
    options: { preset: 'ultrafast', crf: '4', flags: '+ildct+ilme' },
  })
  assertNear((await made('fields.mp4')).at(8, 32), [255, 0, 0], 6)
})

test('pictures are turned upright, fitted into the box and never enlarged unless asked', async () => {
  const raw = new Uint8Array(128 * 64 * 3)
  corners(raw)
  const source = sharp(raw, { raw: { width: 128, height: 64, channels: 3 } })
  await source
    .clone()
    .withMetadata({ orientation: 6 })
    .jpeg({ quality: 95, chromaSubsampling: '4:4:4' })
    .toFile(path('turned.jpg'))
  const turned = await made('turned.jpg')
  assert.deepEqual([turned.info.width, turned.info.height], [64, 128])
  assertNear(turned.at(58, 5), [255, 0, 0], 12)
  const small = await made('turned.jpg', { width: 20, height: 1000 })
  assert.deepEqual([small.info.width, small.info.height], [20, 40])
  const large = await made('turned.jpg', { width: 200, height: 200, enlarge: true })
  assert.deepEqual([large.info.width, large.info.height], [100, 200])
  assert.deepEqual(turned.report.source, { kind: 'image', width: 64, height: 128 })
  await assert.rejects(made('turned.jpg', { at: 1 }), { code: 'CALL_PARAM_INVALID' })
})

test('profiles and 16 bits become 8-bit sRGB; transparency stays, or becomes white in JPEG', async () => {
  const create = { width: 32, height: 32, channels: 4, background: { r: 0, g: 0, b: 255, alpha: 0 } } as const
  await sharp({ create }).toColourspace('rgb16').png().toFile(path('clear.png'))
  assert.equal((await made('clear.png')).at(9, 9)[3], 0)
  assert.equal((await made('clear.png', { format: 'webp' })).at(9, 9)[3], 0)
  const paper = await made('clear.png', { format: 'jpeg' })
  assert.deepEqual([paper.info.channels, ...paper.at(9, 9)], [3, 255, 255, 255])
  // Green of sRGB, written in the numbers of a wider space.
  await sharp({ create: { ...create, background: '#20c040' } })
    .withIccProfile('p3')
    .png()
    .toFile(path('p3.png'))
  const { bytes, at } = await made('p3.png')
  assertNear(at(9, 9), [0x20, 0xc0, 0x40], 3)
  const { hasProfile, depth } = await sharp(bytes).metadata()
  assert.deepEqual([hasProfile, depth], [false, 'uchar'])
})

test('of an animation the first frame is taken', async () => {
  const frame = (background: string) =>
    sharp({ create: { width: 30, height: 20, channels: 3, background } })
      .png()
      .toBuffer()
  const frames = await Promise.all(['#ff0000', '#00ff00'].map(frame))
  for (const name of ['moving.gif', 'moving.webp']) {
    await sharp(frames, { join: { animated: true } }).toFile(path(name))
    const { info, at } = await made(name)
    assert.deepEqual([info.width, info.height], [30, 20])
    assertNear(at(9, 9), [255, 0, 0], 3)
  }
})

test('of a recording the cover is taken', async () => {
  const cover = await sharp({ create: { width: 40, height: 20, channels: 3, background: '#0000ff' } })
    .jpeg()
    .toBuffer()
  await encodeMedia(path('cover.mp3'), {
    muxer: 'mp3',
    audio: tone('libmp3lame'),
    cover,
    coverSize: { width: 40, height: 20 },
  })
  const { report, at } = await made('cover.mp3')
  assert.deepEqual(report.source, { kind: 'cover', width: 40, height: 20 })
  assertNear(at(9, 9), [0, 0, 255], 4)
  await encodeMedia(path('plain.mp3'), { muxer: 'mp3', audio: tone('libmp3lame') })
  await assert.rejects(made('plain.mp3'), {
    code: 'MEDIA_WRONG_KIND',
    message: /plain\.mp3 is a sound recording without cover art/,
  })
})

test('the same input and params give the same bytes, and every format can be written', async () => {
  for (const name of ['story.mp4', 'turned.jpg']) {
    for (const format of ['jpeg', 'png', 'webp'] as const) {
      const [first, second] = [await made(name, { format }), await made(name, { format })]
      assert.ok(first.bytes.equals(second.bytes))
      assert.equal((await sharp(first.bytes).metadata()).format, format)
    }
  }
})

test('in a store it is made once, tells its progress and its metric, and stops when asked', async () => {
  const store = await createStore()
  const states: string[] = []
  const fractions: number[] = []
  const make = () => thumbnail({ media: file(path('story.mp4')) })
  const first = await store.run(make, {
    onStep: ({ state }) => states.push(state),
    onProgress: ({ fraction }) => fractions.push(fraction),
  })
  const second = await store.run(make, { onStep: ({ state }) => states.push(state) })
  assert.deepEqual(states, ['computed', 'cached'])
  assert.equal(first.image.hash, second.image.hash)
  assert.deepEqual(
    fractions,
    fractions.toSorted((a, b) => a - b),
  )
  assert.ok(fractions.length > 5)
  assert.equal((first.image.facts as { kind: string }).kind, 'image')
  const stop = new AbortController()
  const stopped = store.run(() => thumbnail({ media: file(path('story.mp4')), width: 33 }), {
    signal: stop.signal,
    onProgress: () => stop.abort(),
  })
  await assert.rejects(stopped, { code: 'CALL_CANCELLED' })
  await store.close()
})

test('the outcome says size and moment, and the cost grows with the work', () => {
  const { outcome, cost } = thumbnail.declaration
  const report = { width: 320, height: 180, at: 12.4 }
  assert.deepEqual(outcome!({ report } as never), { summary: 'thumbnail 320x180 from 12.4 s' })
  const seconds = (facts: object) => cost!({ media: { facts } } as never).cpuSeconds!
  assert.ok(seconds({ kind: 'image', megapixels: 1 }) < seconds({ kind: 'image', megapixels: 24 }))
  const minute = { kind: 'video', megapixels: 2, frameRate: 30, duration: 60 }
  assert.ok(seconds({ ...minute, duration: 1 }) < seconds(minute))
})
