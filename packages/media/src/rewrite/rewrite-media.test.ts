import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import test, { before } from 'node:test'
import { openMedia } from '../stream/open-media.ts'
import type { SampleBlock } from '../stream/samples.ts'
import type { VideoFrame } from '../stream/video-frame.ts'
import { encodeMedia } from '../testing/encode.ts'
import { packetsOf } from '../testing/packets.ts'
import { barsTrack, tone } from '../testing/paint.ts'
import { scratch } from '../testing/scratch.ts'
import { rewriteMedia, rewriteVideo } from './rewrite-media.ts'

const path = scratch()

/** Forty frames, ten a second, in groups of ten; each frame of a grey of its own. */
const clip = (more = {}) =>
  barsTrack({
    frames: 40,
    paint: (rgb, index) => rgb.fill(20 + index * 5),
    options: { preset: 'ultrafast', crf: '4', g: '10', bf: '2', sc_threshold: '0' },
    ...more,
  })

before(async () => {
  await encodeMedia(path('clip.mp4'), {
    muxer: 'mp4',
    video: clip(),
    audio: tone('aac', { seconds: 4 }),
    tags: { title: 'A clip' },
  })
  await encodeMedia(path('clip.mkv'), { muxer: 'matroska', video: clip(), audio: tone('flac', { seconds: 4 }) })
  await encodeMedia(path('clip.webm'), {
    muxer: 'webm',
    video: clip({
      encoder: 'libvpx-vp9',
      options: { deadline: 'realtime', 'cpu-used': '8', g: '10', b: '0', crf: '8' },
    }),
  })
  await encodeMedia(path('hevc.mp4'), {
    muxer: 'mp4',
    video: clip({ encoder: 'libx265', options: { preset: 'ultrafast', 'x265-params': 'log-level=none:pools=none' } }),
  })
  await encodeMedia(path('sound.wav'), { muxer: 'wav', audio: tone('pcm_s16le', { seconds: 2 }) })
})

const lumaOf = async (file: string): Promise<[time: number, luma: number][]> => {
  const found: [number, number][] = []
  for await (const { time, planes } of (await openMedia(file)).frames())
    found.push([Math.round(time * 10), planes[0]!.data[planes[0]!.stride * 30 + 60]!])
  return found
}

const invert = (frame: VideoFrame) => {
  const { data } = frame.planes[0]!
  for (let at = 0; at < data.length; at++) data[at] = 255 - data[at]!
}

const nothingPartial = async () => {
  const left = (await readdir(dirname(path('x')))).filter((name) => name.endsWith('.part'))
  assert.deepEqual(left, [])
}

test('pictures are as they were left, at the times that they had; all else is copied', async () => {
  const report = await rewriteVideo(path('clip.mp4'), path('inverted.mp4'), invert)
  assert.deepEqual([report.video?.frames, report.video?.codec, report.left], [40, 'h264', []])
  const [was, is] = [await lumaOf(path('clip.mp4')), await lumaOf(path('inverted.mp4'))]
  assert.equal(is.length, 40)
  for (const [index, [time, luma]] of was.entries()) {
    assert.equal(is[index]![0], time)
    assert.ok(Math.abs(is[index]![1] - (255 - luma)) <= 4, `frame ${index}: ${is[index]![1]} for ${255 - luma}`)
  }
  const [source, written] = [await packetsOf(path('clip.mp4')), await packetsOf(path('inverted.mp4'))]
  assert.deepEqual(written[1], source[1])
  const shown = (packets: readonly { pts: bigint }[]) => packets.map(({ pts }) => pts).sort((a, b) => Number(a - b))
  assert.deepEqual(shown(written[0]!), shown(source[0]!))
  const { report: probe } = await openMedia(path('inverted.mp4'))
  assert.equal(probe.tags.title, 'A clip')
  await nothingPartial()
})

test('where only some frames may change, the other groups of pictures are copied', async () => {
  for (const name of ['clip.mp4', 'clip.mkv', 'clip.webm']) {
    const seen: number[] = []
    const out = path(`part-${name}`)
    const report = await rewriteVideo(
      path(name),
      out,
      (frame) => {
        seen.push(Math.round(frame.time * 10))
        invert(frame)
      },
      { only: [{ from: 1.3, to: 1.6 }] },
    )
    assert.deepEqual(seen, [13, 14, 15], name)
    const { kept, frames, why } = report.video!
    assert.equal(why, undefined, name)
    assert.deepEqual([frames, kept?.groups, kept?.ofGroups, kept?.packets], [10, 3, 4, 30], name)
    assert.deepEqual(kept?.verified, { joints: 1, frames: 10 }, name)
    const [source, written] = [await packetsOf(path(name)), await packetsOf(out)]
    for (const index of [...source[0]!.keys()])
      if (index < 10 || index >= 20) assert.deepEqual(written[0]![index], source[0]![index], `${name}: packet ${index}`)
    if (source[1]) assert.deepEqual(written[1], source[1], name)
    const [was, is] = [await lumaOf(path(name)), await lumaOf(out)]
    for (const [index, [time, luma]] of was.entries()) {
      assert.equal(is[index]![0], time)
      const wanted = index >= 13 && index < 16 ? 255 - luma : luma
      assert.ok(Math.abs(is[index]![1] - wanted) <= (index < 10 || index >= 20 ? 0 : 4), `${name}: frame ${index}`)
    }
  }
})

test('ranges in several groups, at the beginning and at the end', async () => {
  const only = [
    { from: 0, to: 0.1 },
    { from: 3.9, to: 9 },
  ]
  const report = await rewriteVideo(path('clip.mp4'), path('ends.mp4'), invert, { only })
  assert.deepEqual([report.video?.frames, report.video?.kept?.groups], [20, 2])
  const [was, is] = [await lumaOf(path('clip.mp4')), await lumaOf(path('ends.mp4'))]
  for (const index of [0, 39]) assert.ok(Math.abs(is[index]![1] - (255 - was[index]![1])) <= 4)
  for (const index of [15, 25]) assert.deepEqual(is[index], was[index])
  const none = await rewriteVideo(path('clip.mp4'), path('none.mp4'), invert, { only: [] })
  assert.deepEqual([none.video?.frames, none.video?.kept?.packets], [0, 40])
  assert.deepEqual(await packetsOf(path('none.mp4')), await packetsOf(path('clip.mp4')))
})

test('where groups cannot be exchanged, everything is encoded and the reason is said', async () => {
  const only = [{ from: 1.3, to: 1.6 }]
  for (const [source, target, why] of [
    ['hevc.mp4', 'whole.mp4', /hevc/],
    ['clip.mp4', 'whole.mkv', /container/],
  ] as const) {
    const report = await rewriteVideo(path(source), path(target), invert, { only })
    assert.match(report.video!.why!, why)
    assert.deepEqual([report.video!.frames, report.video!.kept], [40, undefined])
    assert.equal((await lumaOf(path(target))).length, 40)
  }
  const other = await rewriteVideo(path('clip.mp4'), path('other.mp4'), invert, { only, encoding: { codec: 'vp9' } })
  assert.match(other.video!.why!, /vp9/)
  assert.equal((await openMedia(path('other.mp4'))).report.streams[0]!.codec, 'vp9')
})

test('frames come with those around them as they were', async () => {
  const levels: number[][] = []
  const level = ({ planes }: VideoFrame) => planes[0]!.data[500]!
  await rewriteVideo(
    path('clip.mp4'),
    path('window.mp4'),
    (frame, { before, after, index }) => {
      levels.push([index, ...before.map(level), level(frame), ...after.map(level)])
      frame.planes[0]!.data.fill(128)
    },
    { reach: { before: 1, after: 1 } },
  )
  const was = (await lumaOf(path('clip.mp4'))).map(([, luma]) => luma)
  assert.deepEqual(levels[0], [0, was[0], was[1]])
  assert.deepEqual(levels[20], [20, was[19], was[20], was[21]])
  assert.deepEqual(levels[39], [39, was[38], was[39]])
})

async function* louder(blocks: AsyncIterable<SampleBlock>) {
  for await (const block of blocks) {
    for (const samples of block.channels) for (let i = 0; i < samples.length; i++) samples[i]! *= 0.5
    yield block
  }
}

test('sound is as it was left, and pictures are copied', async () => {
  const report = await rewriteMedia(path('clip.mkv'), path('quiet.mkv'), { audio: { transform: louder } })
  assert.deepEqual([report.audio?.codec, report.audio?.samples], ['flac', 192000])
  assert.deepEqual((await packetsOf(path('quiet.mkv')))[0], (await packetsOf(path('clip.mkv')))[0])
  const first = async (name: string) => {
    for await (const { channels } of (await openMedia(path(name))).samples({ blockSize: 5000 })) return channels[0]!
  }
  const [was, is] = [await first('clip.mkv'), await first('quiet.mkv')]
  for (const [index, value] of is!.entries()) assert.ok(Math.abs(value - was![index]! / 2) < 2e-5)
})

test('uncompressed sound that nobody changes comes out as it was', async () => {
  await rewriteMedia(path('sound.wav'), path('same.wav'), { audio: { transform: (blocks) => blocks } })
  const hash = async (name: string) => {
    const all: number[] = []
    for await (const { channels } of (await openMedia(path(name))).samples()) all.push(...channels[0]!, ...channels[1]!)
    return all
  }
  assert.deepEqual(await hash('same.wav'), await hash('sound.wav'))
})

test('pictures and sound are rewritten at once', async () => {
  const report = await rewriteMedia(path('clip.mp4'), path('both.mp4'), {
    video: { onFrame: invert },
    audio: { transform: louder },
  })
  assert.deepEqual([report.video?.frames, report.audio?.codec, report.copied.length], [40, 'aac', 0])
  assert.ok(Math.abs(report.audio!.samples - 192000) <= 1024)
})

test('a file may go to a part writer, in order and without a copy', async () => {
  for (const [name, container] of [
    ['clip.mp4', 'mp4'],
    ['clip.mkv', 'matroska'],
    ['sound.wav', 'wav'],
  ] as const) {
    const parts: Uint8Array[] = []
    const target = { write: (bytes: Uint8Array) => void parts.push(bytes) }
    const report = await rewriteMedia(path(name), target, { audio: { transform: louder } })
    assert.equal(report.container, container)
    await writeFile(path(`parts-${name}`), Buffer.concat(parts))
    const [was, is] = [await openMedia(path(name)), await openMedia(path(`parts-${name}`))]
    assert.equal(is.report.streams.length, was.report.streams.length)
    if (was.report.kind === 'video') assert.deepEqual(await lumaOf(path(`parts-${name}`)), await lumaOf(path(name)))
  }
  const failing = { write: () => Promise.reject(new Error('The bucket is full.')) }
  await assert.rejects(rewriteMedia(path('clip.mp4'), failing, { audio: { transform: louder } }), {
    message: 'The bucket is full.',
  })
})

test('nothing half-written stays, whatever fails', async () => {
  const stop = new AbortController()
  let seen = 0
  const failures: [() => Promise<unknown>, object][] = [
    [
      () =>
        rewriteVideo(path('clip.mp4'), path('thrown.mp4'), () => {
          if (++seen === 20) throw new Error('no more')
        }),
      { message: 'no more' },
    ],
    [
      () =>
        rewriteVideo(path('clip.mp4'), path('stopped.mp4'), () => stop.abort(new Error('stop')), {
          signal: stop.signal,
        }),
      { message: 'stop' },
    ],
    [
      () => rewriteVideo(path('sound.wav'), path('wrong.mp4'), invert),
      { code: 'MEDIA_WRONG_KIND', message: /sound\.wav/ },
    ],
    [() => rewriteVideo(path('clip.mp4'), path('no.xyz'), invert, { container: 'xyz' }), { code: 'MEDIA_NOT_WRITTEN' }],
    [() => rewriteVideo(path('clip.webm'), path('no.wav'), invert), { code: 'MEDIA_NOT_WRITTEN' }],
    [() => rewriteVideo(path('clip.mp4'), path('no/where.mp4'), invert), { code: 'FILE_NOT_FOUND' }],
  ]
  for (const [failing, wanted] of failures) await assert.rejects(failing(), wanted)
  await nothingPartial()
  const names = await readdir(dirname(path('x')))
  assert.deepEqual(
    names.filter((name) => /^(thrown|stopped|wrong|no)\./.test(name)),
    [],
  )
})

test('progress goes up to 1', async () => {
  const told: number[] = []
  await rewriteVideo(path('clip.mp4'), path('progress.mp4'), () => {}, { onProgress: (part) => told.push(part) })
  assert.deepEqual(
    told,
    told.toSorted((a, b) => a - b),
  )
  assert.equal(told.at(-1), 1)
  assert.ok(told.length > 10)
})

test('a file may be rewritten onto itself', async () => {
  await writeFile(path('self.mp4'), await readFile(path('clip.mp4')))
  await rewriteVideo(path('self.mp4'), path('self.mp4'), invert)
  assert.equal((await lumaOf(path('self.mp4'))).length, 40)
})
