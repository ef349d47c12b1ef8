import assert from 'node:assert/strict'
import test from 'node:test'
import { bitDepthOf } from './names.ts'

test('the name of a pixel format tells its bit depth', () => {
  const depths: Record<string, number | undefined> = {
    yuv420p: 8,
    nv12: 8,
    pal8: 8,
    rgba: 8,
    monow: 1,
    yuv420p9le: 9,
    yuv420p10le: 10,
    p010le: 10,
    p210be: 10,
    x2rgb10le: 10,
    v210: 8,
    nv20be: 10,
    yuv422p12be: 12,
    p412le: 12,
    xv36le: 12,
    xyz12le: 12,
    yuv444p14le: 14,
    gray16le: 16,
    rgb48be: 16,
    rgba64le: 16,
    rgb565le: undefined,
    bgr8: undefined,
    gbrpf32le: undefined,
  }
  for (const [name, depth] of Object.entries(depths)) assert.equal(bitDepthOf(name), depth, name)
})
