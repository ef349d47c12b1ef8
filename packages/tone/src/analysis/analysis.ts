import type { Envelopes } from '../measure/band-envelopes.ts'
import type { Profile } from '../profile.ts'

/**
 * Mean power spectrum over the frames within 20 dB of the mean level, in full resolution: `frameLength / 2 + 1` bins, bin k at
 * k * sampleRate / frameLength Hz. One-sided, and scaled so that the bins of a spectrum add up to the mean square of the samples (a
 * sine of full scale: 0.5, which is -3.01 dB).
 */
export interface Spectrum {
  /** Of (L+R)/2; of more channels than two, of what they give mixed down to one. */
  readonly mid: Float64Array
  /** Of (L-R)/2; null unless there are two channels. */
  readonly side: Float64Array | null
  /** As `mid`, of the quietest tenth of the frames; zeros where these are digital silence. */
  readonly noise: Float64Array
}

/**
 * A recording in coarse: the power in bands of a third of an octave, frame by frame. Frame i of as many as there were before pooling
 * begins at sample i * hop. Row r of `mid` and `side` is the mean of the frames r * pool to (r + 1) * pool - 1, of which the last row may
 * have fewer.
 */
export interface Sketch {
  readonly sampleRate: number
  /** Samples of a frame (Hann window), about 0.186 s: 8192 at 44.1 and 48 kHz, always a power of two. */
  readonly frameLength: number
  /** Samples from frame to frame: half a frame. */
  readonly hop: number
  /** How many adjacent frames are averaged in a row: 1 unless there are more than 20,000. */
  readonly pool: number
  /** Rows. */
  readonly frames: number
  /** Hz: 1000 * 2^(k / 3) from 25 Hz up (k = -16), as long as the band begins below 20 kHz and half the sample rate. */
  readonly centres: Float64Array
  /** Power by row and band, `mid[row * centres.length + band]`, scaled as {@link Spectrum} is. */
  readonly mid: Float32Array
  /** The same of the side; null unless there are two channels. */
  readonly side: Float32Array | null
  /** For each row the part of its frames, 0 to 1, that are within 20 dB of the mean level: those {@link Spectrum} is the mean of. */
  readonly active: Float32Array
}

/** Gives back the memory of the levels over time, which of ten hours are large: from then on there are none. */
export const forgetPower = ({ power }: Pick<Analysis, 'power'>): void => {
  ;(power.buffer as ArrayBuffer).transfer(0)
}

/** All that is known of a recording once it has been gone over. */
export interface Analysis {
  readonly profile: Profile
  readonly sketch: Sketch
  readonly spectrum: Spectrum
  /** K-weighted power of the channels, weighted by BS.1770, for each 10 ms: step k is of samples round(k * rate / 100) on. */
  readonly power: Float32Array
  /** Power of the mid in octave bands over time, of 20 minutes at the most: what reverberation is designed on. */
  readonly envelopes: Envelopes
  /** Periodicity, 0 to 255, 50 a second: with `power` it tells where someone speaks, see `activeSpeech`. */
  readonly harmonicity: Uint8Array
}
