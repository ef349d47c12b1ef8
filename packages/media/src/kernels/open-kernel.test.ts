import assert from 'node:assert/strict'
import test from 'node:test'
import { ColophonError } from '@colophon/core'
import { openKernel } from './open-kernel.ts'

interface Functions {
  /** With no passes to do it answers its first argument. */
  columns64(x: number, y: number, w: number, radices: number, passes: number, n: number, s: number): number
}

test('kernels opened twice share no memory, which begins as zero', () => {
  const one = openKernel<Functions>('fft', 100)
  const other = openKernel<Functions>('fft', 100)
  new Float64Array(one.buffer, 0, 8).fill(3)
  assert.deepEqual([...new Float64Array(other.buffer, 0, 8)], new Array(8).fill(0))
  assert.equal(one.functions.columns64(48, 64, 0, 0, 0, 8, 2), 48)
})

test('memory is what was asked for, in whole pages', () => {
  assert.equal(openKernel<Functions>('fft', 1).buffer.byteLength, 65536)
  assert.equal(openKernel<Functions>('fft', 65537).buffer.byteLength, 2 * 65536)
})

test('a kernel that was not compiled is named, with what to do', () => {
  assert.throws(
    () => openKernel('absent', 1),
    (error: unknown) =>
      error instanceof ColophonError && error.code === 'MEDIA_KERNEL_MISSING' && /npm run prepare/.test(error.message),
  )
})
