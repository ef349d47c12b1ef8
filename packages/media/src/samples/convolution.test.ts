import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type Numbers, numbers, type Precision } from '../transform/precision.ts'
import { distance, noise, tolerance } from '../transform/testing/compare.ts'
import { type ConvolutionMode, convolve } from './convolve.ts'
import { OverlapSave } from './overlap-save.ts'
import { PartitionedConvolver } from './partitioned-convolver.ts'
import { blocksOf, convolution, joined, overlap, unpacked } from './testing/golden.ts'

const precisions: readonly Precision[] = ['float64', 'float32']
const modes: readonly ConvolutionMode[] = ['full', 'same', 'valid']

interface Convolver {
  push(samples: Numbers): Numbers
  flush(): Numbers
}

function streamed(convolver: Convolver, signal: Numbers, lengths: readonly number[]): Numbers {
  const out = [...blocksOf(signal, lengths)].map((block) => convolver.push(block))
  return joined(signal.subarray(0, 0), ...out, convolver.flush())
}

/** The sum that defines the full convolution. */
function definition(a: Numbers, b: Numbers): Float64Array {
  const out = new Float64Array(a.length + b.length - 1)
  for (const [i, x] of a.entries()) for (const [j, y] of b.entries()) out[i + j]! += x * y
  return out
}

for (const precision of precisions) {
  const signals = (a: number, b: number) => [noise(precision, a, a), noise(precision, b, b + 1)] as const

  test(`convolve agrees with SciPy in all modes, ${precision}`, () => {
    for (const { a, b, mode, out } of convolution) {
      const found = convolve(...signals(a, b), mode as ConvolutionMode)
      assert.ok(found instanceof (precision === 'float32' ? Float32Array : Float64Array))
      assert.ok(distance([found], [unpacked(out)]) < tolerance[precision], `${a} with ${b}, ${mode}`)
    }
  })

  test(`sums, one transform and transforms in pieces agree with the definition, ${precision}`, () => {
    const pairs = [
      [64, 64],
      [12, 12000],
      [13, 12000],
      [400, 400],
      [363, 362],
      [90, 1500],
      [1500, 90],
      [2800, 700],
      [2799, 700],
    ]
    for (const [a, b] of pairs as [number, number][]) {
      const [x, y] = signals(a, b)
      const full = definition(x, y)
      const cut = {
        full,
        same: full.subarray((b - 1) >> 1).subarray(0, a),
        valid: full.subarray(Math.min(a, b) - 1, Math.max(a, b)),
      }
      for (const mode of modes) {
        assert.ok(distance([convolve(x, y, mode)], [cut[mode]]) < tolerance[precision], `${a} with ${b}, ${mode}`)
      }
    }
  })

  test(`streaming convolvers agree with SciPy, ${precision}`, () => {
    const [signal, response] = signals(overlap.a, overlap.b)
    const expected = [unpacked(overlap.out)]
    const convolvers = [
      new OverlapSave(response, precision),
      ...[1, 16, 50, 64, 128].map((block) => new PartitionedConvolver(response, block, precision)),
    ]
    for (const convolver of convolvers) {
      assert.ok(distance([streamed(convolver, signal, [100])], expected) < tolerance[precision], `${convolver.latency}`)
    }
  })

  test(`pieces of any size give the same bits, those of the whole signal, ${precision}`, () => {
    const cases = fc.record({
      response: fc.integer({ min: 1, max: 700 }),
      length: fc.nat(5000),
      block: fc.integer({ min: 1, max: 300 }),
      lengths: fc.array(fc.integer({ min: 1, max: 2000 }), { minLength: 1, maxLength: 5 }),
    })
    fc.assert(
      fc.property(cases, ({ response, length, block, lengths }) => {
        const [signal, impulse] = signals(length, response)
        const expected = convolve(signal, impulse)
        for (const make of [
          () => new OverlapSave(impulse, precision),
          () => new PartitionedConvolver(impulse, block, precision),
        ]) {
          const convolver = make()
          const found = streamed(convolver, signal, lengths)
          assert.deepEqual(found, streamed(make(), signal, [length || 1]))
          // Either may err by the tolerance.
          assert.ok(distance([found], [expected]) < 2 * tolerance[precision])
          // Nothing of the signal is left.
          assert.deepEqual(streamed(convolver, signal, lengths), found)
        }
      }),
      { numRuns: 40 },
    )
  })
}

test('a partitioned convolver gives a block for every block, at once', () => {
  const convolver = new PartitionedConvolver(noise('float32', 1000, 1), 128)
  for (let turn = 0; turn < 20; turn++) assert.equal(convolver.push(noise('float32', 128, turn)).length, 128)
  assert.equal(convolver.push(new Float32Array(127)).length, 0)
  assert.equal(convolver.flush().length, 127 + 999)
})

test('without samples there is nothing, and a response must not be empty', () => {
  for (const mode of modes) {
    assert.equal(convolve(new Float32Array(0), new Float32Array(3), mode).length, 0)
    assert.equal(convolve(new Float64Array(3), new Float64Array(0), mode).length, 0)
  }
  assert.equal(new OverlapSave(new Float32Array(9)).flush().length, 0)
  assert.throws(() => new OverlapSave(new Float32Array(0)), /RangeError: The impulse response is empty/)
  assert.throws(() => new PartitionedConvolver(numbers('float64', 0), 64), /RangeError: The impulse response is empty/)
  assert.throws(() => new PartitionedConvolver(new Float32Array(1), 0), /RangeError: A block must be a whole number/)
})
