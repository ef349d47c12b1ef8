import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { KeyedStream } from '../payload/keyed-stream.ts'
import { MarkKey } from '../payload/secret-key.ts'
import { placeSigns } from './signs.ts'
import { codeBitValues, placeValues } from './soft-bits.ts'
import { TilePattern } from './tile.ts'

const pattern = new TilePattern(MarkKey.from('soft bits'))
const length = 320
const stream = new KeyedStream(new Uint8Array(32).fill(3))
const code = stream.bits(length)

/** What is found of a mark that carries `code`, with noise of this share of it; bins beyond a radius are noise alone. */
function found(noise: number, reach = Number.POSITIVE_INFINITY) {
  const signs = placeSigns(code, pattern)
  const { syncCount, count, amplitude, kx, ky } = pattern
  const re = new Float64Array(count)
  const im = new Float64Array(count)
  const random = () => noise * (stream.uniform() + stream.uniform() + stream.uniform() - 1.5) * 2
  for (let bin = 0; bin < count; bin++) {
    const left = Math.hypot(kx[bin]!, ky[bin]!) < reach ? amplitude[bin]! : 0
    const place = 2 * (bin - syncCount)
    re[bin] = left * (bin < syncCount ? 1 : signs[place]! * Math.SQRT1_2) + random()
    im[bin] = left * (bin < syncCount ? 0 : signs[place + 1]! * Math.SQRT1_2) + random()
  }
  return { re, im }
}

const wrong = (values: Float64Array): number =>
  values.reduce((sum, value, bit) => sum + Number(value > 0 !== (code[bit] === 1)), 0)

suite('soft bits', () => {
  test('of a mark without noise speak for its bits', () => {
    assert.equal(wrong(codeBitValues(placeValues(found(1e-6), pattern), pattern, length)), 0)
  })

  test('do not depend on how strong the picture is', () => {
    const spectrum = found(0.5)
    const values = codeBitValues(placeValues(spectrum, pattern), pattern, length)
    fc.assert(
      fc.property(fc.double({ min: 1e-3, max: 1e3, noNaN: true }), (factor) => {
        const scaled = { re: spectrum.re.map((v) => v * factor), im: spectrum.im.map((v) => v * factor) }
        const others = codeBitValues(placeValues(scaled, pattern), pattern, length)
        others.forEach((value, bit) => {
          assert.ok(Math.abs(value - values[bit]!) <= 1e-6 * (1 + Math.abs(value)))
        })
      }),
      { numRuns: 10 },
    )
  })

  test('come from the part of the spectrum in which something of the mark is left', () => {
    const spectrum = found(1, 9)
    const weighed = wrong(codeBitValues(placeValues(spectrum, pattern), pattern, length))
    const places = new Float64Array(pattern.places)
    for (let bin = pattern.syncCount; bin < pattern.count; bin++) {
      places[2 * (bin - pattern.syncCount)] = spectrum.re[bin]!
      places[2 * (bin - pattern.syncCount) + 1] = spectrum.im[bin]!
    }
    const plain = wrong(codeBitValues(places, pattern, length))
    assert.ok(weighed < plain, `${weighed} wrong, ${plain} without weights`)
  })

  test('of nothing are nothing', () => {
    const nothing = { re: new Float64Array(pattern.count), im: new Float64Array(pattern.count) }
    assert.ok(placeValues(nothing, pattern).every((value) => value === 0))
  })
})

suite('the places of a tile', () => {
  test('are shared out evenly among code bits of any number', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: pattern.places }), (bits) => {
        const counts = new Uint32Array(bits)
        for (const bit of pattern.codeBits(bits)) counts[bit]!++
        assert.ok(Math.max(...counts) - Math.min(...counts) <= 1)
      }),
      { numRuns: 20 },
    )
  })

  test('differ from key to key, and are the same for one', () => {
    const other = new TilePattern(MarkKey.from('another'))
    const same = new TilePattern(MarkKey.from('soft bits'))
    assert.equal(
      Buffer.compare(Buffer.from(same.codeBits(length).buffer), Buffer.from(pattern.codeBits(length).buffer)),
      0,
    )
    assert.notEqual(
      Buffer.compare(Buffer.from(other.codeBits(length).buffer), Buffer.from(pattern.codeBits(length).buffer)),
      0,
    )
    assert.deepEqual([...same.phaseRe], [...pattern.phaseRe])
  })
})
