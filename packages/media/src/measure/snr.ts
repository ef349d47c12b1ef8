/** Samples of one channel. */
export type Signal = ArrayLike<number>

function checkSignals(reference: Signal, test: Signal): void {
  if (reference.length !== test.length)
    throw new RangeError(`Signals of ${reference.length} and ${test.length} samples cannot be compared.`)
}

const decibels = (ratio: number): number => 10 * Math.log10(ratio)

/**
 * Signal-to-noise ratio over a recording that comes in pieces: 10 log10(sum of x² / sum of (x - y)²), in dB. `Infinity` where
 * no sample differs, `-Infinity` for noise on silence.
 */
export class SnrMeter {
  #signal = 0
  #noise = 0

  /**
   * Takes in the next samples.
   *
   * @throws RangeError if the lengths differ
   */
  add(reference: Signal, test: Signal): void {
    checkSignals(reference, test)
    let [signal, noise] = [0, 0]
    for (let i = 0; i < reference.length; i++) {
      const value = reference[i]!
      const difference = value - test[i]!
      signal += value * value
      noise += difference * difference
    }
    this.#signal += signal
    this.#noise += noise
  }

  get result(): number {
    return this.#noise === 0 ? Number.POSITIVE_INFINITY : decibels(this.#signal / this.#noise)
  }
}

/** Signal-to-noise ratio of two signals in dB; see {@link SnrMeter}. */
export function snr(reference: Signal, test: Signal): number {
  const meter = new SnrMeter()
  meter.add(reference, test)
  return meter.result
}

export interface SegmentalOptions {
  /** Samples of a frame. Default 30 ms. */
  readonly frame?: number
  /** Samples from frame to frame. Default a quarter of a frame. */
  readonly hop?: number
  /** Ratios are held to this range, in dB. Default -10 to 35. */
  readonly range?: readonly [number, number]
}

/**
 * Segmental signal-to-noise ratio in dB: the mean over frames, under a Hann window, of ratios that are held to what can be heard
 * (Hansen, Pellom, "An effective quality evaluation protocol for speech enhancement algorithms", ICSLP 1998). Samples beyond the
 * last whole frame are left out. `NaN` for signals shorter than a frame.
 *
 * @param sampleRate Hz
 * @throws RangeError if the lengths differ
 */
export function segmentalSnr(
  reference: Signal,
  test: Signal,
  sampleRate: number,
  options: SegmentalOptions = {},
): number {
  checkSignals(reference, test)
  const { frame = Math.round(0.03 * sampleRate), hop = Math.max(1, Math.floor(frame / 4)), range = [-10, 35] } = options
  if (!(frame >= 1 && hop >= 1)) throw new RangeError(`Frames of ${frame} samples every ${hop} samples cannot be.`)
  const [least, most] = range
  // Squared, as it is energies that are weighed. Its ends lie just outside of the frame, so that every sample counts.
  const weights = Float64Array.from(
    { length: frame },
    (_, i) => (0.5 * (1 - Math.cos((2 * Math.PI * (i + 1)) / (frame + 1)))) ** 2,
  )
  let [total, frames] = [0, 0]
  for (let start = 0; start + frame <= reference.length; start += hop) {
    let [signal, noise] = [0, 0]
    for (let i = 0; i < frame; i++) {
      const value = reference[start + i]!
      const difference = value - test[start + i]!
      signal += weights[i]! * value * value
      noise += weights[i]! * difference * difference
    }
    // Without noise a frame is as good as can be, silent or not.
    const ratio = noise === 0 ? most : decibels(signal / noise)
    total += Math.min(most, Math.max(least, ratio))
    frames++
  }
  return total / frames
}

/**
 * Scale-invariant signal-to-distortion ratio in dB: as {@link snr}, with the reference scaled to fit the test the best (Le Roux,
 * Wisdom, Erdogan, Hershey, "SDR – half-baked or well done?", ICASSP 2019, equation 3). A constant offset counts as distortion.
 *
 * @throws RangeError if the lengths differ
 */
export function siSdr(reference: Signal, test: Signal): number {
  checkSignals(reference, test)
  let [product, energy] = [0, 0]
  for (let i = 0; i < reference.length; i++) {
    product += reference[i]! * test[i]!
    energy += reference[i]! ** 2
  }
  const scale = product / energy
  let [signal, noise] = [0, 0]
  for (let i = 0; i < reference.length; i++) {
    const target = scale * reference[i]!
    signal += target ** 2
    noise += (target - test[i]!) ** 2
  }
  return decibels(signal / noise)
}
