import assert from 'node:assert/strict'
import test from 'node:test'
import { ColophonError } from '@colophon/core'
import { openKernel } from './open-kernel.ts'

interface Scale {
  scale64(at: number, count: number, factor: number): void
}

test('a kernel works in a memory of its own, which begins as zero', () => {
  const one = openKernel<Scale>('complex-fft', 100)
  const other = openKernel<Scale>('complex-fft', 100)
  const ones = new Float64Array(one.buffer, 0, 8).fill(3)
  one.functions.scale64(0, 8, 2)
  assert.deepEqual([...ones], new Array(8).fill(6))
  assert.deepEqual([...new Float64Array(other.buffer, 0, 8)], new Array(8).fill(0))
})

test('memory is what was asked for, in whole pages', () => {
  assert.equal(openKernel<Scale>('complex-fft', 1).buffer.byteLength, 65536)
  assert.equal(openKernel<Scale>('complex-fft', 65537).buffer.byteLength, 2 * 65536)
})

test('a kernel that was not compiled is named, with what to do', () => {
  assert.throws(
    () => openKernel('absent', 1),
    (error: unknown) =>
      error instanceof ColophonError && error.code === 'MEDIA_KERNEL_MISSING' && /npm run prepare/.test(error.message),
  )
})
