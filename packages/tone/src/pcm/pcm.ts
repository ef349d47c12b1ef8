/**
 * Sound on disk, as decoded: 32-bit floats, little-endian, channels interleaved. All passes over a recording read it from here, any part
 * in any order, on any thread.
 */
export interface Pcm {
  readonly path: string
  readonly sampleRate: number
  /** FFmpeg's name of the channel layout, e.g. `mono`, `stereo`, `5.1(side)`. */
  readonly layout: string
  readonly channels: number
  /** Samples of each channel. */
  readonly length: number
}
