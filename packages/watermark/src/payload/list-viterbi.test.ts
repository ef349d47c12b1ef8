import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { ConvolutionalCode } from './convolutional-code.ts'
import { type Candidate, ListViterbi, mostWords } from './list-viterbi.ts'
import { generators } from './payload-code.ts'
import { MarkKey } from './secret-key.ts'
import { noisy } from './testing/noisy.ts'
import { mostSoft, PlainTrellisWalk, SimdTrellisWalk } from './trellis-walk.ts'

const small = new ConvolutionalCode([0o23, 0o35, 0o27])
const seven = new ConvolutionalCode([0o133, 0o145, 0o175])
const fifteen = new ConvolutionalCode(generators)

const best = (list: Iterable<Candidate>) => [...list].sort((one, other) => other.agreement - one.agreement)

suite('a walk along the trellis', () => {
  const agrees = (code: ConvolutionalCode, length: number, seed: number) => {
    const [fast, plain] = [new SimdTrellisWalk(code, length, true), new PlainTrellisWalk(code)]
    const forgetful = new SimdTrellisWalk(code, length, false)
    const stream = MarkKey.from('walks').stream(`${seed}`)
    // Values of full strength, too, which come nearest to the limits of 16 bits.
    const least = seed % 3 === 0 ? mostSoft : 0
    const soft = Int16Array.from({ length: length * code.branches }, () => {
      const magnitude = least + stream.below(mostSoft + 1 - least)
      return stream.below(2) === 0 ? magnitude : -magnitude
    })
    for (const walk of [fast, plain, forgetful]) walk.load(soft)
    for (const from of [undefined, stream.below(code.states), 0]) {
      for (const walk of [fast, plain, forgetful]) walk.walk(from)
      let differing = 0
      for (let state = 0; state < code.states; state++) {
        if (fast.metric(state) !== plain.metric(state) || forgetful.metric(state) !== plain.metric(state)) differing++
        for (let t = 0; t < length; t++) if (fast.lead(t, state) !== plain.lead(t, state)) differing++
      }
      assert.equal(differing, 0)
    }
  }

  test('by vectors is that which is plain', () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (length, seed) => agrees(small, length, seed)))
    fc.assert(fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (length, seed) => agrees(seven, length, seed)))
  })

  test('by vectors is that which is plain, for the code of payloads', () => {
    for (const [length, seed] of [
      [48, 1],
      [33, 2],
      [20, 3],
    ] as const)
      agrees(fifteen, length, seed)
  })

  test('wants a code that its 16 bits suffice for', () => {
    assert.throws(() => new SimdTrellisWalk(new ConvolutionalCode([0o5, 0o7]), 10, true), RangeError)
    assert.throws(
      () => new SimdTrellisWalk(new ConvolutionalCode([...generators, 0o46321, 0o51271, 0o63667]), 10, true),
      RangeError,
    )
  })
})

suite('list decoding', () => {
  /** All words of a length with their agreement, best first. */
  function exhaustive(
    code: ConvolutionalCode,
    length: number,
    soft: Float64Array,
  ): { text: string; agreement: number }[] {
    return Array.from({ length: 2 ** length }, (_, word) => {
      const bits = Uint8Array.from({ length }, (_, i) => (word >> i) & 1)
      const coded = code.encode(bits)
      let agreement = 0
      for (let i = 0; i < coded.length; i++) agreement += coded[i] === 1 ? soft[i]! : -soft[i]!
      return { text: bits.join(''), agreement }
    }).sort((one, other) => other.agreement - one.agreement)
  }

  test('finds the words of greatest agreement, as trying all of them does', () => {
    const length = 10
    const decoder = new ListViterbi(small, length)
    const stream = MarkKey.from('words').stream('list')
    const places = [0, 0, 0]
    const trials = 200
    for (let trial = 0; trial < trials; trial++) {
      const coded = small.encode(stream.bits(length))
      // Whole numbers, the largest of them the decoder's own: then nothing is rounded.
      const soft = noisy(coded, 1.1, stream).map((value) =>
        Math.max(-mostSoft, Math.min(mostSoft, Math.round(40 * value))),
      )
      soft[0] = mostSoft
      const all = exhaustive(small, length, soft)
      const list = best(decoder.decode(soft, 3)).slice(0, 3)
      for (const [place, { bits, agreement }] of list.entries()) {
        const word = all.find(({ text }) => text === bits.join(''))!
        assert.ok(Math.abs(word.agreement - agreement) < 1e-9, 'the agreement is that of the word')
        if (agreement === all[place]!.agreement) places[place]!++
      }
    }
    // With as many cuts as there are states and all but the rarest words of each, hardly any is missed.
    assert.ok(places[0]! === trials && places[1]! >= 0.99 * trials && places[2]! >= 0.99 * trials, `${places}`)
  })

  test('gives the word itself first where there is no noise, whatever the unit', () => {
    const decoder = new ListViterbi(fifteen, 48)
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom(1e-30, 1, 1e30), (seed, unit) => {
        const bits = MarkKey.from('words').stream(`${seed}`).bits(48)
        const soft = Float64Array.from(fifteen.encode(bits), (bit) => (bit === 1 ? unit : -unit))
        assert.equal(best(decoder.decode(soft, 4))[0]!.bits.join(''), bits.join(''))
      }),
      { numRuns: 20 },
    )
  })

  test('gives each word once, each among the best of those so far', () => {
    const decoder = new ListViterbi(seven, 48)
    fc.assert(
      fc.property(fc.nat(), fc.integer({ min: 1, max: 6 }), (seed, most) => {
        const stream = MarkKey.from('words').stream(`${seed}`)
        const list = [...decoder.decode(noisy(seven.encode(stream.bits(48)), 1.2, stream), most)]
        assert.ok(list.length > 0 && list.length <= mostWords)
        assert.equal(new Set(list.map(({ bits }) => bits.join(''))).size, list.length)
        for (const [i, { agreement }] of list.entries()) {
          assert.ok(list.slice(0, i).filter((before) => before.agreement >= agreement).length < most)
        }
      }),
    )
  })

  test('is the same by vectors and plainly', () => {
    const [fast, plain] = [new ListViterbi(seven, 48), new ListViterbi(seven, 48, PlainTrellisWalk)]
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const stream = MarkKey.from('words').stream(`${seed}`)
        const soft = noisy(seven.encode(stream.bits(48)), 1.4, stream)
        const listed = ({ bits, agreement }: Candidate) => `${bits.join('')} ${agreement}`
        assert.deepEqual([...fast.decode(soft, 4)].map(listed), [...plain.decode(soft, 4)].map(listed))
      }),
      { numRuns: 20 },
    )
  })

  test('does not mind a few values out of all proportion', () => {
    const decoder = new ListViterbi(fifteen, 80)
    const stream = MarkKey.from('words').stream('spikes')
    const bits = stream.bits(80)
    const soft = noisy(fifteen.encode(bits), 1, stream)
    for (const at of [3, 77, 200, 411]) soft[at]! *= -1e9
    assert.equal(best(decoder.decode(soft, 1))[0]!.bits.join(''), bits.join(''))
  })

  test('refuses what is no word of the code', () => {
    const decoder = new ListViterbi(seven, 48)
    assert.throws(() => [...decoder.decode(new Float64Array(3 * 48 + 1), 1)], RangeError)
    assert.throws(() => [...decoder.decode(new Float64Array(3 * 49), 1)], RangeError)
  })
})
