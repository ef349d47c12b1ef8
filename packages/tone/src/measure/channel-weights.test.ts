import assert from 'node:assert/strict'
import test from 'node:test'
import { channelWeights } from './channel-weights.ts'

const weights = (layout: string, channels: number) => [...channelWeights(layout, channels)]

test('left, right and centre count fully', () => {
  assert.deepEqual(weights('mono', 1), [1])
  assert.deepEqual(weights('stereo', 2), [1, 1])
  assert.deepEqual(weights('3.0', 3), [1, 1, 1])
})

test('surrounds count for 1.41 and low-frequency effects for nothing, as in Table 3 of BS.1770-5', () => {
  assert.deepEqual(weights('5.0', 5), [1, 1, 1, 1.41, 1.41])
  assert.deepEqual(weights('5.0(side)', 5), [1, 1, 1, 1.41, 1.41])
  assert.deepEqual(weights('5.1', 6), [1, 1, 1, 0, 1.41, 1.41])
  assert.deepEqual(weights('5.1(side)', 6), [1, 1, 1, 0, 1.41, 1.41])
  assert.deepEqual(weights('2.1', 3), [1, 1, 0])
  assert.deepEqual(weights('quad', 4), [1, 1, 1.41, 1.41])
})

test('what stands behind the listener counts as what stands in front, as in Table 4', () => {
  assert.deepEqual(weights('4.0', 4), [1, 1, 1, 1])
  assert.deepEqual(weights('6.1', 7), [1, 1, 1, 0, 1, 1.41, 1.41])
  assert.deepEqual(weights('7.1', 8), [1, 1, 1, 0, 1, 1, 1.41, 1.41])
})

test('speakers above the listener count as those in front', () => {
  assert.deepEqual(weights('7.1.4', 12), [1, 1, 1, 0, 1, 1, 1.41, 1.41, 1, 1, 1, 1])
  const ofMany = weights('22.2', 24)
  assert.deepEqual(
    ofMany.flatMap((weight, i) => (weight === 1 ? [] : [[i, weight]])),
    [
      [3, 0],
      [9, 1.41],
      [10, 1.41],
      [18, 0],
    ],
  )
})

test('a list of speakers is read', () => {
  assert.deepEqual(weights('4 channels (FL+FR+LFE+SL)', 4), [1, 1, 0, 1.41])
})

test('each channel of a layout that is not known counts fully', () => {
  assert.deepEqual(weights('ambisonic 1', 4), [1, 1, 1, 1])
  assert.deepEqual(weights('3 channels', 3), [1, 1, 1])
  assert.deepEqual(weights('5.1', 2), [1, 1])
})
