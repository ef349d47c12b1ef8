import assert from 'node:assert/strict'
import test from 'node:test'
import { hdrOptions } from './hdr.ts'

/** As FFmpeg lays it out: ten ratios of two 32-bit numbers, then whether primaries and light are there. */
function mastering(values: readonly (readonly [number, number])[]): Buffer {
  const data = Buffer.alloc(88)
  for (const [index, [num, den]] of values.entries()) {
    data.writeInt32LE(num, index * 8)
    data.writeInt32LE(den, index * 8 + 4)
  }
  data.writeInt32LE(1, 80)
  data.writeInt32LE(1, 84)
  return data
}

const display = mastering([
  [34000, 50000],
  [16000, 50000],
  [13250, 50000],
  [34500, 50000],
  [7500, 50000],
  [3000, 50000],
  [15635, 50000],
  [16450, 50000],
  [1, 10000],
  [10000000, 10000],
])
const light = Buffer.from([232, 3, 0, 0, 144, 1, 0, 0])

test('the metadata of high dynamic range become options of the encoders that take them', () => {
  assert.deepEqual(hdrOptions({ mastering: display, light }, 'hevc'), {
    'x265-params':
      'log-level=none:master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,1):max-cll=1000,400',
  })
  assert.deepEqual(hdrOptions({ mastering: display, light }, 'av1'), {
    'svtav1-params':
      'mastering-display=G(0.265,0.69)B(0.15,0.06)R(0.68,0.32)WP(0.3127,0.329)L(1000,0.0001):content-light=1000,400',
  })
  assert.deepEqual(hdrOptions({ light }, 'hevc'), { 'x265-params': 'log-level=none:max-cll=1000,400' })
})

test('where there are none, or they do not say anything, nothing is told to the encoder', () => {
  assert.equal(hdrOptions({}, 'hevc'), undefined)
  assert.equal(hdrOptions({ mastering: display, light }, 'vp9'), undefined)
  assert.equal(hdrOptions({ mastering: Buffer.alloc(88) }, 'hevc'), undefined)
  assert.equal(hdrOptions({ mastering: Buffer.alloc(10) }, 'hevc'), undefined)
})
