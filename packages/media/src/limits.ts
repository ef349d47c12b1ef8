/**
 * What a file may claim in its header before anything is decoded. They bound memory and time, and are far above what real media
 * need; a file beyond them is refused with `MEDIA_TOO_LARGE`.
 */
export const limits = {
  /** Pixels of a still picture: 16384 x 16384. */
  imagePixels: 2 ** 28,
  /** Pixels of a video frame: 8192 x 8192. */
  framePixels: 2 ** 26,
  /** Seconds that a recording may last: a week. */
  seconds: 7 * 24 * 3600,
  streams: 128,
  chapters: 4096,
} as const
