/** Blocks of the control track: the power of two nearest to 1.45 ms of samples, 64 at 44.1 and 48 kHz. */
export const controlBlock = (sampleRate: number): number =>
  2 ** Math.max(3, Math.min(10, Math.round(Math.log2(sampleRate * 0.00145))))

/** Seconds of a slice, about: long enough that what is read twice at its ends does not count, short enough to lose little in a crash. */
const sliceSeconds = 11

/**
 * Samples of a slice: whole chunks of the stages, so that a slice computes the same numbers whoever computes it, and whole blocks of the
 * control track. It depends on the preset and the sample rate alone.
 */
export const sliceLength = (chunk: number, sampleRate: number): number =>
  chunk * Math.max(1, Math.round((sliceSeconds * sampleRate) / chunk))

/** How many slices cover so many samples. */
export const slicesIn = (length: number, slice: number): number => Math.ceil(length / slice)
