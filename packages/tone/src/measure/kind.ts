import { makeWindow, RealFft } from '@colophon/media'
import type { Envelopes } from './band-envelopes.ts'

/** What a recording is told by. */
export interface KindEvidence {
  /** K-weighted power, 100 a second. */
  readonly power: Float32Array
  /** Periodicity, 0 to 255, 50 a second. */
  readonly harmonicity: Uint8Array
  /** Power in octave bands, 100 a second. */
  readonly envelopes: Envelopes
  /** dB of side over mid; null for mono. */
  readonly width: number | null
}

/** Features in which speech and music differ. */
export interface KindFeatures {
  /** Depth of the modulation of the envelope at 2.5 to 8 Hz, the rate of syllables: its root mean square over the mean. */
  readonly syllables: number
  /** Part of the 10 ms that are 10 dB under the mean of the second around them: speech is full of them. */
  readonly pauses: number
  /** Part of the time with a clear pitch of 70 to 420 Hz. */
  readonly pitched: number
  /** dB by which treble over bass is more in the hissing twentieth of the time than usual: sibilants have no bass at all. */
  readonly hiss: number
  /** dB by which bands change against each other within 200 ms, of the quarter of the time that changes most: vowels and consonants do. */
  readonly change: number
  /** Standard deviation, in dB, of the level at 250 to 500 Hz: voice comes and goes. */
  readonly spread: number
  /** dB of side over mid; -60 for mono. */
  readonly width: number
}

/** What is this much less than the mean power counts for silence: 30 dB. */
const silence = 1e-3

/**
 * Tells speech from music, by what earlier work found to differ most: modulation at the rate of syllables and low-energy frames (E.
 * Scheirer, M. Slaney, Construction and evaluation of a robust multifeature speech/music discriminator, ICASSP 1997), pitch, and sibilants.
 *
 * @returns what it is taken for, and how sure that is: 0.5 (a guess) to 1
 */
export function classify(evidence: KindEvidence): {
  readonly kind: 'speech' | 'music'
  readonly confidence: number
} {
  const { syllables, pauses, pitched, hiss, change, spread, width } = kindFeatures(evidence)
  // Each feature speaks for speech above a value that lies between what was found of both, dry and in rooms, and none of them may outvote
  // all others.
  const score =
    within(1.6 * (change - 6), -3, 3) +
    within(0.2 * (hiss - 13), -2, 2) +
    within(8 * (pauses - 0.18), -1.5, 1.2) +
    within(4 * (syllables - 0.42), -1, 0.6) +
    within(20 * (pitched - 0.33), -5, 0.8) +
    within(0.3 * (spread - 9.5), -1.5, 1.2) +
    within(-0.15 * (width + 16), -2, 0.4) -
    2
  const sure = 1 / (1 + Math.exp(-Math.abs(score)))
  return { kind: score > 0 ? 'speech' : 'music', confidence: sure }
}

const within = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value))

/** The features of a recording; those that silence has none of are those of music. */
export function kindFeatures({ power, harmonicity, envelopes, width }: KindEvidence): KindFeatures {
  let total = 0
  for (const value of power) total += value
  const gate = (total / Math.max(1, power.length)) * silence
  return {
    syllables: syllableModulation(power),
    pauses: pausesOf(power, gate),
    pitched: pitchedOf(power, harmonicity, gate),
    ...ofBands(envelopes),
    change: changeOf(envelopes),
    width: width ?? -60,
  }
}

/** Steps of a window in which modulation is measured: 5.12 s. */
const modulationWindow = 512

function syllableModulation(power: Float32Array): number {
  const fft = new RealFft(modulationWindow, 'float64', { before: makeWindow('hann', modulationWindow) })
  const frame = new Float64Array(modulationWindow)
  const [re, im] = [new Float64Array(fft.bins), new Float64Array(fft.bins)]
  const binOf = (frequency: number) => Math.round((frequency * modulationWindow) / 100)
  let [modulation, carrier] = [0, 0]
  for (let at = 0; at === 0 || at + modulationWindow <= power.length; at += modulationWindow / 2) {
    const count = Math.min(modulationWindow, power.length - at)
    let mean = 0
    for (let i = 0; i < count; i++) mean += Math.sqrt(power[at + i]!)
    mean /= Math.max(1, count)
    for (let i = 0; i < modulationWindow; i++) frame[i] = i < count ? Math.sqrt(power[at + i]!) - mean : 0
    fft.forward(frame, re, im)
    for (let bin = binOf(2.5); bin <= binOf(8); bin++) modulation += re[bin]! ** 2 + im[bin]! ** 2
    carrier += mean * mean
  }
  return carrier > 0 ? Math.sqrt((8 * modulation) / modulationWindow ** 2 / carrier) : 0
}

/** Steps to both sides of one that make the second around it. */
const half = 50

function pausesOf(power: Float32Array, gate: number): number {
  let [low, count, sum] = [0, 0, 0]
  for (let i = 0; i < Math.min(half, power.length); i++) sum += power[i]!
  for (let i = 0; i < power.length; i++) {
    const mean = sum / (Math.min(power.length, i + half) - Math.max(0, i - half))
    if (mean > gate) {
      count++
      if (power[i]! < 0.1 * mean) low++
    }
    sum += (power[i + half] ?? 0) - (power[i - half] ?? 0)
  }
  return low / Math.max(1, count)
}

/** Periodicity of a clear pitch. */
const clear = 0.75 * 255

function pitchedOf(power: Float32Array, harmonicity: Uint8Array, gate: number): number {
  let [pitched, count] = [0, 0]
  for (let i = 0; i < harmonicity.length; i++) {
    if ((power[2 * i] ?? 0) <= gate) continue
    count++
    if (harmonicity[i]! > clear) pitched++
  }
  return pitched / Math.max(1, count)
}

function ofBands({ frequency, values, steps }: Envelopes): Pick<KindFeatures, 'hiss' | 'spread'> {
  const bands = frequency.length
  let mean = 0
  for (const value of values) mean += value / Math.max(1, steps)
  const ratios = new Float32Array(steps)
  let count = 0
  let [sum, squares] = [0, 0]
  for (let at = 0; at < values.length; at += bands) {
    let [all, bass, treble] = [0, 0, 0]
    for (let band = 0; band < bands; band++) {
      const value = values[at + band]!
      all += value
      if (frequency[band]! >= 250 && frequency[band]! <= 500) bass += value
      if (frequency[band]! >= 2000) treble += value
    }
    if (all <= mean * silence) continue
    const level = 10 * Math.log10(bass + 1e-12)
    sum += level
    squares += level * level
    ratios[count++] = 10 * Math.log10(treble + 1e-12) - level
  }
  if (count === 0) return { hiss: 0, spread: 0 }
  const sorted = ratios.subarray(0, count).sort()
  return {
    hiss: sorted[Math.floor(0.95 * count)]! - sorted[Math.floor(0.5 * count)]!,
    spread: Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)),
  }
}

/** Steps over which change is measured: 200 ms. */
const lag = 20
/** What is this much less than the mean power is too faint to be looked at: 20 dB. */
const faint = 1e-2

function changeOf({ frequency, values, steps }: Envelopes): number {
  const bands = frequency.length
  const first = frequency.findIndex((centre) => centre >= 250)
  const end = 1 + frequency.findLastIndex((centre) => centre <= 4000)
  const sums = new Float32Array(steps)
  let mean = 0
  for (let step = 0; step < steps; step++) {
    for (let band = first; band < end; band++) sums[step]! += values[step * bands + band]!
    mean += sums[step]! / steps
  }
  const changes = new Float32Array(steps)
  let count = 0
  for (let step = lag; step < steps; step++) {
    const [now, before] = [sums[step]!, sums[step - lag]!]
    if (now <= mean * faint || before <= mean * faint) continue
    let change = 0
    for (let band = first; band < end; band++) {
      // 30 dB below the rest, a band does not matter.
      const a = values[step * bands + band]! / now + 1e-3
      const b = values[(step - lag) * bands + band]! / before + 1e-3
      change += Math.abs(10 * Math.log10(a / b))
    }
    changes[count++] = change / (end - first)
  }
  return changes.subarray(0, count).sort()[Math.floor(0.75 * count)] ?? 0
}
