import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { WorkerPool } from '@colophon/media'
import { binRanges, sixthOctaves } from '../measure/frequency-bands.ts'
import { MelLevels, melQuantiles } from '../measure/mel.ts'
import { makePcm, noise, scratch, sound } from '../pcm/testing/make-pcm.ts'
import { profile as schema } from '../profile.ts'
import { analyse } from './analyse.ts'
import type { Analysis } from './analysis.ts'
import { sliceFrames } from './slice.ts'

const path = scratch()

const near = (found: number | null, expected: number, tolerance: number, what = '') =>
  assert.ok(found !== null && Math.abs(found - expected) <= tolerance, `${what} ${found} instead of ${expected}`)

/** Seven seconds of noise and two tones, each at another level; `known-sound.json` has what NumPy and SciPy measure in it. */
function knownSound(): [Float32Array, Float32Array] {
  const levels = [0.5, 0.05, 0.3, 0.002, 0.4, 0.1, 0.2]
  const [a, b] = [noise(1), noise(2)]
  const tone = (frequency: number, time: number) => Math.sin(2 * Math.PI * frequency * time)
  const mid = Float64Array.from({ length: 7 * 44_100 }, (_, i) => {
    const time = i / 44_100
    return levels[Math.floor(time)]! * (0.4 * a() + 0.3 * tone(440, time) + 0.2 * tone(3000, time))
  })
  const side = mid.map((_, i) => levels[Math.floor(i / 44_100)]! * 0.15 * b())
  return [
    Float32Array.from(mid, (value, i) => value + side[i]!),
    Float32Array.from(mid, (value, i) => value - side[i]!),
  ]
}

interface Known {
  readonly frequency: number[]
  readonly mid: number[]
  readonly side: number[]
  readonly noise: number[]
  readonly active: number
  readonly frames: number
  readonly mel: number[][]
  readonly crest: number
  readonly width: number
  readonly correlation: number
  readonly levels: Record<string, number[]>
  readonly sketch: { readonly row: number; readonly bands: number[]; readonly level: number[] }
}

test('what is measured of a known sound is what NumPy and SciPy measure', async () => {
  const known: Known = JSON.parse(readFileSync(join(import.meta.dirname, 'testing/known-sound.json'), 'utf8'))
  const { profile, sketch, spectrum } = await analyse(makePcm(path('known'), knownSound()))
  assert.equal(sketch.frames, known.frames)
  assert.equal(
    sketch.active.reduce((sum, part) => sum + part, 0),
    known.active,
  )
  for (const name of ['mid', 'side', 'noise'] as const) {
    const found = sixthOctaves(spectrum[name]!, 44_100, known.frequency)
    for (const [i, level] of known[name].entries()) near(found[i]!, level, 0.01, `${name} at ${known.frequency[i]} Hz`)
  }
  const at = profile.spectrum.frequency.findIndex((frequency) => Math.abs(frequency - 1000) < 1e-6)
  near(profile.spectrum.mid[at]!, known.mid[3]!, 0.01)
  for (const [i, bands] of known.mel.entries())
    for (const [j, band] of [0, 1, 5, 20, 40, 63].entries())
      near(profile.mel.quantiles[i]![band]!, bands[j]!, 0.15, `mel band ${band}`)
  near(profile.crest, known.crest, 0.001)
  near(profile.width, known.width, 0.001)
  near(profile.correlation, known.correlation, 0.001)
  for (const { window, quantiles } of profile.levels)
    for (const [i, percent] of [0, 10, 50, 90, 100].entries())
      near(
        quantiles[percent]!,
        known.levels[window.toFixed(window === 3 ? 1 : window === 0.4 ? 1 : 2)]![i]!,
        0.02,
        `${window} s`,
      )
  const { row, bands, level } = known.sketch
  for (const [i, band] of bands.entries())
    near(10 * Math.log10(sketch.mid[row * sketch.centres.length + band]!), level[i]!, 0.01, `sketch at ${band}`)
})

/** Modulated noise, different in its channels, of several parts. */
function severalSlices(channels: number, seconds: number, rate: number): Float32Array[] {
  return Array.from({ length: channels }, (_, channel) => {
    const next = noise(channel + 1)
    return sound(seconds, (time) => (0.3 + 0.25 * Math.sin(2.1 * time + channel)) * next(), rate)
  })
}

test('the number of threads makes no difference, not in a bit', async () => {
  const pcm = makePcm(path('threads'), severalSlices(6, 19, 16_000), 16_000)
  const serial = await analyse(pcm)
  assert.ok(serial.sketch.frames > 2 * sliceFrames(pcm))
  for (const size of [1, 2]) {
    await using workers = new WorkerPool({ size })
    assert.deepEqual(await analyse(pcm, { workers }), serial)
  }
})

test('where parts begin makes no difference to levels and peaks', async () => {
  // One channel has parts of 256 frames, the same sound on six channels has others.
  const [samples] = severalSlices(1, 40, 8000)
  const one = await analyse(makePcm(path('one'), [samples!], 8000))
  const six = await analyse(makePcm(path('six'), new Array(6).fill(samples), 8000))
  const spread = (analysis: Analysis) => {
    const { truePeak, samplePeak } = analysis.profile.loudness
    return [truePeak, samplePeak, analysis.profile.crest]
  }
  for (const [i, value] of spread(one).entries()) near(spread(six)[i]!, value!, 1e-3)
  assert.equal(one.power.length, six.power.length)
  // Five channels count, two of them 1.41.
  for (const [i, power] of six.power.entries()) near(power / one.power[i]!, 3 + 2 * 1.41, 1e-3, `step ${i}`)
})

test('levels of hops may be given or not', async () => {
  const pcm = makePcm(path('hops'), severalSlices(2, 2, 16_000), 16_000)
  const { HopMeter } = await import('../pcm/hops.ts')
  const meter = new HopMeter(pcm)
  meter.push(severalSlices(2, 2, 16_000))
  assert.deepEqual(await analyse(pcm, { hops: meter.values() }), await analyse(pcm))
})

test('long recordings are sketched in coarse', async () => {
  const { Merge } = await import('./merge.ts')
  const pcm = { path: '', sampleRate: 8000, layout: 'mono', channels: 1, length: 1024 * 45_001 }
  const merge = new Merge(pcm, { counts: new Uint8Array(45_000).map((_, frame) => frame % 3), mean: 1 })
  const part = {
    mid: new Float64Array(1025),
    side: null,
    noise: new Float64Array(1025),
    bandsSide: null,
    mel: new Uint16Array(merge.mel.length),
    power: new Float32Array(0),
    squares: new Float32Array(0),
    peaks: new Float32Array(0),
    samplePeak: 0,
    truePeak: 0,
    pair: { left: 0, right: 0, both: 0 },
    envelopes: new Float32Array(0),
    harmonicity: new Uint8Array(0),
  }
  const bands = merge.sketch.centres.length
  // Parts that are no multiple of what is averaged.
  for (let from = 0; from < 45_000; from += 1000) {
    const frames = Math.min(1000, 45_000 - from)
    merge.add({
      ...part,
      bandsMid: Float32Array.from({ length: frames * bands }, (_, i) => from + Math.floor(i / bands)),
    })
  }
  const { sketch } = merge
  assert.equal(sketch.pool, 3)
  assert.equal(sketch.frames, 15_000)
  assert.equal(sketch.mid.length, 15_000 * bands)
  for (const row of [0, 333, 7000, 14_999]) assert.equal(sketch.mid[row * bands + 3], 3 * row + 1)
  near(sketch.active[5]!, 1 / 3, 1e-6)
})

/** What holds of every analysis. */
async function analysed(name: string, channels: Float32Array[], rate = 44_100): Promise<Analysis> {
  const analysis = await analyse(makePcm(path(name), channels, rate))
  const { profile, sketch, spectrum, power } = analysis
  const check = schema.safeParse(JSON.parse(JSON.stringify(profile)))
  assert.ok(check.success, `${name}: ${check.error}`)
  for (const values of [sketch.mid, sketch.side, sketch.active, spectrum.mid, spectrum.side, spectrum.noise, power])
    assert.ok(!values || values.every((value) => Number.isFinite(value) && value >= 0), name)
  assert.equal(sketch.mid.length, sketch.frames * sketch.centres.length)
  assert.equal(spectrum.side === null, channels.length !== 2)
  return analysis
}

test('silence has no loudness, no peak and no background, and all else is finite', async () => {
  const { profile } = await analysed('silent', [new Float32Array(88_200), new Float32Array(88_200)])
  assert.deepEqual(profile.loudness, {
    integrated: null,
    range: 0,
    maxMomentary: null,
    maxShortTerm: null,
    truePeak: null,
    samplePeak: null,
    speech: null,
  })
  assert.equal(profile.noiseFloor, null)
  assert.equal(profile.width, null)
  assert.equal(profile.correlation, null)
  assert.equal(profile.crest, 0)
  assert.equal(profile.decay, null)
})

test('a constant is a peak without loudness', async () => {
  const { profile } = await analysed('dc', [new Float32Array(132_300).fill(0.5)])
  near(profile.loudness.samplePeak, 20 * Math.log10(0.5), 1e-3)
  assert.ok(profile.spectrum.mid.every((level, i) => profile.spectrum.frequency[i]! < 40 || level < -60))
})

test('the shortest recordings are measured', async () => {
  const next = noise(3)
  for (const seconds of [0.3, 0.1, 0.05, 0.001, 1 / 44_100]) {
    const { profile, sketch } = await analysed(`${seconds}`, [sound(seconds, () => 0.2 * next())])
    near(profile.duration, seconds, 1e-4)
    if (seconds >= 0.05) near(10 * Math.log10(rowSum(sketch)), 10 * Math.log10(0.04 / 3), 1.5, `${seconds} s`)
  }
})

/** Power of the first row. */
const rowSum = ({ mid, centres }: Analysis['sketch']) => mid.subarray(0, centres.length).reduce((a, b) => a + b, 0)

test('a sine has the power of a sine, whatever the rate', async () => {
  for (const rate of [8000, 16_000, 44_100, 96_000]) {
    const samples = sound(1.2, (time) => Math.sin(2 * Math.PI * 1000 * time), rate)
    const { profile, spectrum, sketch } = await analysed(`${rate}`, [samples], rate)
    assert.equal(profile.sampleRate, rate)
    near(10 * Math.log10(spectrum.mid.reduce((sum, power) => sum + power, 0)), -3.01, 0.02, `${rate} Hz`)
    const band = sketch.centres.indexOf(1000)
    near(10 * Math.log10(sketch.mid[sketch.centres.length + band]!), -3.01, 0.02, `${rate} Hz`)
    near(Math.max(...profile.spectrum.mid), -3.01, 0.03, `${rate} Hz`)
    // The filter of loudness is bent a little where half the sample rate is near.
    near(profile.loudness.integrated, -3.0, rate === 8000 ? 0.25 : 0.1)
    assert.ok(profile.spectrum.frequency.every((frequency) => frequency <= Math.min(20_000, rate / 2)))
  }
})

test('stereo out of phase is all side', async () => {
  const next = noise(4)
  const left = sound(2, () => 0.3 * next())
  const { profile, spectrum, sketch } = await analysed('phase', [left, left.map((value) => -value)])
  assert.equal(profile.width, 100)
  assert.equal(profile.correlation, -1)
  assert.ok(profile.loudness.integrated! > -20)
  assert.ok(spectrum.side!.some((power) => power > 1e-7) && spectrum.mid.every((power) => power < 1e-20))
  assert.ok(sketch.active.every((part) => part === 1))
})

test('dual mono has no side', async () => {
  const next = noise(5)
  const left = sound(1, () => 0.3 * next())
  const { profile } = await analysed('dual', [left, left])
  assert.equal(profile.width, -100)
  assert.equal(profile.correlation, 1)
})

test('surround has the spectrum of what it gives mixed down, and loudness of its channels', async () => {
  const silent = new Float32Array(88_200)
  const tone = sound(2, (time) => 0.25 * Math.sin(2 * Math.PI * 1000 * time))
  const low = sound(2, (time) => 0.9 * Math.sin(2 * Math.PI * 50 * time))
  const { profile } = await analysed('5.1', [silent, silent, tone, low, silent, silent])
  near(profile.loudness.integrated, 20 * Math.log10(0.25) - 3.0, 0.1)
  near(Math.max(...profile.spectrum.mid), 20 * Math.log10(0.25 * Math.SQRT1_2) - 3.01, 0.05)
  assert.ok(profile.spectrum.mid[profile.spectrum.frequency.findIndex((f) => f > 50)]! < -80)
  near(profile.loudness.samplePeak, 20 * Math.log10(0.9), 0.01)
  assert.equal(profile.width, null)
})

test('clipped sound is measured above full scale, between its samples', async () => {
  const clipped = sound(2, (_, i) => (i % 4 < 2 ? 1 : -1))
  const { profile } = await analysed('clipped', [clipped])
  assert.equal(profile.loudness.samplePeak, 0)
  assert.ok(profile.loudness.truePeak! > 2, String(profile.loudness.truePeak))
})

test('background is told apart from what is before it', async () => {
  const [voice, hum] = [noise(6), noise(7)]
  const samples = sound(12, (time) => {
    if (time < 2 || time >= 11) return 0
    return 0.001 * hum() + (time % 1 < 0.6 ? 0.3 * voice() : 0)
  })
  const { profile } = await analysed('background', [samples], 44_100)
  const loud = await analysed('hum', [sound(4, () => 0.001 * hum())])
  near(profile.noiseFloor, loud.profile.loudness.maxShortTerm!, 1.5)
  const silentBetween = samples.map((value, i) => ((i / 44_100) % 1 < 0.6 ? value : 0))
  assert.equal((await analysed('gated', [silentBetween])).profile.noiseFloor, null)
})

test('samples that are not numbers are refused', async () => {
  const samples = new Float32Array(20_000)
  samples[11_025] = Number.NaN
  await assert.rejects(analyse(makePcm(path('nan'), [samples])), { code: 'TONE_NOT_FINITE', message: /0\.250 s/ })
})

test('a signal ends it', async () => {
  const pcm = makePcm(path('abort'), severalSlices(6, 19, 16_000), 16_000)
  for (const workers of [undefined, new WorkerPool({ size: 1 })]) {
    const controller = new AbortController()
    const analysis = analyse(pcm, {
      ...(workers && { workers }),
      signal: controller.signal,
      onProgress: () => controller.abort(new Error('enough')),
    })
    await assert.rejects(analysis, /enough/)
    await workers?.[Symbol.asyncDispose]()
  }
})

test('a kind that is given is taken', async () => {
  const pcm = makePcm(path('kind'), [sound(3, (time) => 0.2 * Math.sin(2 * Math.PI * 500 * time))])
  assert.equal((await analyse(pcm)).profile.kind, 'music')
  const { profile } = await analyse(pcm, { kind: 'speech' })
  assert.deepEqual([profile.kind, profile.kindConfidence], ['speech', 1])
})

test('bands take their share of bins they lie in', () => {
  const [range] = binRanges([100], 3, 10, 50)
  near(range!.from + 0.5 - 0 - range!.first, 100 / 2 ** (1 / 6) / 10, 1e-9)
  const levels = melQuantiles(MelLevels.counts())
  assert.ok(levels.flat().every((level) => level === -100))
})
