import assert from 'node:assert/strict'
import test from 'node:test'
import { av as load } from '../av/library.ts'
import { bitDepthOf } from '../av/names.ts'
import { createFrame } from './create-frame.ts'
import { pixelLayout, substituteFor } from './pixel-layout.ts'

/** Every pixel format that this FFmpeg knows and that lies in memory. */
async function allFormats(): Promise<string[]> {
  const av = await load()
  return Object.entries(av)
    .filter(([key, value]) => key.startsWith('AV_PIX_FMT_') && typeof value === 'number' && value >= 0)
    .flatMap(([, value]) => av.avGetPixFmtName(value as never) ?? [])
    .filter(
      (name) =>
        !/^(vaapi|vdpau|cuda|qsv|mmal|d3d|dxva2|drm|opencl|mediacodec|vulkan|videotoolbox|xvmc|amf|ohcodec)/.test(name),
    )
}

test('a layout is as large as the frames of FFmpeg', async () => {
  const av = await load()
  const known = (await allFormats()).filter((name) => pixelLayout(name))
  assert.ok(known.length > 80, `${known.length} layouts`)
  for (const name of known) {
    const layout = pixelLayout(name)!
    for (const [width, height] of [
      [64, 48],
      [33, 17],
    ] as const) {
      const bytes = layout.planes.reduce((sum, { step, shiftX, shiftY }) => {
        return sum + Math.ceil(width / 2 ** shiftX) * step * layout.bytes * Math.ceil(height / 2 ** shiftY)
      }, 0)
      const format = av.avGetPixFmtFromName(name)
      assert.equal(bytes, av.avImageGetBufferSize(format, width, height, 1), name)
    }
    assert.equal(layout.bits, bitDepthOf(name) ?? layout.bits, name)
  }
})

test('every plane of a frame can be written to its last element', async () => {
  for (const name of [
    'yuv420p',
    'yuv420p10le',
    'nv12',
    'p010le',
    'gbrp',
    'rgb24',
    'rgba64le',
    'gray',
    'ya8',
    'yuva444p',
  ]) {
    using frame = await createFrame({ width: 35, height: 19, format: name, time: 0 })
    for (const { data, stride, width, height, step } of frame.planes) {
      assert.equal(data.length, stride * (height - 1) + width * step)
      data.fill(1)
    }
  }
})

test('what has no layout is converted to one that has', async () => {
  for (const name of await allFormats()) {
    if (pixelLayout(name)) continue
    const substitute = substituteFor(name, bitDepthOf(name))
    const layout = pixelLayout(substitute)
    assert.ok(layout, `${name} to ${substitute}`)
  }
  assert.equal(substituteFor('yuv420p10be', 10), 'yuv420p10le')
  assert.equal(substituteFor('yuyv422', 8), 'yuv422p')
  assert.equal(substituteFor('pal8', 8), 'rgba')
})
