import type { Picture } from '@colophon/media'
import { pictureLuma } from '../picture/picture-luma.ts'

/** By how much changes are multiplied in the picture of the residual. */
export const residualAmplification = 8

/**
 * A grey picture of what a mark changed: mid grey where nothing, lighter where the picture became lighter, eight times as much.
 *
 * @param original and marked of the same size
 */
export function residualPicture(original: Picture, marked: Picture): Picture {
  const [before, after] = [pictureLuma(original), pictureLuma(marked)]
  const samples = new Uint8Array(before.data.length)
  for (let pixel = 0; pixel < samples.length; pixel++) {
    const level = 128 + residualAmplification * (after.data[pixel]! - before.data[pixel]!)
    samples[pixel] = level <= 0 ? 0 : level >= 255 ? 255 : Math.floor(level + 0.5)
  }
  return {
    width: before.width,
    height: before.height,
    channels: 1,
    samples,
    bitDepth: 8,
    premultiplied: false,
    orientation: 1,
    format: 'png',
    encoding: { frames: 1 },
  }
}
