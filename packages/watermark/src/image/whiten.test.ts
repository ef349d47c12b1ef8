import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { KeyedStream } from '../payload/keyed-stream.ts'
import type { GreyPlane } from './plane.ts'
import { whitened } from './whiten.ts'
import { plainWhitened } from './whiten-plain.ts'

/** Noise of a deviation, the same for the same seed. */
function noise(width: number, height: number, deviation: number, seed = 1): GreyPlane {
  const stream = new KeyedStream(new Uint8Array(32).fill(seed))
  const sum = () => stream.uniform() + stream.uniform() + stream.uniform() + stream.uniform() - 2
  return { data: Float32Array.from({ length: width * height }, () => deviation * Math.sqrt(3) * sum()), width, height }
}

const power = ({ data }: GreyPlane): number => data.reduce((sum, value) => sum + value * value, 0) / data.length

suite('whitening', () => {
  test('the kernel does what the plain form does, for any size', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 40 }), (width, height) => {
        const plane = noise(width, height, 30)
        const fast = whitened(plane)
        const plain = plainWhitened(plane)
        assert.deepEqual([fast.width, fast.height, fast.data.length], [width, height, width * height])
        for (let at = 0; at < plain.data.length; at++)
          assert.ok(Math.abs(fast.data[at]! - plain.data[at]!) < 1e-5, `pixel ${at}`)
      }),
      { numRuns: 30 },
    )
  })

  test('a picture comes out the same whatever was whitened before it', () => {
    const plane = noise(50, 50, 30)
    const first = whitened(plane)
    whitened(noise(50, 50, 90, 2))
    assert.equal(Buffer.compare(Buffer.from(first.data.buffer), Buffer.from(whitened(plane).data.buffer)), 0)
  })

  test('what is loud and what is quiet come out about as loud', () => {
    const ratio = power(whitened(noise(128, 128, 60))) / power(whitened(noise(128, 128, 20)))
    assert.ok(ratio > 0.9 && ratio < 1.15, `${ratio}`)
  })

  test('a strong wave is brought down to the noise that it drowned', () => {
    const plane = noise(128, 128, 10)
    const drowned = { ...plane, data: plane.data.map((value, at) => value + 100 * Math.sin((at % 128) * 0.9)) }
    const correlation = (a: GreyPlane, b: GreyPlane) =>
      a.data.reduce((sum, value, at) => sum + value * b.data[at]!, 0) / a.data.length / Math.sqrt(power(a) * power(b))
    assert.ok(correlation(drowned, plane) < 0.2)
    assert.ok(correlation(whitened(drowned), whitened(plane)) > 0.7)
  })
})
