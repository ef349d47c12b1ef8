import { RealFft } from '@colophon/media'
import { lufsOf, powerOf } from './loudness.ts'
import { powerQuantiles } from './power-quantiles.ts'

/** Steps of harmonicity in a second; levels have twice as many. */
const harmonicRate = 50
/** Hz; voices' fundamental frequencies. */
const lowestPitch = 70
const highestPitch = 420
/** Seconds: two periods and a half of the lowest pitch. */
const windowSeconds = 0.036
/** Hz that the sound is brought down to before pitch is looked for; formants above that only blur it. */
const wantedRate = 4000

/**
 * Measures how periodic the sound is, 50 times a second: the autocorrelation of a windowed frame over that of its window, at the best lag of
 * a voice's pitch (P. Boersma, Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a sampled
 * sound, IFA Proceedings 17, 1993). Any part of a recording can be measured alone, and parts in their order make the whole.
 */
export class Harmonicity {
  /** Samples that `measure` needs to know after the end of a part. */
  readonly reach: number
  readonly #rate: number
  readonly #length: number
  readonly #sum: number
  readonly #window: Float32Array
  readonly #fft: RealFft
  readonly #frame: Float32Array
  readonly #re: Float32Array
  readonly #im: Float32Array
  readonly #own: Float32Array
  readonly #low: Float32Array
  readonly #lags: readonly [least: number, most: number]

  /** @param sampleRate Hz @param length samples of the recording */
  constructor(sampleRate: number, length: number) {
    this.#rate = sampleRate
    this.#length = length
    this.#sum = Math.max(1, Math.round(sampleRate / wantedRate))
    const rate = sampleRate / this.#sum
    const size = Math.max(8, Math.round(windowSeconds * rate))
    this.reach = (size + 1) * this.#sum
    this.#window = Float32Array.from({ length: size }, (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / size))
    this.#low = new Float32Array(size)
    const transform = 2 ** Math.ceil(Math.log2(1.6 * size))
    this.#fft = new RealFft(transform, 'float32')
    this.#frame = new Float32Array(transform)
    this.#re = new Float32Array(this.#fft.bins)
    this.#im = new Float32Array(this.#fft.bins)
    this.#lags = [Math.ceil(rate / highestPitch), Math.min(Math.floor(rate / lowestPitch), Math.floor(0.6 * size) - 1)]
    this.#own = this.#autocorrelation(this.#window).slice(0, size)
  }

  /** Of the frame that is given, which is padded by zeros; a view that the next call overwrites. */
  #autocorrelation(samples: Float32Array): Float32Array {
    const [frame, re, im] = [this.#frame, this.#re, this.#im]
    frame.fill(0)
    frame.set(samples)
    this.#fft.forward(frame, re, im)
    for (let k = 0; k < re.length; k++) {
      re[k] = (re[k] as number) ** 2 + (im[k] as number) ** 2
      im[k] = 0
    }
    this.#fft.inverse(re, im, frame)
    return frame
  }

  /**
   * Harmonicity of the steps that begin in a part of the recording: 0 for noise or silence to 255 for a perfect period.
   *
   * @param samples one channel, the mid; what they do not reach is taken as 0, so they should go on for `reach` beyond the part
   * @param start where in the recording the first of the samples is
   * @param from first sample of the part
   * @param to the sample after its last
   */
  measure(samples: Float32Array, start: number, from: number, to: number): Uint8Array {
    const stepOf = (sample: number) => Math.ceil((sample * harmonicRate) / this.#rate - 0.5)
    const at = (step: number) => Math.round((step * this.#rate) / harmonicRate)
    let first = Math.max(0, stepOf(from) - 1)
    while (at(first) < from) first++
    const steps: number[] = []
    for (let step = first; at(step) < Math.min(to, this.#length); step++)
      steps.push(this.#harmonicity(samples, at(step) - start))
    return Uint8Array.from(steps)
  }

  #harmonicity(samples: Float32Array, start: number): number {
    const frame = this.#bringDown(samples, start)
    const correlation = this.#autocorrelation(frame)
    const power = correlation[0] as number
    if (!(power > 1e-12)) return 0
    const [least, most] = this.#lags
    const own = this.#own
    let best = 0
    let last = (correlation[least] as number) / (own[least] as number)
    let here = (correlation[least + 1] as number) / (own[least + 1] as number)
    // A peak inside the range: what only falls from lag 0 on is low-frequency noise, not a voice.
    for (let lag = least + 1; lag < most; lag++) {
      const next = (correlation[lag + 1] as number) / (own[lag + 1] as number)
      if (here > best && here >= last && here >= next) best = here
      last = here
      here = next
    }
    return Math.round(255 * Math.min(1, (best * (own[0] as number)) / power))
  }

  /** A windowed frame without its mean, at the lower rate. */
  #bringDown(samples: Float32Array, start: number): Float32Array {
    const [window, sum, frame] = [this.#window, this.#sum, this.#low]
    const end = start + frame.length * sum
    const from = start >= 0 && end <= samples.length ? samples : padded(samples, start, end)
    let at = from === samples ? start : 0
    let mean = 0
    for (let i = 0; i < frame.length; i++) {
      let total = 0
      for (const next = at + sum; at < next; at++) total += from[at] as number
      frame[i] = total
      mean += total
    }
    mean /= frame.length
    for (let i = 0; i < frame.length; i++) frame[i] = ((frame[i] as number) - mean) * (window[i] as number)
    return frame
  }
}

/** Samples of a range, 0 where there are none. */
function padded(samples: Float32Array, from: number, to: number): Float32Array {
  const out = new Float32Array(to - from)
  const first = Math.max(0, from)
  if (first < Math.min(to, samples.length)) out.set(samples.subarray(first, Math.min(to, samples.length)), first - from)
  return out
}

/** Where someone speaks. */
export interface SpeechActivity {
  /** 1 where someone speaks, else 0; 100 a second, as the powers. */
  readonly active: Uint8Array
  /** Part of the recording where someone speaks, 0 to 1. */
  readonly share: number
  /** LUFS over where someone speaks, BS.1770's formula without gates; null where nobody does. */
  readonly loudness: number | null
}

/** Decibels over the floor from where sound may be speech. */
const overFloor = 8
/** Decibels under the loud parts from where sound is too faint to be the one who speaks. */
const underLoud = 26
/** Harmonicity, of 255, of a voiced sound. */
const voiced = 150
/** Steps that speech goes on around a voiced sound: consonants and short pauses. */
const before = 12
const after = 18
/** Steps of a stretch below which it is a click. */
const leastRun = 8

/**
 * Finds where someone speaks: where the level is over the floor and near enough to that of the loud parts, and a voiced sound is near.
 *
 * @param power K-weighted power, 100 a second
 * @param harmonicity of {@link Harmonicity}, 50 a second
 */
export function activeSpeech(power: Float32Array, harmonicity: Uint8Array): SpeechActivity {
  const steps = power.length
  const [quiet, loud] = powerQuantiles(power, powerOf(-70), [0.05, 0.95]).map(lufsOf)
  if (quiet === undefined || loud === undefined) return { active: new Uint8Array(steps), share: 0, loudness: null }
  const gate = powerOf(Math.max(Math.min(quiet + overFloor, loud - 6), loud - underLoud))
  const near = new Uint8Array(steps)
  for (let i = 0; i < harmonicity.length; i++)
    if ((harmonicity[i] as number) >= voiced && (power[2 * i] as number) >= gate)
      near.fill(1, Math.max(0, 2 * i - before), Math.min(steps, 2 * i + 2 + after))
  const active = new Uint8Array(steps)
  for (let i = 0; i < steps; i++) active[i] = near[i] === 1 && (power[i] as number) >= gate ? 1 : 0
  dropClicks(active)
  let [count, sum] = [0, 0]
  for (let i = 0; i < steps; i++)
    if (active[i]) {
      count++
      sum += power[i] as number
    }
  return {
    active,
    share: steps ? count / steps : 0,
    loudness: sum > 0 ? lufsOf(sum / count) : null,
  }
}

function dropClicks(active: Uint8Array): void {
  let from = 0
  for (let i = 0; i <= active.length; i++) {
    if (active[i]) continue
    if (i - from < leastRun) active.fill(0, from, i)
    from = i + 1
  }
}
