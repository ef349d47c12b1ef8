import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { payloadBits } from './payload.ts'
import { decodeSoft, encodePayload, leastCodedLength, mostCodedLength } from './payload-code.ts'
import { MarkKey } from './secret-key.ts'
import { noisy, normal } from './testing/noisy.ts'
import { randomPayload } from './testing/random-payload.ts'

const key = MarkKey.from('the key of these tests')
const id = { kind: 'id', id: 0x0123456789abcdefn, bits: 64 } as const
const softOf = (code: Uint8Array) => Float64Array.from(code, (bit) => (bit === 1 ? 1 : -1))
const random = (label: string) => MarkKey.from('chance').stream(label)

/** Any payload with a length that it can be coded in. */
const coded = fc
  .nat()
  .map(randomPayload)
  .chain((payload) =>
    fc.tuple(fc.constant(payload), fc.integer({ min: leastCodedLength(payloadBits(payload)), max: 1700 })),
  )

suite('the code of payloads', () => {
  test('gives back any payload, in any length, without being told which', () => {
    fc.assert(
      fc.property(coded, ([payload, length]) => {
        const code = encodePayload(payload, key, length)
        assert.equal(code.length, length)
        assert.ok(code.every((bit) => bit === 0 || bit === 1))
        const decoded = decodeSoft(softOf(code), key)
        assert.deepEqual(decoded?.payload, payload)
        assert.equal(decoded?.bits, payloadBits(payload))
        assert.equal(decoded?.codeBits, length)
        assert.equal(decoded?.errorsCorrected, 0)
      }),
      { numRuns: 60 },
    )
  })

  test('gives nothing for another key', () => {
    fc.assert(
      fc.property(coded, fc.string({ minLength: 4 }), ([payload, length], other) => {
        fc.pre(other.isWellFormed())
        assert.equal(decodeSoft(softOf(encodePayload(payload, key, length)), MarkKey.from(other)), undefined)
      }),
      { numRuns: 30 },
    )
  })

  test('gives nothing where the bits are in another order, or all turned over', () => {
    const soft = softOf(encodePayload(id, key, 480))
    assert.equal(decodeSoft(soft.toReversed(), key), undefined)
    assert.equal(
      decodeSoft(
        soft.map((value) => -value),
        key,
      ),
      undefined,
    )
    assert.equal(decodeSoft(Float64Array.of(...soft.subarray(1), soft[0]!), key), undefined)
  })

  test('is as it always was', () => {
    const hex = Buffer.from(
      Array.from({ length: 30 }, (_, i) =>
        Number.parseInt(
          encodePayload(id, key, 240)
            .subarray(8 * i, 8 * i + 8)
            .join(''),
          2,
        ),
      ),
    ).toString('hex')
    assert.equal(hex, frozen)
  })

  test('looks like chance: as many ones as zeros, and words of payloads that hardly differ differ in half of their bits', () => {
    const words = Array.from({ length: 40 }, (_, i) => encodePayload({ ...id, id: BigInt(i) }, key, 960))
    const ones = words.reduce((sum, word) => sum + word.reduce((total, bit) => total + bit, 0), 0)
    // Bits of a word depend on each other; the 40 words do not. A word has 480 ± 15.5 ones, or differences, if all 960 are independent, and
    // as each bit of the code stands in two places, ± 22.
    assert.ok(Math.abs(ones / 40 - 480) < (5 * 22) / Math.sqrt(40), `${ones / 40}`)
    for (const [i, word] of words.entries()) {
      if (i === 0) continue
      const differing = word.reduce((sum, bit, at) => sum + (bit ^ words[i - 1]![at]!), 0)
      assert.ok(Math.abs(differing - 480) < 6 * 22, `${differing}`)
    }
  })

  test('corrects a fifth of its bits where 480 are given, and counts what it corrected and what was missing', () => {
    const stream = random('errors')
    for (let trial = 0; trial < 10; trial++) {
      const soft = softOf(encodePayload(id, key, 480))
      const places = stream.shuffle(Uint16Array.from({ length: 480 }, (_, i) => i))
      for (const at of places.subarray(0, 90)) soft[at]! *= -1
      for (const at of places.subarray(90, 110)) soft[at] = 0
      for (const at of places.subarray(110, 112)) soft[at] = Number.NaN
      soft[places[112]!] = Number.POSITIVE_INFINITY
      const decoded = decodeSoft(soft, key)
      assert.deepEqual(decoded?.payload, id)
      assert.equal(decoded?.errorsCorrected, 90)
      assert.equal(decoded?.erased, 23)
    }
  })

  test('finds a payload in noise of 20.5 dB of energy for the whole word, nearly always', () => {
    const stream = random('noise')
    const deviation = Math.sqrt(1640 / (2 * 10 ** 2.05))
    let lost = 0
    for (let trial = 0; trial < 40; trial++) {
      const decoded = decodeSoft(noisy(encodePayload(id, key, 1640), deviation, stream), key)
      if (decoded?.payload.kind !== 'id' || decoded.payload.id !== id.id) lost++
    }
    assert.ok(lost <= 1, `${lost} of 40`)
  })

  test('does not depend on the unit of the values', () => {
    const soft = noisy(encodePayload(id, key, 320), 1, random('unit'))
    const decoded = decodeSoft(soft, key)
    for (const unit of [1e-200, 1e-3, 1e200, 2e307]) {
      const other = decodeSoft(
        soft.map((value) => value * unit),
        key,
      )
      assert.deepEqual({ ...other, logFalseMatch: 0 }, { ...decoded, logFalseMatch: 0 })
      assert.ok(Math.abs(other!.logFalseMatch - decoded!.logFalseMatch) < 1e-6)
    }
  })
})

suite('the probability of a false match', () => {
  test('of a word that is all right is that of so many coins, times all payloads, sizes and kinds', () => {
    const soft = softOf(encodePayload(id, key, 240))
    const { logFalseMatch } = decodeSoft(soft, key)!
    assert.ok(Math.abs(logFalseMatch - (Math.log(4 * 2) + (64 - 240) * Math.LN2)) < 1e-9)
    const alone = decodeSoft(soft, key, { sizes: [64] })!
    assert.ok(Math.abs(alone.logFalseMatch - (Math.log(2) + (64 - 240) * Math.LN2)) < 1e-9)
  })

  test('is less the clearer the word', () => {
    const word = encodePayload(id, key, 480)
    const claims = [0.5, 1, 1.5].map(
      (deviation) => decodeSoft(noisy(word, deviation, random('clear')), key)!.logFalseMatch,
    )
    assert.ok(claims[0]! < claims[1]! && claims[1]! < claims[2]! && claims[2]! < Math.log(1e-6), `${claims}`)
  })

  test('holds what it claims: of noise, whatever its magnitudes, no more is found than that', () => {
    // Each check is passed by one word of noise in 2^15; with all sizes and words fewer than one in 128 are claimed.
    const stream = random('null')
    const words = 250
    let found = 0
    for (let i = 0; i < words; i++) {
      const power = 1 + stream.below(5)
      const soft = Float64Array.from({ length: 224 }, () => normal(stream) ** power * (stream.below(2) === 0 ? 1 : -1))
      const decoded = decodeSoft(soft, key, { logLimit: 0 })
      if (!decoded) continue
      found++
      assert.ok(decoded.logFalseMatch > Math.log(1e-6), 'noise is nothing like a payload')
    }
    // 250 / 128 are expected at most; 14 or more come once in a hundred million times.
    assert.ok(found < 14, `${found}`)
  })

  test('of what is no noise at all, but was not marked, is no greater: flat, striped, and one strong place', () => {
    for (const values of [
      new Float64Array(480).fill(1),
      Float64Array.from({ length: 480 }, (_, i) => (i % 2 === 0 ? 1 : -1)),
      Float64Array.from({ length: 480 }, (_, i) => (i === 7 ? 1e9 : 1e-9)),
      Float64Array.from({ length: 480 }, (_, i) => Math.sin(i / 7)),
    ]) {
      assert.equal(decodeSoft(values, key), undefined)
    }
  })

  test('is proved better by what values were summed from than by the sums, and by nothing else', () => {
    const stream = random('parts')
    const word = encodePayload(id, key, 320)
    const parts = noisy(
      Uint8Array.from({ length: 1920 }, (_, i) => word[i % 320]!),
      3,
      stream,
    )
    const summed = (values: Float64Array) => {
      const sums = new Float64Array(320)
      for (let i = 0; i < values.length; i++) sums[i % 320]! += values[i]!
      return sums
    }
    const [plain, proved] = [undefined, parts].map((summedFrom) => decodeSoft(summed(parts), key, { summedFrom })!)
    assert.deepEqual({ ...proved!, logFalseMatch: 0 }, { ...plain!, logFalseMatch: 0 })
    assert.ok(proved!.logFalseMatch < plain!.logFalseMatch - 5, `${proved!.logFalseMatch} ${plain!.logFalseMatch}`)
    const noise = parts.map(() => normal(stream))
    assert.equal(decodeSoft(summed(noise), key, { summedFrom: noise }), undefined)
    const fewer = summed(parts).map((value) => value / 2)
    assert.throws(() => decodeSoft(summed(parts), key, { summedFrom: fewer }), RangeError)
  })

  test('decides what is found, as the caller wishes', () => {
    const soft = noisy(encodePayload(id, key, 480), 1.2, random('limit'))
    const { logFalseMatch } = decodeSoft(soft, key)!
    assert.ok(decodeSoft(soft, key, { logLimit: logFalseMatch }))
    assert.equal(decodeSoft(soft, key, { logLimit: logFalseMatch - 0.01 }), undefined)
    assert.equal(decodeSoft(soft, key, { sizes: [32, 96, 128] }), undefined)
    assert.equal(decodeSoft(soft, key, { sizes: [] }), undefined)
  })
})

suite('lengths and values that are none', () => {
  test('are refused in coding', () => {
    for (const length of [0, 1, 119, -240, 240.5, Number.NaN, mostCodedLength + 1, Number.POSITIVE_INFINITY]) {
      assert.throws(() => encodePayload(id, key, length), RangeError, `${length}`)
    }
    assert.equal(encodePayload(id, key, 120).length, 120)
    assert.equal(encodePayload(id, key, mostCodedLength).length, mostCodedLength)
  })

  test('give nothing in decoding', () => {
    for (const length of [0, 1, 71, 480, mostCodedLength + 1]) {
      assert.equal(decodeSoft(new Float64Array(length), key), undefined)
      assert.equal(decodeSoft(new Float64Array(length).fill(Number.NaN), key), undefined)
    }
    assert.equal(decodeSoft(new Float64Array(mostCodedLength + 1).fill(1), key), undefined)
    assert.equal(decodeSoft(new Float64Array(71).fill(1), key), undefined)
    fc.assert(
      fc.property(fc.float64Array({ maxLength: 300 }), (soft) => assert.equal(decodeSoft(soft, key), undefined)),
      { numRuns: 20 },
    )
  })
})

const frozen = '56c19c65918f0ddb13e10e701af0d9a90960f46df38d6424406587c9f3ae'
