import { frameToRgb, openMedia, type Picture, readPicture, resize } from '@colophon/media'

/** A picture of 8-bit RGB. */
export const rgbPicture = (width: number, height: number, samples: Uint8Array): Picture => ({
  width,
  height,
  channels: 3,
  samples,
  bitDepth: 8,
  premultiplied: false,
  orientation: 1,
  format: 'png',
  encoding: { frames: 1 },
})

/** A picture file as 8-bit sRGB, without alpha. */
export async function rgbOf(path: string): Promise<Picture> {
  const { width, height, channels, samples } = await readPicture(path, { to: 'srgb' })
  const rgb = new Uint8Array(width * height * 3)
  const scale = samples instanceof Uint8Array ? 1 : 1 / 257
  for (let pixel = 0; pixel < width * height; pixel++)
    for (let k = 0; k < 3; k++)
      rgb[pixel * 3 + k] = Math.round(samples[pixel * channels + (channels < 3 ? 0 : k)]! * scale)
  return rgbPicture(width, height, rgb)
}

/** The picture in another size. */
export function resized(picture: Picture, width: number, height: number): Picture {
  const clamped = new Uint8ClampedArray(width * height * 3)
  for (let channel = 0; channel < 3; channel++) {
    const plane = { data: picture.samples, width: picture.width, height: picture.height, step: 3, offset: channel }
    const values = resize(plane, width, height)
    for (let pixel = 0; pixel < values.length; pixel++) clamped[pixel * 3 + channel] = values[pixel]!
  }
  return rgbPicture(width, height, new Uint8Array(clamped.buffer))
}

/** The picture with so many pixels on its short side. */
export function withShortSide(picture: Picture, short: number): Picture {
  const factor = short / Math.min(picture.width, picture.height)
  return resized(picture, Math.round(picture.width * factor), Math.round(picture.height * factor))
}

/** A part of the picture. */
export function part(picture: Picture, left: number, top: number, width: number, height: number): Picture {
  const samples = new Uint8Array(width * height * 3)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * 3
    samples.set(picture.samples.subarray(from, from + width * 3), y * width * 3)
  }
  return rgbPicture(width, height, samples)
}

/** Frames from within a video, evenly apart. */
export async function framesOf(path: string, count: number): Promise<Picture[]> {
  const media = await openMedia(path)
  const frames: Picture[] = []
  for (let index = 0; index < count; index++) {
    const from = ((media.report.duration ?? 1) * (index + 0.5)) / count
    for await (const frame of media.frames({ from })) {
      const { width, height, samples } = frameToRgb(frame)
      const bytes = samples instanceof Uint8Array ? samples : Uint8Array.from(samples, (value) => value >> 8)
      frames.push(rgbPicture(width, height, bytes))
      break
    }
  }
  return frames
}

/** Y of JPEG (ITU-R BT.601), as measures of quality are taken. */
export function lumaOf({ width, height, samples }: Picture): { data: Float32Array; width: number; height: number } {
  const data = new Float32Array(width * height)
  for (let pixel = 0, at = 0; pixel < data.length; pixel++, at += 3)
    data[pixel] = 0.299 * samples[at]! + 0.587 * samples[at + 1]! + 0.114 * samples[at + 2]!
  return { data, width, height }
}
