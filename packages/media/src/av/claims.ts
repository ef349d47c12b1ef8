import type { Dictionary, FormatContext } from 'node-av/lib'
import { checkLimit } from '../failures.ts'
import { limits } from '../limits.ts'
import type { Av } from './library.ts'

/**
 * Makes sure that what the headers of a container claim lies within the limits, before anything is decoded.
 *
 * @throws ColophonError MEDIA_TOO_LARGE
 */
export function checkClaims(av: Av, context: FormatContext): void {
  checkLimit('streams', context.nbStreams, limits.streams)
  for (const { codecpar } of context.streams) {
    checkLimit('bytes of codec settings', codecpar.extradataSize, limits.settingsBytes)
    if (codecpar.codecType === av.AVMEDIA_TYPE_VIDEO)
      checkLimit('pixels in a frame', codecpar.width * codecpar.height, limits.framePixels)
    if (codecpar.codecType !== av.AVMEDIA_TYPE_AUDIO) continue
    checkLimit('channels', codecpar.channels, limits.channels)
    checkLimit('samples a second', codecpar.sampleRate, limits.sampleRate)
  }
}

/**
 * What a decoder is told, so that it obeys the limits itself: frames may turn out larger than the container said, or change their
 * size in the middle of a stream. Free it after the decoder is opened.
 */
export const decoderBounds = (av: Av): Dictionary =>
  av.Dictionary.fromObject({
    max_pixels: limits.framePixels,
    // A packet of sound longer than a minute at the highest rate is none.
    max_samples: 60 * limits.sampleRate,
  })
