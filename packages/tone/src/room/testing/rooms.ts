import { convolve } from '@colophon/media'
import { BandEnvelopes, type Envelopes } from '../../measure/band-envelopes.ts'
import { noise } from '../../pcm/testing/make-pcm.ts'
import { normal } from '../random.ts'

export const envelopesOf = (samples: Float32Array, rate: number): Envelopes => {
  const meter = new BandEnvelopes(rate, samples.length)
  return meter.join([meter.measure(samples, 0, 0, samples.length)])
}

/** Something like speech: syllables of a pitch and of hiss, words of some syllables, and pauses. Nothing is heard in the pauses. */
export function babble(seconds: number, rate: number, pitch: number, seed: number): Float32Array {
  const next = noise(seed)
  const random = () => (next() + 1) / 2
  const out = new Float32Array(Math.round(seconds * rate))
  let at = 0.2
  while (at < seconds) {
    for (let syllable = 1 + Math.floor(4 * random()); syllable > 0 && at < seconds; syllable--) {
      const [length, voiced, loud] = [0.08 + 0.16 * random(), random() < 0.75, 0.3 + 0.7 * random()]
      const own = pitch * (0.9 + 0.2 * random())
      for (let i = Math.round(at * rate); i < Math.min(out.length, (at + length) * rate); i++) {
        const since = i / rate - at
        const shape = Math.min(1, since / 0.02, (length - since) / 0.02) * loud * 0.1
        let value = 0.3 * next()
        if (voiced)
          for (let partial = 1; partial < 24; partial++)
            value += Math.sin(2 * Math.PI * own * partial * since + partial * partial) / partial ** 0.7
        else value = 2 * next()
        out[i] = shape * value
      }
      at += length + 0.02 + 0.05 * random()
    }
    at += 0.15 + 0.5 * random()
  }
  return out
}

/** Direct sound, and after 4 ms noise that falls by 60 dB in `decay` seconds with so many dB of energy over the direct sound. */
export function exponentialRoom(decay: number, wet: number, rate: number, seed = 5): Float32Array {
  const next = noise(seed)
  const [delay, length] = [Math.round(0.004 * rate), Math.round(1.2 * decay * rate)]
  const out = new Float32Array(delay + length)
  let energy = 0
  for (let i = 0; i < length; i++) {
    const value = normal(() => (next() + 1) / 2) * 10 ** ((-3 * i) / rate / decay)
    out[delay + i] = value
    energy += value * value
  }
  const scale = Math.sqrt(10 ** (wet / 10) / energy)
  const room = out.map((value) => value * scale)
  room[0] = 1
  return room
}

/** The sound in the room, as long as the sound. */
export const inRoom = (samples: Float32Array, response: Float32Array): Float32Array =>
  convolve(samples, response).slice(0, samples.length)

/** The sound, and with it what the responses make of it. */
export const withReverb = (samples: Float32Array, response: Float32Array): Float32Array => {
  const wet = inRoom(samples, response)
  return samples.map((value, i) => value + wet[i]!)
}
