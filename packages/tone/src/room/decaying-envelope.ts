import { BandEnvelopes, type Envelopes, envelopeRate } from '../measure/band-envelopes.ts'
import { bandNumbers, bandOf, bandStatistics } from '../measure/decay.ts'
import type { Curve } from '../profile.ts'
import { normal, randomSource } from './random.ts'

/** Seconds of noise that fluctuations are taken from. */
const noiseSeconds = 20

/**
 * How the power of noise of an even level fluctuates from step to step in each band, 1 in the mean: reverberation and room tone do so, the
 * more the narrower the band.
 */
export function fluctuations(sampleRate: number): Envelopes {
  const length = Math.round(noiseSeconds * sampleRate)
  const random = randomSource(1)
  const noise = new Float32Array(length + 4096)
  for (let i = 0; i < noise.length; i++) noise[i] = normal(random)
  const meter = new BandEnvelopes(sampleRate, length)
  const envelopes = meter.join([meter.measure(noise, 0, 0, length)])
  const bands = envelopes.frequency.length
  for (let b = 0; b < bands; b++) {
    let mean = 0
    for (let i = b; i < envelopes.values.length; i += bands) mean += (envelopes.values[i] as number) / envelopes.steps
    for (let i = b; i < envelopes.values.length; i += bands)
      envelopes.values[i] = (envelopes.values[i] as number) / mean
  }
  return envelopes
}

/**
 * How far the quietest 3 % of steady noise lie under its mean in each band: what has to be added to the floor that decay statistics tell to
 * have the level of such a noise.
 */
export function steadyDepth(sampleRate: number): Curve {
  const noise = fluctuations(sampleRate)
  const level = noise.frequency.map((_, band) => bandStatistics(bandOf(noise, band))?.[bandNumbers - 1] ?? 0)
  return { frequency: [...noise.frequency], level }
}

/**
 * The power envelope of what an exponential decay makes of a sound, for an energy of 1: that of the sound convolved with that of the decay
 * (M. Unoki et al., A speech dereverberation method based on the MTF concept, Eurospeech 2003).
 *
 * @param power mean squares, 100 a second
 * @param decay seconds to fall by 60 dB
 * @param preDelay seconds until it begins, up to 25 ms
 * @param stretch steps after which what follows is not adjacent; 0: none
 */
export function decayingEnvelope(
  power: Float32Array,
  decay: number,
  preDelay: number,
  stretch: number,
  out: Float32Array,
): void {
  const fallen = (steps: number) => 10 ** ((-6 * Math.max(0, steps / envelopeRate - preDelay)) / decay)
  // Energy that arrives nearer to this step's distance than to the next.
  const energy = (j: number) => (j === 0 ? 1 : fallen(j - 0.5)) - fallen(j + 0.5)
  const [c0, c1, c2, c3] = [energy(0), energy(1), energy(2), energy(3)]
  const ratio = 10 ** (-6 / envelopeRate / decay)
  let [x1, x2, x3, tail] = [0, 0, 0, 0]
  for (let i = 0; i < power.length; i++) {
    if (stretch > 0 && i % stretch === 0) [x1, x2, x3, tail] = [0, 0, 0, 0]
    const x = power[i] as number
    tail = ratio * tail + c3 * x3
    out[i] = c0 * x + c1 * x1 + c2 * x2 + tail
    x3 = x2
    x2 = x1
    x1 = x
  }
}
