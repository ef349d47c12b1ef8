import type { Dictionary, FormatContext, Stream } from 'node-av/lib'
import { checkLimit } from '../failures.ts'
import { limits } from '../limits.ts'
import { claimedPixels } from '../read/picture-size.ts'
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
    if (codecpar.codecType === av.AVMEDIA_TYPE_VIDEO) {
      checkLimit('pixels in a frame', codecpar.width * codecpar.height, limits.framePixels)
      checkLimit("pixels in a frame's longer side", Math.max(codecpar.width, codecpar.height), limits.frameSide)
    }
    if (codecpar.codecType !== av.AVMEDIA_TYPE_AUDIO) continue
    checkLimit('channels', codecpar.channels, limits.channels)
    checkLimit('samples a second', codecpar.sampleRate, limits.sampleRate)
  }
}

const isAttached = (av: Av, { disposition }: Stream): boolean => (disposition & av.AV_DISPOSITION_ATTACHED_PIC) !== 0

/** Whether pictures are attached to a recording, whose sizes the container does not tell. */
export const hasCovers = (av: Av, context: FormatContext): boolean =>
  context.streams.some((stream) => isAttached(av, stream))

/**
 * Makes sure that the pictures attached to a recording lie within the limits. FFmpeg decodes them to find out about its streams, so
 * this comes before. It takes the pictures' packets out of the context, which is of no use afterwards.
 *
 * @throws ColophonError MEDIA_TOO_LARGE
 */
export async function checkCovers(av: Av, context: FormatContext): Promise<void> {
  using packet = new av.Packet()
  packet.alloc()
  // They are given before any other packet.
  for (let left = context.streams.filter((stream) => isAttached(av, stream)).length; left > 0; left--) {
    if ((await context.readFrame(packet)) < 0) return
    const pixels = packet.data ? claimedPixels(packet.data) : 0
    packet.unref()
    checkLimit('pixels in an attached picture', pixels, limits.framePixels)
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
