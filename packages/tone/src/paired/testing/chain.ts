import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { convolve } from '@colophon/media'
import { bandFilter } from '../../design/bands.ts'
import { KPower } from '../../measure/k-power.ts'
import type { Pcm } from '../../pcm/pcm.ts'
import { PcmWriter } from '../../pcm/pcm-writer.ts'
import type { Band } from '../../preset/preset.ts'

/** Left and right, or one channel. */
export type Sound = Float64Array[]

/** Numbers from 0 to 1, the same for the same seed (M. E. O'Neill's PCG of 32 bits, in its simplest form). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 747796405) + 2891336453) >>> 0
    const word = Math.imul((state >>> ((state >>> 28) + 4)) ^ state, 277803737) >>> 0
    return (((word >>> 22) ^ word) >>> 0) / 2 ** 32
  }
}

/** Something like music: notes and strokes that begin anywhere and fade, loud and soft ones, partly beside the middle. */
export function music(seconds: number, sampleRate: number, seed: number): Sound {
  const random = randomFrom(seed)
  const length = Math.round(seconds * sampleRate)
  const [left, right] = [new Float64Array(length), new Float64Array(length)]
  for (let at = 0; at < length; at += Math.round(sampleRate * (0.03 + 0.15 * random()))) {
    const amplitude = 0.5 * 10 ** (-1.5 * random())
    const decay = sampleRate * (0.03 + 0.25 * random())
    const tone = (2 * Math.PI * 60 * 2 ** (5 * random())) / sampleRate
    const place = 0.25 + 0.5 * random()
    const noisy = random()
    let low = 0
    for (let n = 0; n < 5 * decay && at + n < length; n++) {
      low += 0.4 * (2 * random() - 1 - low)
      const value =
        amplitude * Math.exp(-n / decay) * (noisy * (2 * low + random() - 0.5) + (1 - noisy) * 0.3 * Math.sin(tone * n))
      left[at + n]! += value * (1 - place)
      right[at + n]! += value * place
    }
  }
  // A floor, so that every frequency is there.
  for (const samples of [left, right]) for (let n = 0; n < length; n++) samples[n]! += 0.001 * (random() - 0.5)
  return [left, right]
}

export const each = (sound: Sound, change: (samples: Float64Array, channel: number) => Float64Array): Sound =>
  sound.map(change)

export const equalised = (sound: Sound, bands: readonly Band[], sampleRate: number): Sound =>
  each(sound, (samples) => {
    let out = samples
    for (const band of bands) {
      const { b, a } = bandFilter(band, sampleRate)
      let [x1, x2, y1, y2] = [0, 0, 0, 0]
      out = out.map((x) => {
        const y = b[0] * x + b[1] * x1 + b[2] * x2 - a[0] * y1 - a[1] * y2
        ;[x2, x1, y2, y1] = [x1, x, y1, y]
        return y
      })
    }
    return out
  })

/** A compressor with a hard knee whose detector is the mean square of 5 ms; its threshold is dB of the K-weighted level, as in a preset. */
export function compressed(
  sound: Sound,
  sampleRate: number,
  { threshold, ratio, attack, release }: { threshold: number; ratio: number; attack: number; release: number },
): Sound {
  const power = new KPower(
    sampleRate,
    sound.map(() => 1),
  ).push(sound.map((samples) => Float32Array.from(samples)))
  const perStep = sampleRate / 100
  const [down, up] = [Math.exp(-1 / (attack * sampleRate)), Math.exp(-1 / (release * sampleRate))]
  let gain = 0
  const gains = Float64Array.from(sound[0]!, (_, n) => {
    const level = -0.691 + 10 * Math.log10((power[Math.min(power.length - 1, Math.floor(n / perStep))] ?? 0) + 1e-12)
    const wanted = Math.min(0, (threshold - level) * (1 - 1 / ratio))
    gain = wanted + (gain - wanted) * (wanted < gain ? down : up)
    return 10 ** (gain / 20)
  })
  return each(sound, (samples) => samples.map((value, n) => value * gains[n]!))
}

/** Noise that decays, after the direct sound: another one for each channel. @param wet dB of its energy over the direct sound */
export function reverberated(sound: Sound, sampleRate: number, decay: number, wet: number): Sound {
  return each(sound, (samples, channel) => {
    const random = randomFrom(77 + channel)
    const tail = Float64Array.from(
      { length: Math.round(decay * sampleRate) },
      (_, n) => (random() + random() + random() - 1.5) * 10 ** ((-3 * n) / (decay * sampleRate)),
    )
    tail[0] = 0
    const energy = tail.reduce((sum, value) => sum + value * value, 0)
    const response = tail.map((value) => value * Math.sqrt(10 ** (wet / 10) / energy))
    response[0] = 1
    return (convolve(samples, response) as Float64Array).subarray(0, samples.length)
  })
}

export const widened = ([left, right]: Sound, decibels: number): Sound => {
  const side = 10 ** (decibels / 20)
  const mixed = (own: Float64Array, other: Float64Array) =>
    own.map((value, n) => ((1 + side) * value + (1 - side) * other[n]!) / 2)
  return [mixed(left!, right!), mixed(right!, left!)]
}

export const amplified = (sound: Sound, factor: number): Sound =>
  each(sound, (samples) => samples.map((value) => value * factor))

/** Later by samples, of which a part may be of one; earlier where they are below 0. */
export function shifted(sound: Sound, samples: number): Sound {
  const whole = Math.floor(samples)
  const part = samples - whole
  const reach = 24
  const sinc = Float64Array.from({ length: 2 * reach + 1 }, (_, i) => {
    const x = i - reach - part
    return (
      (Math.abs(x) < 1e-9 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)) * Math.cos((Math.PI * x) / (2 * reach + 2)) ** 2
    )
  })
  return each(sound, (own) => {
    const delayed = part === 0 ? own : (convolve(own, sinc) as Float64Array).subarray(reach, reach + own.length)
    if (whole < 0) return delayed.slice(-whole)
    const out = new Float64Array(whole + own.length)
    out.set(delayed, whole)
    return out
  })
}

/** A folder that goes with the test, and what writes sounds into it. */
export function inFolder(context: TestContext): (sound: Sound, sampleRate: number) => Pcm {
  const folder = mkdtempSync(join(tmpdir(), 'paired-'))
  context.after(() => rmSync(folder, { recursive: true }))
  let count = 0
  return (sound, sampleRate) => {
    const layout = sound.length === 1 ? 'mono' : 'stereo'
    using writer = new PcmWriter({ path: join(folder, `${count++}.f32`), sampleRate, layout, channels: sound.length })
    writer.write(sound)
    return writer.end()
  }
}
