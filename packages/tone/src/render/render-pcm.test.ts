import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { WorkerPool } from '@colophon/media'
import { channelWeights } from '../measure/channel-weights.ts'
import { KPower } from '../measure/k-power.ts'
import { loudnessOf } from '../measure/loudness.ts'
import { truePeak } from '../measure/true-peak-meter.ts'
import type { Pcm } from '../pcm/pcm.ts'
import type { Preset } from '../preset/preset.ts'
import { controlPass } from './control.ts'
import { GainCurve } from './gain.ts'
import { predict } from './predict.ts'
import { renderPcm } from './render-pcm.ts'
import { solveGain } from './solve.ts'
import {
  bentEq,
  curveOf,
  inFolder,
  limiterOn,
  noise,
  presetWith,
  recordingOf,
  samplesOf,
  strokes,
} from './testing/sounds.ts'

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')
const decibels = (value: number): number => 20 * Math.log10(value)

/** Everything there is. */
const full = (parts: Partial<Preset> = {}): Preset =>
  presetWith({
    eq: bentEq(),
    denoise: { on: true, floor: curveOf(() => -70), most: 9 },
    width: { on: true, side: 2, monoBelow: 120 },
    roomTone: { on: true, spectrum: curveOf(() => -75), seed: 4 },
    reverb: { on: true, wet: -15, preDelay: 0.01, frequency: [500, 2000], decay: [0.3, 0.2], tone: [0, -3], seed: 7 },
    dynamics: {
      on: true,
      use: 'curves',
      curves: [{ window: 0.4, smoothing: 0.15, level: [-40, -20, -10], gain: [3, 0, -3] }],
      peaks: { above: 8, ratio: 0.7 },
    },
    loudness: { on: true, drive: 12, target: -14 },
    limiter: limiterOn(),
    ...parts,
  })

/** Half a minute at a rate at which that is quick. */
const slow = 8000
const longSounds = () => [strokes(40 * slow + 17, slow, 1), strokes(40 * slow + 17, slow, 2)]

describe('rendering', () => {
  it('gives the same bits on any number of threads, and after any interruption', () =>
    inFolder(async (folder) => {
      const pcm = recordingOf(join(folder, 'in'), longSounds(), slow)
      const serial = await renderPcm(pcm, full(), { folder: join(folder, 'a') })
      const hash = hashOf(serial.path)
      await using workers = new WorkerPool({ size: 2 })
      assert.equal(hashOf((await renderPcm(pcm, full(), { folder: join(folder, 'b'), workers })).path), hash)

      // Interrupted at every step that is told, one after the other.
      const there = join(folder, 'c')
      let steps = 0
      for (let ended = false; !ended && steps < 50; steps++) {
        const stop = new AbortController()
        let told = 0
        const onProgress = (): void => {
          if (++told > 1) stop.abort(new Error('enough'))
        }
        ended = await renderPcm(pcm, full(), { folder: there, signal: stop.signal, onProgress }).then(
          () => true,
          (error) => {
            assert.equal(error.message, 'enough')
            return false
          },
        )
      }
      assert.ok(steps > 3 && steps < 50, `${steps} steps`)
      assert.equal(hashOf(join(there, 'sound')), hash)
    }))

  it('makes anew only what is missing or was damaged', () =>
    inFolder(async (folder) => {
      const pcm = recordingOf(join(folder, 'in'), longSounds(), slow)
      const there = join(folder, 'a')
      const { path } = await renderPcm(pcm, full(), { folder: there })
      const hash = hashOf(path)
      const file = openSync(path, 'r+')
      writeSync(file, Buffer.alloc(1000), 0, 1000, 1_000_000)
      closeSync(file)
      const before = readFileSync(`${path}.journal`, 'utf8').length
      assert.equal(hashOf((await renderPcm(pcm, full(), { folder: there })).path), hash)
      const lines = readFileSync(`${path}.journal`, 'utf8').slice(before).trim().split('\n')
      assert.equal(lines.length, 1)
      // Another preset has nothing in common with it.
      const other = full({ loudness: { on: true, drive: 3, target: null } })
      const again = await renderPcm(pcm, other, { folder: there })
      assert.equal(hashOf(again.path), hashOf((await renderPcm(pcm, other, { folder: join(folder, 'b') })).path))
    }))

  it('goes on after its process was killed, to the same bits', () =>
    inFolder(async (folder) => {
      const pcm = recordingOf(join(folder, 'in'), longSounds(), slow)
      const there = join(folder, 'killed')
      writeFileSync(join(folder, 'job.json'), JSON.stringify({ pcm, preset: full(), folder: there }))
      const program = `
        import { readFileSync } from 'node:fs'
        import { renderPcm } from ${JSON.stringify(import.meta.resolve('./render-pcm.ts'))}
        const { pcm, preset, folder } = JSON.parse(readFileSync(process.argv[1], 'utf8'))
        await renderPcm(pcm, preset, { folder, onProgress: (fraction) => console.log(fraction) })`
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, join(folder, 'job.json')], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = new Promise((resolve) => child.on('exit', resolve))
      for await (const line of child.stdout) {
        if (
          !String(line)
            .split('\n')
            .some((fraction) => Number(fraction) > 0.5)
        )
          continue
        child.kill('SIGKILL')
        break
      }
      await ended
      assert.ok(existsSync(join(there, 'sound.journal')))
      const resumed = await renderPcm(pcm, full(), { folder: there })
      const fresh = await renderPcm(pcm, full(), { folder: join(folder, 'fresh') })
      assert.equal(hashOf(resumed.path), hashOf(fresh.path))
    }))

  it('with a preset that changes nothing gives back every bit', () =>
    inFolder(async (folder) => {
      for (const [index, rate] of [8000, 44_100].entries()) {
        const pcm = recordingOf(join(folder, `in${index}`), [noise(30_011, 1, 0.8), noise(30_011, 2, 0.8)], rate)
        const flat = { curve: curveOf(() => 0), bands: [], residual: 0 }
        const eq = { on: true, phase: 'minimum', use: 'curve', mid: flat, side: flat } as const
        const preset = presetWith({
          eq,
          width: { on: true, side: 0, monoBelow: 0 },
          dynamics: { on: true, use: 'curves', curves: [] },
        })
        const out = await renderPcm(pcm, preset, { folder: join(folder, `out${index}`) })
        assert.equal(hashOf(out.path), hashOf(pcm.path))
        assert.equal(out.length, pcm.length)
      }
    }))
})

/** Signals whose peaks lie between samples, or everywhere. */
const hard: Readonly<Record<string, (length: number, rate: number) => Float32Array>> = {
  'white noise': (length) => noise(length, 5),
  'a clipped square': (length) => Float32Array.from({ length }, (_, i) => (i % 100 < 50 ? 1 : -1)),
  'a sine at a quarter of the rate, with peaks between samples': (length) =>
    Float32Array.from({ length }, (_, i) => 1.41 * Math.sin((Math.PI / 2) * i + Math.PI / 4)),
  'peaks between samples out of silence': (length) =>
    Float32Array.from({ length }, (_, i) => {
      const near = i % 1000
      return near >= 500 && near < 512 ? 0.9 * (near % 2 === 0 ? 1 : -1) * (near < 506 ? 1 : -1) : 0
    }),
}

describe('the true peak of what is rendered', () => {
  for (const [name, make] of Object.entries(hard))
    it(`is not above the ceiling for ${name}`, () =>
      inFolder(async (folder) => {
        const length = 44_100
        const pcm = recordingOf(join(folder, 'in'), [
          make(length, 44_100),
          make(length, 44_100).map((value) => -value / 2),
        ])
        for (const drive of [0, 9]) {
          const preset = presetWith({ loudness: { on: true, drive, target: null }, limiter: limiterOn() })
          const out = await renderPcm(pcm, preset, { folder: join(folder, `out${drive}`) })
          const peak = decibels(truePeak(samplesOf(out), 44_100))
          assert.ok(peak <= -1, `${peak} dBTP`)
          assert.ok(peak > -2.5, `${peak} dBTP`)
          assert.ok(Math.abs(decibels(out.truePeak) - peak) < 1e-3)
        }
      }))

  it('is brought down where the limiter has not seen it, and nothing else is changed', () =>
    inFolder(async (folder) => {
      const pcm = recordingOf(join(folder, 'in'), [strokes(300_000, 44_100, 9)])
      const loudness = { on: true, drive: 10, target: null }
      // Nothing is left between what the limiter aims at and what is promised.
      const tight = presetWith({ loudness, limiter: limiterOn({ internal: -1 }) })
      const out = await renderPcm(pcm, tight, { folder: join(folder, 'a') })
      assert.ok(out.corrections > 0)
      assert.ok(decibels(truePeak(samplesOf(out), 44_100)) <= -1)
      const free = await renderPcm(pcm, presetWith({ loudness, limiter: limiterOn({ internal: -1, ceiling: 0 }) }), {
        folder: join(folder, 'b'),
      })
      const [before, after] = [samplesOf(free)[0]!, samplesOf(out)[0]!]
      const changed = after.filter((value, i) => value !== before[i]).length
      assert.ok(changed > 0 && changed < after.length / 2)
      for (const [i, value] of after.entries()) assert.ok(Math.abs(value) <= Math.abs(before[i]!))
    }))
})

describe('rendering sounds of every kind', () => {
  const cases: [name: string, make: (path: string) => Pcm][] = [
    ['silence', (path) => recordingOf(path, [new Float32Array(50_000), new Float32Array(50_000)])],
    ['one channel', (path) => recordingOf(path, [strokes(60_000, 44_100, 1)])],
    [
      'six channels',
      (path) =>
        recordingOf(
          path,
          Array.from({ length: 6 }, (_, c) => strokes(50_000, 44_100, c)),
        ),
    ],
    ['0.3 s', (path) => recordingOf(path, [noise(13_230, 1), noise(13_230, 2)])],
    ['a few samples', (path) => recordingOf(path, [noise(7, 1), noise(7, 2)])],
    ['8 kHz', (path) => recordingOf(path, [strokes(20_000, 8000, 1)], 8000)],
    ['96 kHz', (path) => recordingOf(path, [strokes(150_000, 96_000, 1), strokes(150_000, 96_000, 2)], 96_000)],
    [
      'two channels out of phase',
      (path) => recordingOf(path, [noise(50_000, 1), noise(50_000, 1).map((value) => -value)]),
    ],
    ['a constant', (path) => recordingOf(path, [new Float32Array(50_000).fill(0.7)])],
  ]
  for (const [name, make] of cases)
    it(name, () =>
      inFolder(async (folder) => {
        const pcm = make(join(folder, 'in'))
        const out = await renderPcm(pcm, full(), { folder: join(folder, 'out') })
        const { path: _, ...format } = pcm
        assert.deepEqual({ ...format, path: out.path, truePeak: out.truePeak, corrections: out.corrections }, out)
        const samples = samplesOf(out)
        assert.ok(samples.every((channel) => channel.every(Number.isFinite)))
        assert.ok(truePeak(samples, pcm.sampleRate) <= 10 ** (-1 / 20))
      }),
    )
})

it('room tone is heard in what was silence, as loud as it was asked for, and is counted in', () =>
  inFolder(async (folder) => {
    const pcm = recordingOf(join(folder, 'in'), [new Float32Array(200_000), new Float32Array(200_000)])
    const roomTone = { on: true, spectrum: curveOf((f) => -50 - 3 * Math.log2(f / 1000)), seed: 4 }
    const preset = presetWith({ roomTone, limiter: limiterOn() })
    const control = await controlPass(pcm, preset, { folder: join(folder, 'out') })
    const out = await renderPcm(pcm, preset, { folder: join(folder, 'out'), control })
    const { integrated } = measured(out)
    using curve = new GainCurve(control, preset)
    assert.ok(Math.abs(predict(curve).integrated! - integrated) < 0.3)
    assert.ok(integrated > -40 && integrated < -15, `${integrated} LUFS`)
  }))

it('room tone leaves the true peak under the ceiling, however loud it is', () =>
  inFolder(async (folder) => {
    const pcm = recordingOf(join(folder, 'in'), [strokes(100_000, 44_100, 1), strokes(100_000, 44_100, 2)])
    const roomTone = { on: true, spectrum: curveOf(() => -35), seed: 4 }
    const preset = presetWith({ roomTone, loudness: { on: true, drive: 15, target: null }, limiter: limiterOn() })
    const out = await renderPcm(pcm, preset, { folder: join(folder, 'out') })
    const peak = decibels(truePeak(samplesOf(out), 44_100))
    assert.ok(peak <= -1 && peak > -3, `${peak} dBTP`)
  }))

it('what is digital silence stays so', () =>
  inFolder(async (folder) => {
    const pcm = recordingOf(join(folder, 'in'), [new Float32Array(50_000), new Float32Array(50_000)])
    const { roomTone: _, ...preset } = full()
    const out = await renderPcm(pcm, preset, { folder: join(folder, 'out') })
    assert.ok(samplesOf(out).every((channel) => channel.every((value) => value === 0)))
    assert.equal(out.truePeak, 0)
  }))

function measured(pcm: Pcm): { integrated: number; crest: number } {
  const samples = samplesOf(pcm)
  const power = new KPower(pcm.sampleRate, channelWeights(pcm.layout, pcm.channels)).push(samples)
  const crests: number[] = []
  const window = 3 * pcm.sampleRate
  for (let from = 0; from + window <= pcm.length; from += window) {
    let [sum, peak] = [0, 0]
    for (const channel of samples)
      for (let i = from; i < from + window; i++) {
        sum += channel[i]! ** 2
        peak = Math.max(peak, Math.abs(channel[i]!))
      }
    crests.push(10 * Math.log10(peak ** 2 / (sum / window / samples.length)))
  }
  crests.sort((a, b) => a - b)
  return { integrated: loudnessOf(power).integrated!, crest: crests[Math.floor(crests.length / 2)]! }
}

describe('the gain that reaches a loudness and a crest', () => {
  const rate = 16_000
  const sounds = () => [strokes(21 * rate, rate, 1), strokes(21 * rate, rate, 2)]

  for (const wanted of [
    { integrated: -23 },
    { integrated: -14 },
    { integrated: -24, crest: 17 },
    { integrated: -26, crest: 21.5 },
    { integrated: -18, crest: 16.5 },
  ])
    it(`${wanted.integrated} LUFS${wanted.crest ? `, crest ${wanted.crest} dB` : ''}`, () =>
      inFolder(async (folder) => {
        const pcm = recordingOf(join(folder, 'in'), sounds(), rate)
        const draft = presetWith({ eq: bentEq(), limiter: limiterOn() })
        const control = await controlPass(pcm, draft, { folder: join(folder, 'out') })
        const solved = solveGain(control, draft, wanted)
        assert.ok(solved.reached)
        const out = await renderPcm(pcm, solved.preset, { folder: join(folder, 'out'), control })
        const { integrated, crest } = measured(out)
        // The filters of loudness see how the limiter moves; the prediction does not.
        assert.ok(Math.abs(integrated - wanted.integrated) < 0.1, `${integrated} LUFS`)
        if (wanted.crest) assert.ok(Math.abs(crest - wanted.crest) < 0.3, `${crest} dB`)
        assert.ok(Math.abs(solved.predicted.crest - crest) < 0.1)
        assert.ok(truePeak(samplesOf(out), rate) <= 10 ** (-1 / 20))
      }))

  it('says when it cannot be reached, or only with much limiting', () =>
    inFolder(async (folder) => {
      const pcm = recordingOf(join(folder, 'in'), sounds(), rate)
      const draft = presetWith({ limiter: limiterOn() })
      const control = await controlPass(pcm, draft, { folder })
      const far = solveGain(control, draft, { integrated: 6 })
      assert.ok(!far.reached && far.heavy)
      assert.ok(far.predicted.limiter.most <= 16 && far.predicted.limiter.most > 14)
      const near = solveGain(control, draft, { integrated: -30 })
      assert.ok(near.reached && !near.heavy)
      assert.equal(near.predicted.limiter.most, 0)
    }))

  it('of silence is left as it is', () =>
    inFolder(async (folder) => {
      const pcm = recordingOf(join(folder, 'in'), [new Float32Array(50_000)])
      const draft = presetWith({ limiter: limiterOn() })
      const solved = solveGain(await controlPass(pcm, draft, { folder }), draft, { integrated: -14, crest: 12 })
      assert.ok(!solved.reached)
      assert.equal(solved.preset.loudness.drive, 0)
      assert.equal(solved.predicted.integrated, null)
    }))
})
