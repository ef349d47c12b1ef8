import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { WorkerPool } from '@colophon/media'
import type { Pcm } from '../pcm/pcm.ts'
import { channelWeights } from './channel-weights.ts'
import { KPower } from './k-power.ts'
import { loudnessOf } from './loudness.ts'
import { LoudnessMeter } from './loudness-meter.ts'
import { loudnessOfPcm } from './loudness-of-pcm.ts'
import { noise } from './testing/plain-meters.ts'
import { truePeak } from './true-peak-meter.ts'

const folder = mkdtempSync(join(tmpdir(), 'loudness-'))
test.after(() => rmSync(folder, { recursive: true }))

function pcmOf(channels: readonly Float32Array[], sampleRate: number, layout: string): Pcm {
  const length = channels[0]!.length
  const together = new Float32Array(length * channels.length)
  for (const [c, samples] of channels.entries()) {
    for (let i = 0; i < length; i++) together[i * channels.length + c] = samples[i]!
  }
  const path = join(folder, `${layout}-${length}`)
  writeFileSync(path, together)
  return { path, sampleRate, layout, channels: channels.length, length }
}

test('slices on any number of threads, and a stream, measure what one pass over the samples does', async () => {
  // Long enough for three slices whose ends are not those of hops.
  const channels = [1, 2, 3].map((seed) => noise(900_000, seed))
  const pcm = pcmOf(channels, 22050, '2.1')
  const power = Float32Array.from(new KPower(22050, channelWeights('2.1', 3)).push(channels))
  const one = loudnessOf(power)
  const alone = await loudnessOfPcm(pcm)
  await using workers = new WorkerPool({ size: 2 })
  assert.deepEqual(await loudnessOfPcm(pcm, { workers }), alone)
  for (const key of ['integrated', 'range', 'maxMomentary', 'maxShortTerm'] as const) {
    assert.ok(Math.abs(alone[key]! - one[key]!) < 1e-6, key)
  }
  assert.equal(alone.truePeak, 20 * Math.log10(truePeak(channels, 22050)))
  const meter = new LoudnessMeter(22050, '2.1', 3)
  for (let at = 0; at < 900_000; at += 4321) meter.push(channels, at, Math.min(900_000, at + 4321))
  const stream = meter.finish()
  assert.deepEqual([stream.truePeak, stream.samplePeak], [alone.truePeak, alone.samplePeak])
  assert.ok(Math.abs(stream.integrated! - one.integrated!) < 1e-6)
})

test('a recording of a few samples is measured as far as it goes', async () => {
  const short = await loudnessOfPcm(pcmOf([Float32Array.of(0.5)], 44100, 'mono'))
  assert.equal(short.integrated, null)
  assert.ok(Math.abs(short.truePeak! - 20 * Math.log10(0.5)) < 0.01)
  assert.equal(short.samplePeak, 20 * Math.log10(0.5))
})

test('digital silence has neither loudness nor peaks', async () => {
  const silent = await loudnessOfPcm(pcmOf([new Float32Array(44100)], 44100, 'mono'))
  assert.deepEqual(silent, {
    integrated: null,
    range: 0,
    maxMomentary: null,
    maxShortTerm: null,
    truePeak: null,
    samplePeak: null,
  })
})
