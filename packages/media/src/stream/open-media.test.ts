import assert from 'node:assert/strict'
import { open, readFile, truncate, writeFile } from 'node:fs/promises'
import test, { before } from 'node:test'
import { bytesOf } from '../read/bytes.ts'
import { encodeMedia } from '../testing/encode.ts'
import { barsTrack, tone } from '../testing/paint.ts'
import { scratch } from '../testing/scratch.ts'
import { writeMedia } from '../write/write-media.ts'
import { openMedia } from './open-media.ts'
import type { SampleBlock } from './samples.ts'
import { windowed } from './windowed.ts'

const path = scratch()

/** Twenty frames at ten a second, each of a grey of its own, and a second and a half of a tone. */
const grey = (index: number) => 20 + index * 10
before(async () => {
  await encodeMedia(path('clip.mp4'), {
    muxer: 'mp4',
    video: barsTrack({
      fullRange: true,
      paint: (rgb, index) => rgb.fill(grey(index)),
      options: { preset: 'ultrafast', crf: '1', g: '5', bf: '2' },
    }),
    audio: tone('aac', { seconds: 1.5 }),
  })
  await encodeMedia(path('tone.wav'), { muxer: 'wav', audio: tone('pcm_s16le', { sampleRate: 8000, seconds: 1 }) })
})

const collect = async <T, U>(items: AsyncIterable<T>, take: (item: T) => U): Promise<U[]> => {
  const all: U[] = []
  for await (const item of items) all.push(take(item))
  return all
}

test('frames come in the order of time, each with its pixels', async () => {
  const media = await openMedia(path('clip.mp4'))
  const seen = await collect(media.frames(), ({ time, planes, width, height, layout }) => {
    assert.deepEqual([width, height, layout.name], [128, 64, 'yuvj420p'])
    assert.deepEqual(
      planes.map((plane) => [plane.holds, plane.width, plane.height]),
      [
        ['y', 128, 64],
        ['u', 64, 32],
        ['v', 64, 32],
      ],
    )
    return [Math.round(time * 10), planes[0]!.data[40 * planes[0]!.stride + 64]!]
  })
  assert.deepEqual(
    seen.map(([index]) => index),
    Array.from({ length: 20 }, (_, index) => index),
  )
  for (const [index, value] of seen) assert.ok(Math.abs(value! - grey(index!)) <= 2)
})

test('a range of time begins with the frame that is shown then, wherever the key frames are', async () => {
  const media = await openMedia(path('clip.mp4'))
  for (const [from, to, wanted] of [
    [0.7, 1, [7, 8, 9]],
    [0.75, 0.95, [7, 8, 9]],
    [1.85, undefined, [18, 19]],
    [0, 0.1, [0]],
    [5, 6, []],
  ] as const) {
    const times = await collect(media.frames({ from, ...(to && { to }) }), ({ time }) => Math.round(time * 10))
    assert.deepEqual(times, wanted, `${from} to ${to}`)
  }
})

test('a frame is empty once the next is asked for; a clone is not', async () => {
  const media = await openMedia(path('clip.mp4'))
  const frames = media.frames()
  const first = (await frames.next()).value!
  const view = first.planes[0]!.data
  const kept = first.clone()
  const value = view[0]
  await frames.next()
  assert.equal(view.length, 0)
  assert.throws(() => first.planes, RangeError)
  assert.throws(() => first.clone(), RangeError)
  assert.equal(kept.planes[0]!.data[0], value)
  kept[Symbol.dispose]()
  kept[Symbol.dispose]()
  await frames.return()
})

test('what is written to a writable frame is seen by no other', async () => {
  const media = await openMedia(path('clip.mp4'))
  const plain = await collect(media.frames(), ({ planes }) => planes[0]!.data[0])
  const spoiled = await collect(media.frames(), (frame) => {
    using clone = frame.clone()
    const before = clone.planes[0]!.data[0]
    const old = frame.planes[0]!.data
    frame.writable().planes[0]!.data.fill(255)
    assert.equal(old.length, 0)
    assert.equal(clone.planes[0]!.data[0], before)
    return before
  })
  assert.deepEqual(spoiled, plain)
})

test('frames are given in the format and size that are asked for', async () => {
  const media = await openMedia(path('clip.mp4'))
  const size = { width: 32, height: 16 }
  const seen = await collect(media.frames({ format: 'rgb24', size, to: 0.3 }), ({ planes: [rgb], width, height }) => {
    assert.deepEqual([width, height, rgb!.holds, rgb!.step], [32, 16, 'rgb', 3])
    return [...rgb!.data.subarray(30, 33)]
  })
  for (const [index, pixel] of seen.entries())
    for (const value of pixel) assert.ok(Math.abs(value - grey(index)) <= 3, `${pixel} is not ${grey(index)}`)
})

test('each frame comes with those around it, decoded once', async () => {
  const media = await openMedia(path('clip.mp4'))
  const index = ({ time }: { time: number }) => Math.round(time * 10)
  const windows = await collect(windowed(media.frames(), { before: 2, after: 1 }), ({ frame, before, after }) => [
    before.map(index),
    index(frame),
    after.map(index),
  ])
  assert.equal(windows.length, 20)
  assert.deepEqual(windows[0], [[], 0, [1]])
  assert.deepEqual(windows[7], [[5, 6], 7, [8]])
  assert.deepEqual(windows[19], [[17, 18], 19, []])
  assert.equal((await collect(windowed(media.frames({ to: 0.2 }), { before: 0, after: 9 }), index as never)).length, 2)
})

const total = (blocks: readonly SampleBlock[]) => blocks.reduce((sum, { length }) => sum + length, 0)

test('samples are the recording, from its first to its last', async () => {
  const media = await openMedia(path('tone.wav'))
  const blocks = await collect(media.samples(), (block) => block)
  assert.equal(total(blocks), 8000)
  assert.deepEqual([blocks[0]!.layout, blocks[0]!.sampleRate, blocks[0]!.channels.length], ['stereo', 8000, 2])
  let at = 0
  for (const { channels, time, length } of blocks) {
    assert.ok(Math.abs(time - at / 8000) < 1e-9)
    for (let i = 0; i < length; i++) {
      const wanted = 0.3 * Math.sin((2 * Math.PI * 440 * (at + i)) / 8000)
      assert.ok(Math.abs(channels[1]![i]! - wanted) < 1 / 32000)
    }
    at += length
  }
})

test('samples of a range and of a block size join to the same sound', async () => {
  const media = await openMedia(path('tone.wav'))
  const all = (await collect(media.samples(), ({ channels }) => [...channels[0]!])).flat()
  const blocks = await collect(media.samples({ from: 0.25, to: 0.75, blockSize: 333 }), (block) => block)
  assert.deepEqual(
    blocks.map(({ length }) => length),
    [...Array.from({ length: 12 }, () => 333), 4000 - 12 * 333],
  )
  assert.deepEqual(
    blocks.flatMap(({ channels }) => [...channels[0]!]),
    all.slice(2000, 6000),
  )
  assert.ok(Math.abs(blocks[1]!.time - (0.25 + 333 / 8000)) < 1e-9)
})

test('of a lossy track the padding of the encoder is not heard', async () => {
  const media = await openMedia(path('clip.mp4'))
  const blocks = await collect(media.samples(), (block) => block)
  assert.equal(blocks[0]!.time, 0)
  assert.ok(Math.abs(total(blocks) - 72000) < 1024, `${total(blocks)}`)
  const first = await collect(media.samples({ to: 0.1 }), (block) => block)
  assert.equal(total(first), 4800)
})

test('a recording is read from ranges of bytes as from a file', async () => {
  const bytes = bytesOf(await readFile(path('clip.mp4')))
  const [far, near] = [await openMedia(bytes), await openMedia(path('clip.mp4'))]
  const pixels = ({ planes }: { planes: readonly { data: ArrayLike<number> }[] }) => planes[0]!.data[777]
  assert.deepEqual(far.report, near.report)
  assert.deepEqual(await collect(far.frames(), pixels), await collect(near.frames(), pixels))
})

test('what a range reader throws is what the reader of frames gets', async () => {
  const data = await readFile(path('clip.mp4'))
  let broken = false
  const media = await openMedia({
    size: data.length,
    read: async (start, length) => {
      if (broken) throw new Error('The network is gone.')
      return data.subarray(start, start + length)
    },
  })
  broken = true
  await assert.rejects(
    collect(media.frames(), () => 0),
    { message: 'The network is gone.' },
  )
})

test('an abort ends an iteration with its reason', async () => {
  const media = await openMedia(path('clip.mp4'))
  const stop = new AbortController()
  const reason = new Error('enough')
  let seen = 0
  const reading = collect(media.frames({ signal: stop.signal }), () => {
    if (++seen === 3) stop.abort(reason)
  })
  await assert.rejects(reading, (error) => error === reason)
  assert.ok(seen < 20)
})

test('progress goes up to the end', async () => {
  const media = await openMedia(path('clip.mp4'))
  const told: number[] = []
  await collect(media.frames({ onProgress: (fraction) => told.push(fraction) }), () => 0)
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  )
  assert.ok(told.length > 5 && told.at(-1)! > 0.9 && told.at(-1)! <= 1)
})

test('what is not there or no recording is told by name', async () => {
  await writeFile(path('text.mp4'), 'no video')
  const clip = await open(path('clip.mp4'))
  const { size } = await clip.stat()
  await clip.close()
  await writeFile(path('cut.mp4'), await readFile(path('clip.mp4')))
  await truncate(path('cut.mp4'), size - 1000)
  await assert.rejects(openMedia(path('none.mp4')), { code: 'FILE_NOT_FOUND', message: /none\.mp4/ })
  await assert.rejects(openMedia(path('')), { code: 'FILE_IS_DIRECTORY' })
  await assert.rejects(openMedia(path('text.mp4')), { code: 'MEDIA_NOT_RECOGNISED', message: /text\.mp4/ })
  await assert.rejects(openMedia(path('cut.mp4')), { code: 'MEDIA_DAMAGED', message: /cut\.mp4/ })
  const sound = await openMedia(path('tone.wav'))
  await assert.rejects(sound.frames().next(), { code: 'MEDIA_WRONG_KIND', message: /tone\.wav/ })
})

test('a source that ends before it should is not taken for a shorter recording', async () => {
  const data = await readFile(path('clip.mp4'))
  let end = data.length
  const media = await openMedia({
    size: data.length,
    read: async (start, length) => data.subarray(start, Math.min(end, start + length)),
  })
  // The index stands at the end, so the media must be cut off after it was read.
  const frames = media.frames()
  end = 2000
  await assert.rejects(
    collect(frames, () => 0),
    { code: 'MEDIA_DAMAGED', message: /bytes end at \d+ of \d+/ },
  )
})

test('blocks of sound follow each other by their samples, where time stamps wobble', async () => {
  const sampleRate = 44_100
  // Vorbis takes short blocks about a click, of which its time stamps say too little.
  const clicks = async function* () {
    for (let second = 0; second < 3; second++) {
      const samples = Float32Array.from({ length: sampleRate }, (_, i) => (i % 9001 < 20 ? 0.9 : 0.001 * Math.sin(i)))
      yield { time: second, sampleRate, layout: 'mono', channels: [samples], length: sampleRate }
    }
  }
  await writeMedia(path('clicks.ogg'), { audio: { blocks: clicks(), encoding: { codec: 'vorbis' } } })
  const media = await openMedia(path('clicks.ogg'))
  const sizes = new Set<number>()
  let next: number | undefined
  for await (const { time, length } of media.samples()) {
    if (next !== undefined) assert.ok(Math.abs(time - next) < 1e-9, `${time} follows ${next}`)
    next = time + length / sampleRate
    sizes.add(length)
  }
  assert.ok(sizes.size > 1)
  await writeMedia(path('clicks.mp3'), { audio: { blocks: media.samples() } })
})
