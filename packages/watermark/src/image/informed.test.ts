import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { KeyedStream } from '../payload/keyed-stream.ts'
import { MarkKey } from '../payload/secret-key.ts'
import { informedStrengths } from './informed.ts'
import { placeSigns } from './signs.ts'
import { TilePattern } from './tile.ts'

const pattern = new TilePattern(MarkKey.from('informed'))
const codeBits = 320
const least = 0.5

/** A picture that disturbs by `noise`, and a mark for it. */
function marked(seed: number, noise: number, known: number) {
  const stream = new KeyedStream(new Uint8Array(32).fill(seed))
  const random = () => noise * (stream.uniform() + stream.uniform() + stream.uniform() - 1.5) * 2
  const host = {
    re: Float64Array.from({ length: pattern.count }, random),
    im: Float64Array.from({ length: pattern.count }, random),
  }
  const signs = placeSigns(stream.bits(codeBits), pattern)
  const ones = new Float64Array(pattern.count).fill(1)
  const { places } = informedStrengths({ pattern, signs, codeBits, host, gain: ones, weight: ones, known, least })
  const carried = pattern.codeBits(codeBits)
  const margins = new Float64Array(codeBits)
  for (let place = 0; place < places.length; place++) {
    const bin = pattern.syncCount + (place >> 1)
    margins[carried[place]!]! += (places[place]! + (place & 1 ? host.im[bin]! : host.re[bin]!)) * signs[place]!
  }
  return { places, signs, margins }
}

const energy = (values: Float64Array): number => values.reduce((sum, value) => sum + value * value, 0)
const seeds = fc.integer({ min: 0, max: 255 })

test('a mark that knows its picture spends no more than one that does not, and no bit goes below its least', () => {
  fc.assert(
    fc.property(seeds, fc.double({ min: 0.01, max: 3, noNaN: true }), (seed, noise) => {
      const { places, signs } = marked(seed, noise, 1)
      let budget = 0
      for (let place = 0; place < places.length; place++) {
        const uniform = pattern.amplitude[pattern.syncCount + (place >> 1)]! * Math.SQRT1_2
        assert.ok(places[place]! * signs[place]! >= least * uniform - 1e-9)
        budget += uniform * uniform
      }
      assert.ok(energy(places) <= budget * 1.001, `${energy(places)} of ${budget}`)
    }),
    { numRuns: 20 },
  )
})

test('its weakest bit is stronger than that of a mark that does not know', () => {
  fc.assert(
    fc.property(seeds, (seed) => {
      const [blind, informed] = [marked(seed, 0.7, 0), marked(seed, 0.7, 1)]
      assert.ok(Math.min(...informed.margins) > Math.min(...blind.margins) + 0.1)
    }),
    { numRuns: 10 },
  )
})
