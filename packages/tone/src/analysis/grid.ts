/**
 * The frames that spectra are taken of. Frame k is of samples k * hop to k * hop + frameLength - 1; they are whole, but for a recording
 * that is shorter than one.
 */
export interface Grid {
  readonly frameLength: number
  readonly hop: number
  readonly frames: number
}

/** Seconds of a frame, as near as a power of two comes: long enough for a bass note's band, short enough for a syllable. */
const frameSeconds = 8192 / 44_100

/** Samples of a frame at a rate: 8192 at 44.1 and 48 kHz, always a power of two. */
export const frameLengthOf = (sampleRate: number): number =>
  Math.max(64, 2 ** Math.round(Math.log2(frameSeconds * sampleRate)))

/** The frames of a recording. */
export function gridOf(sampleRate: number, length: number): Grid {
  const frameLength = frameLengthOf(sampleRate)
  const hop = frameLength / 2
  return { frameLength, hop, frames: Math.max(1, Math.floor((length - frameLength) / hop) + 1) }
}
