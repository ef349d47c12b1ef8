import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Numbers, Precision } from './precision.ts'
import { Stft, type StftOptions } from './stft.ts'
import { StftAnalyser, StftSynthesiser } from './stft-stream.ts'
import { distance, noise, tolerance } from './testing/compare.ts'
import type { WindowShape } from './window.ts'

const options = fc
  .record({
    frame: fc.integer({ min: 4, max: 96 }),
    parts: fc.integer({ min: 2, max: 5 }),
    more: fc.integer({ min: 0, max: 20 }),
    window: fc.constantFrom<WindowShape>('hann', 'sqrt-hann', 'hamming', 'blackman', { kaiser: 6 }),
    precision: fc.constantFrom<Precision>('float32', 'float64'),
  })
  .map(({ frame, parts, more, ...rest }): StftOptions & { precision: Precision } => ({
    frame,
    // Hops that do not divide the frame are among them.
    hop: Math.max(1, Math.floor(frame / parts) - (parts > 3 ? 1 : 0)),
    padded: frame + more,
    ...rest,
  }))
  .filter(({ frame, hop, window }) => frame / hop >= 3 || window !== 'blackman')

/** Blocks of a signal, of sizes that a seed decides, empty ones too. */
function* blocksOf(signal: Numbers, seed: number): Generator<Numbers> {
  for (let at = 0, turn = seed; at < signal.length; turn = (turn * 31 + 17) % 997) {
    yield signal.subarray(at, at + (turn % 70))
    at += turn % 70
  }
}

test('a signal comes back whole, edges too', () => {
  fc.assert(
    fc.property(options, fc.nat(400), fc.nat(), (option, length, seed) => {
      const stft = new Stft(option)
      const signal = noise(option.precision, length, seed)
      const found = stft.forward(signal)
      assert.equal(found.frames, stft.framesOf(length))
      // Where little weight falls on a sample, rounding counts for more.
      const weakest = Math.max(...stft.dualWindow) / Math.max(...stft.window)
      assert.ok(distance([stft.inverse(found, length)], [signal]) < tolerance[option.precision] * Math.max(1, weakest))
    }),
    { numRuns: 150 },
  )
})

test('a stream gives the frames and samples of the whole, in whatever blocks it arrives', () => {
  fc.assert(
    fc.property(options, fc.nat(400), fc.nat(996), (option, length, seed) => {
      const stft = new Stft(option)
      const signal = noise(option.precision, length, seed)
      const whole = stft.forward(signal)
      const [re, im, samples]: [number[], number[], number[]] = [[], [], []]
      const synthesiser = new StftSynthesiser(stft, (block) => samples.push(...block))
      const analyser = new StftAnalyser(stft, (frameRe, frameIm) => {
        re.push(...frameRe)
        im.push(...frameIm)
        synthesiser.push(frameRe, frameIm)
      })
      for (const block of blocksOf(signal, seed)) analyser.push(block)
      analyser.end()
      assert.deepEqual([re, im], [[...whole.re], [...whole.im]])
      assert.ok(samples.length >= length && samples.length < length + stft.hop)
      assert.deepEqual(samples.slice(0, length), [...stft.inverse(whole, length)])
    }),
    { numRuns: 100 },
  )
})

test('a tone is a peak at its bin in every full frame', () => {
  const stft = new Stft({ frame: 64, hop: 16 })
  const { frames, bins, re, im } = stft.forward(
    Float64Array.from({ length: 640 }, (_, j) => Math.cos((Math.PI * j) / 4)),
  )
  for (let index = 3; index < frames - 3; index++) {
    const power = Array.from({ length: bins }, (_, k) => Math.hypot(re[index * bins + k]!, im[index * bins + k]!))
    assert.equal(power.indexOf(Math.max(...power)), 8)
  }
})

test('spectra may go into arrays that are there', () => {
  const stft = new Stft({ frame: 32, hop: 8 })
  const signal = noise('float64', 100, 1)
  const fresh = stft.forward(signal)
  const into = { re: new Float64Array(fresh.re.length).fill(9), im: new Float64Array(fresh.im.length).fill(9) }
  const found = stft.forward(signal, into)
  assert.equal(found.re, into.re)
  assert.deepEqual(found, fresh)
  assert.throws(() => stft.forward(noise('float64', 200, 1), into), /re must have/)
})

test('a window may be numbers of its own', () => {
  const stft = new Stft({ frame: 4, hop: 2, window: [1, 2, 2, 1] })
  assert.deepEqual([...stft.dualWindow], [1 / 5, 2 / 5, 2 / 5, 1 / 5])
})

test('frames that cannot give the signal back are refused', () => {
  assert.throws(() => new Stft({ frame: 8, hop: 9 }), /The hop \(9\) must not be above the frame \(8\)/)
  assert.throws(() => new Stft({ frame: 8, hop: 8 }), /With a hop of 8 this window leaves samples without weight/)
  assert.throws(() => new Stft({ frame: 8, hop: 4, window: new Float32Array(8) }), /without weight/)
  assert.throws(() => new Stft({ frame: 8, hop: 4, window: [1, 2] }), /The window must have 8 numbers, and has 2/)
  assert.throws(() => new Stft({ frame: 8, hop: 4, padded: 7 }), /The padded length \(7\)/)
  const stft = new Stft({ frame: 8, hop: 4 })
  const spectra = stft.forward(new Float64Array(20))
  assert.throws(() => stft.inverse(spectra, 30), /re must have/)
  const analyser = new StftAnalyser(stft, () => {})
  analyser.end()
  assert.throws(() => analyser.push(new Float64Array(1)), /The signal has ended/)
  assert.throws(
    () => new StftSynthesiser(stft, () => {}).push(new Float64Array(4), new Float64Array(5)),
    /re must have 5/,
  )
})
