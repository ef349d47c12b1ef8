import assert from 'node:assert/strict'
import test from 'node:test'
import { av as load } from '../av/library.ts'
import { createFrame } from './create-frame.ts'
import { FramePool } from './frame-pool.ts'

const small = { width: 64, height: 32 }
const addressOf = (frame: { readonly linesize: readonly number[]; readonly data: Buffer[] | null }) => frame.data![0]!

test('memory is used again once nobody holds it, and not before', async () => {
  const av = await load()
  using pool = new FramePool(av)
  const shape = { ...small, format: av.AV_PIX_FMT_YUV420P }
  const first = pool.take(shape)
  addressOf(first).fill(7)
  const clone = first.clone()!
  const second = pool.take(shape)
  addressOf(second).fill(8)
  first.free()
  using third = pool.take(shape)
  addressOf(third).fill(9)
  assert.equal(addressOf(clone)[100], 7)
  clone.free()
  using again = pool.take(shape)
  assert.equal(addressOf(again)[100], 7)
  assert.equal(addressOf(second)[100], 8)
  second.free()
})

test('nothing that was said of a frame is said of the next in its memory', async () => {
  const av = await load()
  using pool = new FramePool(av)
  const shape = { ...small, format: av.AV_PIX_FMT_YUV420P }
  const first = pool.take(shape)
  first.pts = 12n
  first.colorSpace = 1 as never
  first.setFlags(av.AV_FRAME_FLAG_KEY)
  first.free()
  using second = pool.take(shape)
  assert.notEqual(second.pts, 12n)
  assert.equal(second.colorSpace, 2)
  assert.equal(second.hasFlags(av.AV_FRAME_FLAG_KEY), false)
})

test('a frame of another shape gets memory of its own', async () => {
  const av = await load()
  using pool = new FramePool(av)
  pool.take({ ...small, format: av.AV_PIX_FMT_YUV420P }).free()
  using other = pool.take({ width: 128, height: 64, format: av.AV_PIX_FMT_RGB24 })
  assert.deepEqual([other.width, other.height, other.linesize[0]! >= 384], [128, 64, true])
})

test('a created frame is written to where it is, until it is cloned', async () => {
  using frame = await createFrame({ ...small, format: 'yuv420p', time: 0 })
  const { data } = frame.planes[0]!
  data.fill(3)
  assert.equal(frame.writable().planes[0]!.data, data)
  using clone = frame.clone()
  frame.writable().planes[0]!.data.fill(4)
  assert.equal(data.length, 0)
  assert.equal(clone.planes[0]!.data[5], 3)
})
