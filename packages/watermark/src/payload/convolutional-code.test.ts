import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { ConvolutionalCode } from './convolutional-code.ts'
import { generators } from './payload-code.ts'

suite('a convolutional code', () => {
  // K. J. Larsen, "Short convolutional codes with maximal free distance for rates 1/2, 1/3 and 1/4", 1973.
  const tables: [name: string, generators: number[], distance: number][] = [
    ['(3, 1/3)', [0o5, 0o7, 0o7], 8],
    ['(7, 1/2)', [0o133, 0o171], 10],
    ['(7, 1/3)', [0o133, 0o145, 0o175], 15],
    ['(9, 1/3)', [0o557, 0o663, 0o711], 18],
    ['(11, 1/3)', [0o2353, 0o2671, 0o3175], 22],
    ['(14, 1/4)', [0o21113, 0o23175, 0o35527, 0o35537], 36],
    ["Galileo's (15, 1/4)", [0o46321, 0o51271, 0o63667, 0o70535], 35],
    ["Pathfinder's (15, 1/6)", [...generators], 56],
  ]
  for (const [name, taps, distance] of tables) {
    test(`${name} has the free distance of the tables`, () => {
      assert.equal(freeDistance(new ConvolutionalCode(taps)), distance)
    })
  }

  test('of payloads has good codes in its first generators', () => {
    const distances = [3, 4, 5].map((count) => freeDistance(new ConvolutionalCode(generators.slice(0, count))))
    assert.deepEqual(distances, [26, 38, 48])
  })

  test('answers a single one with its generators', () => {
    const code = new ConvolutionalCode([0o133, 0o171])
    const bits = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, 0, 0)
    const answered = code.encode(bits)
    // The newest bit is the lowest of a register, so taps are read from their last.
    assert.equal(answered.filter((_, i) => i % 2 === 0).join(''), '1101101000')
    assert.equal(answered.filter((_, i) => i % 2 === 1).join(''), '1001111000')
  })

  test('has neither beginning nor end: bits that are turned round the circle give a code word turned as far', () => {
    fc.assert(
      fc.property(bitsOf(40), fc.nat(39), (bits, by) => {
        const turn = (array: Uint8Array, places: number) =>
          Uint8Array.of(...array.subarray(places), ...array.subarray(0, places))
        const turned = payloadCode.encode(turn(bits, by))
        assert.equal(turned.join(''), turn(payloadCode.encode(bits), by * payloadCode.branches).join(''))
      }),
    )
  })

  test('is linear', () => {
    fc.assert(
      fc.property(bitsOf(48), bitsOf(48), (one, other) => {
        const sum = payloadCode.encode(one.map((bit, i) => bit ^ other[i]!))
        const coded = payloadCode.encode(other)
        assert.equal(
          sum.join(''),
          payloadCode
            .encode(one)
            .map((bit, i) => bit ^ coded[i]!)
            .join(''),
        )
      }),
    )
  })

  test('refuses taps and words that do not suit it', () => {
    assert.throws(() => new ConvolutionalCode([0o6, 0o7]), RangeError)
    assert.throws(() => new ConvolutionalCode([0o3, 0o7]), RangeError)
    assert.throws(() => payloadCode.encode(new Uint8Array(13)), RangeError)
  })
})

const payloadCode = new ConvolutionalCode(generators)

const bitsOf = (count: number) =>
  fc.array(fc.constantFrom(0, 1), { minLength: count, maxLength: count }).map((bits) => Uint8Array.from(bits))

/** Fewest ones of any path that leaves the zero state and comes back to it: Dijkstra's algorithm, weights in buckets. */
function freeDistance(code: ConvolutionalCode): number {
  const weights = Array.from({ length: 256 }, (_, symbol) => symbol.toString(2).replaceAll('0', '').length)
  const nearest = new Int32Array(code.states).fill(1000)
  const buckets: number[][] = []
  let distance = 1000
  const reach = (register: number, before: number) => {
    const state = register & (code.states - 1)
    const weight = before + weights[code.symbol(register)]!
    if (state === 0) distance = Math.min(distance, weight)
    else if (weight < nearest[state]!) {
      nearest[state] = weight
      buckets[weight] ??= []
      buckets[weight].push(state)
    }
  }
  reach(1, 0)
  for (let weight = 0; weight < Math.min(distance, buckets.length); weight++) {
    for (const state of buckets[weight] ?? []) {
      if (nearest[state] !== weight) continue
      reach(state << 1, weight)
      reach((state << 1) | 1, weight)
    }
  }
  return distance
}
