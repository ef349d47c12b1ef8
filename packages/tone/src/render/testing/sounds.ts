import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pcm } from '../../pcm/pcm.ts'
import { PcmReader } from '../../pcm/pcm-reader.ts'
import { PcmWriter } from '../../pcm/pcm-writer.ts'
import type { Preset } from '../../preset/preset.ts'
import type { Curve } from '../../profile.ts'

/** Does something with a folder that is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => T | Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-render-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const usual = ['', 'mono', 'stereo', '3.0', 'quad', '5.0(side)', '5.1(side)']

/** A recording on disk. */
export function recordingOf(path: string, channels: readonly Float32Array[], sampleRate = 44_100): Pcm {
  using writer = new PcmWriter({ path, sampleRate, layout: usual[channels.length]!, channels: channels.length })
  writer.write(channels)
  return writer.end()
}

export function samplesOf(pcm: Pcm): Float32Array[] {
  using reader = new PcmReader(pcm)
  return reader.read(0, pcm.length).map((samples) => samples.slice())
}

/** White noise between -1 and 1; the same every time. */
export function noise(length: number, seed: number, level = 1): Float32Array {
  let state = seed * 2_654_435_761 + 1
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state / 2 ** 31) * level
  })
}

/** Something like music: noise that comes in strokes, loud and soft by turns. */
export function strokes(length: number, sampleRate: number, seed: number): Float32Array {
  const samples = noise(length, seed)
  for (let i = 0; i < length; i++) {
    const time = i / sampleRate
    const stroke = Math.exp(-12 * (time % 0.4))
    const phrase = 0.25 + 0.2 * Math.sin((2 * Math.PI * time) / 7)
    samples[i]! *= phrase * (0.08 + stroke)
  }
  return samples
}

/** A curve of so many dB at each frequency, 24 points to the octave. */
export function curveOf(level: (frequency: number) => number): Curve {
  const frequency = Array.from({ length: 241 }, (_, k) => 20 * 2 ** (k / 24))
  return { frequency, level: frequency.map(level) }
}

const equaliser = (curve: Curve) => ({ curve, bands: [], residual: 0 })

/** A preset that changes nothing, with some of its parts exchanged. */
export const presetWith = (parts: Partial<Preset> = {}): Preset => ({
  colophon: 'tone-preset',
  version: 1,
  mode: 'style',
  kind: 'music',
  loudness: { on: true, drive: 0, target: null },
  limiter: { on: false, ceiling: -1, internal: -1.05, lookAhead: 0.0015, release: 0.06 },
  ...parts,
})

/** Mid and side bent in different ways. */
export const bentEq = (phase: 'minimum' | 'linear' = 'minimum'): NonNullable<Preset['eq']> => ({
  on: true,
  phase,
  use: 'curve',
  mid: equaliser(curveOf((f) => 6 * Math.sin(Math.log(f)))),
  side: equaliser(curveOf((f) => 4 * Math.cos(Math.log(f)))),
})

export const limiterOn = (parts: Partial<Preset['limiter']> = {}): Preset['limiter'] => ({
  on: true,
  ceiling: -1,
  internal: -1.05,
  lookAhead: 0.0015,
  release: 0.06,
  ...parts,
})
