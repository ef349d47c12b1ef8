/**
 * What a file may claim in its header before anything is decoded. They bound memory and time, and are far above what real media
 * need; a file beyond them is refused with `MEDIA_TOO_LARGE`.
 */
export const limits = {
  /** Pixels of a still picture: 16384 x 16384. */
  imagePixels: 2 ** 28,
  /** Pixels of a video frame: 8192 x 8192. */
  framePixels: 2 ** 26,
  /** Pixels of a video frame's longer side. Decoders and scalers hold lines of this length many times over. */
  frameSide: 2 ** 16,
  /** Seconds that a recording may last: a week. */
  seconds: 7 * 24 * 3600,
  streams: 128,
  chapters: 4096,
  /** Channels of a sound stream. Seventh-order ambisonics have 64. */
  channels: 64,
  /** Samples a second, above every rate that is in use (DSD512 has 2.8 million bytes a second). */
  sampleRate: 2 ** 23,
  /** Bytes of what a container stores for a decoder. */
  settingsBytes: 2 ** 24,
  /** Samples (frames, packets) in the fragments of an MP4 file, whose reader holds about 40 bytes for each: a week at 100 a second. */
  indexSamples: 2 ** 26,
  /** Bytes that the compressed parts of a tag may unfold into. */
  tagBytes: 2 ** 26,
} as const
