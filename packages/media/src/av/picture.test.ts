import assert from 'node:assert/strict'
import test from 'node:test'
import type { Frame } from 'node-av/lib'
import { av as loadAv } from './library.ts'
import { FrameScaler, matrixOf } from './picture.ts'

const av = await loadAv()
const size = { width: 32, height: 16 }

/** A frame in which every byte is the same. */
function frameOf(format: Frame['format'], level: number, properties: Record<string, number> = {}): Frame {
  const frame = new av.Frame()
  frame.alloc()
  Object.assign(frame, { width: 64, height: 32, format, ...properties })
  assert.ok(frame.allocBuffer() >= 0)
  for (const plane of frame.data ?? []) plane?.fill(level)
  return frame
}

test('no colour number that a file may hold, reserved ones included, does harm', async () => {
  using scaler = new FrameScaler(av)
  for (let number = 0; number < 32; number++) {
    for (const properties of [
      { colorPrimaries: number, colorTrc: 16 },
      { colorPrimaries: number, colorTrc: number },
      { colorPrimaries: 9, colorTrc: number },
    ]) {
      using frame = frameOf(av.AV_PIX_FMT_YUV420P, 128, properties)
      const { data, channels } = await scaler.scale(frame, size)
      assert.equal(data.length, size.width * size.height * channels)
    }
  }
})

test('what is said of the matrix is believed, guessed by size when unsaid, and refused when it cannot be converted', () => {
  const [small, large] = [
    { width: 720, height: 576 },
    { width: 1280, height: 720 },
  ]
  assert.equal(matrixOf({ ...large, colorSpace: 6 }), 6)
  for (const colorSpace of [0, 2, 3, 99])
    assert.deepEqual([matrixOf({ ...small, colorSpace }), matrixOf({ ...large, colorSpace })], [6, 1])
  assert.throws(() => matrixOf({ ...large, colorSpace: 14 }), { code: 'MEDIA_NOT_RECOGNISED', message: /ictcp/ })
})

test('transparency of frames is kept, and their own colours are left as they were', async () => {
  using scaler = new FrameScaler(av)
  using clear = frameOf(av.AV_PIX_FMT_RGBA, 100, { colorSpace: 1, colorPrimaries: 6 })
  const { channels, data } = await scaler.scale(clear, size)
  assert.equal(channels, 4)
  assert.deepEqual([...data.subarray(0, 4)], [100, 100, 100, 100])
  assert.deepEqual([Number(clear.colorSpace), Number(clear.colorPrimaries)], [1, 6])
})
