import { writeFileSync } from 'node:fs'

/** Samples of one channel or several, as long as each other. */
export type Channels = readonly Float32Array[]

/** Numbers from -1 to 1, the same for the same seed: a linear congruential generator (Numerical Recipes, 7.1). */
export function random(seed: number): () => number {
  let state = (seed * 2_654_435_761) | 0
  return () => {
    state = (Math.imul(1_664_525, state) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}

export interface SongOptions {
  readonly seconds?: number
  readonly rate?: number
  /** dB between the parts of a high and of a low pitch. */
  readonly tilt?: number
  /** Amplitude of the side beside the mid, 0 to 1. */
  readonly side?: number
  /** dB from the softest phrase to the loudest. */
  readonly swing?: number
  /** Amplitude of the highest peak. */
  readonly peak?: number
}

/** Something like music, in stereo: plucked notes, a bass and strokes of noise, loud and soft by turns. */
export function song(seed: number, options: SongOptions = {}): [Float32Array, Float32Array] {
  const { seconds = 5, rate = 44_100, tilt = 0, side = 0.4, swing = 6, peak = 0.5 } = options
  const length = Math.round(seconds * rate)
  const [mid, sides] = [new Float32Array(length), new Float32Array(length)]
  const next = random(seed)
  const levelOf = (hertz: number) => 10 ** (((tilt / 20) * Math.log2(hertz / 630)) / 5)
  const add = (at: number, hertz: number, decay: number, level: number, place: number) => {
    const from = Math.round(at * rate)
    const to = Math.min(length, from + Math.round(6 * decay * rate))
    // A damped oscillation, sample from sample.
    const damping = Math.exp(-1 / (decay * rate))
    const turn = 2 * damping * Math.cos((2 * Math.PI * hertz) / rate)
    let [last, value] = [0, level * Math.sin((2 * Math.PI * hertz) / rate)]
    for (let i = from; i < to; i++) {
      mid[i]! += value
      sides[i]! += place * value
      const following = turn * value - damping * damping * last
      last = value
      value = following
    }
  }
  const burst = (at: number, decay: number, level: number) => {
    const from = Math.round(at * rate)
    const to = Math.min(length, from + Math.round(6 * decay * rate))
    let [smooth, envelope] = [0, level]
    const damping = Math.exp(-1 / (decay * rate))
    for (let i = from; i < to; i++) {
      const noise = next()
      // Less of what is low, as of a cymbal.
      smooth += 0.2 * (noise - smooth)
      mid[i]! += (noise - smooth) * envelope
      sides[i]! += next() * 0.6 * envelope
      envelope *= damping
    }
  }
  const scale = [0, 3, 5, 7, 10]
  const pace = 0.15 + 0.02 * next()
  for (let beat = 0; beat * pace < seconds; beat++) {
    const at = beat * pace
    const loud = 10 ** ((swing / 40) * Math.sin((2 * Math.PI * at) / 4.2))
    const note = scale[Math.floor((next() + 1) * 2.499)]! + 12 * Math.floor((next() + 1) * 1.999)
    const hertz = 110 * 2 ** (note / 12)
    const place = next()
    for (let partial = 1; partial <= 6 && partial * hertz < 0.4 * rate; partial++)
      add(at, partial * hertz, 0.25 / partial, (loud * levelOf(partial * hertz)) / partial, place)
    if (beat % 4 === 0) add(at, 65 + 20 * next(), 0.3, 1.2 * loud * levelOf(60), 0)
    burst(at, beat % 2 ? 0.02 : 0.06, 0.5 * loud * levelOf(8000))
  }
  const left = mid.map((value, i) => value + side * sides[i]!)
  const right = mid.map((value, i) => value - side * sides[i]!)
  return toPeak([left, right], peak) as [Float32Array, Float32Array]
}

/** Something like speech, mono: pulses of a voice through three formants, in syllables, with pauses between the sentences. */
export function talk(seed: number, { seconds = 5, rate = 44_100, peak = 0.4 } = {}): Float32Array {
  const length = Math.round(seconds * rate)
  const pulses = new Float32Array(length)
  const next = random(seed)
  let phase = 0
  let envelope = 0
  for (let i = 0; i < length; i++) {
    const time = i / rate
    phase += (120 + 25 * Math.sin(2.1 * time) + 10 * Math.sin(7 * time)) / rate
    const speaking = time % 2.4 < 1.9 && (time * 4.3) % 1 < 0.7
    envelope += ((speaking ? 1 : 0) - envelope) / (0.015 * rate)
    const voiced = (time * 1.9) % 1 < 0.75
    if (phase >= 1) phase -= 1
    const pulse = voiced ? (phase < 1 / (rate / 200) ? 40 : 0) : 0
    pulses[i] = envelope * (pulse + next() * (voiced ? 0.3 : 1.5)) + 1e-4 * next()
  }
  const out = new Float32Array(length)
  for (const [hertz, width, level] of [
    [500, 90, 1],
    [1500, 120, 0.5],
    [2600, 200, 0.3],
  ] as const) {
    const damping = Math.exp((-Math.PI * width) / rate)
    const turn = 2 * damping * Math.cos((2 * Math.PI * hertz) / rate)
    let [one, two] = [0, 0]
    for (let i = 0; i < length; i++) {
      const value = level * (1 - damping) * pulses[i]! + turn * one - damping * damping * two
      two = one
      one = value
      out[i]! += value
    }
  }
  for (let i = 0; i < length; i++) out[i]! += 0.002 * pulses[i]!
  return toPeak([out], peak)[0]!
}

/** The channels at a level where the highest of them reaches an amplitude. */
export function toPeak(channels: Channels, peak: number): Float32Array[] {
  let highest = 0
  for (const samples of channels) for (const value of samples) highest = Math.max(highest, Math.abs(value))
  return channels.map((samples) => samples.map((value) => (value * peak) / (highest || 1)))
}

/** The channels by a gain in dB. */
export const byGain = (channels: Channels, decibels: number): Float32Array[] =>
  channels.map((samples) => samples.map((value) => value * 10 ** (decibels / 20)))

/** Samples that a function of the time, in seconds, gives. */
export const tone = (seconds: number, at: (time: number) => number, rate = 44_100): Float32Array =>
  Float32Array.from({ length: Math.round(seconds * rate) }, (_, i) => at(i / rate))

/** Masks of speakers (WAVEFORMATEXTENSIBLE), for those counts of channels that are used here. */
const speakers: Readonly<Record<number, number>> = { 1: 4, 2: 3, 6: 0x3f }

/** A WAV file of 32-bit floats, which holds every value as it is, those that are no numbers too. */
export function wav(path: string, channels: Channels, rate = 44_100): string {
  const count = channels.length
  const length = channels[0]?.length ?? 0
  const header = Buffer.alloc(68)
  header.write('RIFF', 0)
  header.writeUInt32LE(60 + length * count * 4, 4)
  header.write('WAVEfmt ', 8)
  header.writeUInt32LE(40, 16)
  header.writeUInt16LE(0xfffe, 20)
  header.writeUInt16LE(count, 22)
  header.writeUInt32LE(rate, 24)
  header.writeUInt32LE(rate * count * 4, 28)
  header.writeUInt16LE(count * 4, 32)
  header.writeUInt16LE(32, 34)
  header.writeUInt16LE(22, 36)
  header.writeUInt16LE(32, 38)
  header.writeUInt32LE(speakers[count] ?? 0, 40)
  // The GUID of floats.
  Buffer.from('0300000000001000800000aa00389b71', 'hex').copy(header, 44)
  header.write('data', 60)
  header.writeUInt32LE(length * count * 4, 64)
  const samples = new Float32Array(length * count)
  for (const [channel, values] of channels.entries())
    for (let i = 0; i < length; i++) samples[i * count + channel] = values[i]!
  writeFileSync(
    path,
    [header, Buffer.from(samples.buffer)].reduce((a, b) => Buffer.concat([a, b])),
  )
  return path
}
