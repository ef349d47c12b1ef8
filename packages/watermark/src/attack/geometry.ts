import { type Picture, resize } from '@colophon/media'
import { project } from './project.ts'
import type { SeededRandom } from './random.ts'
import { peakOf, rounded, samplesLike, withSamples } from './samples.ts'
import type { RotatedCanvas } from './step.ts'

/** Keeps a window of so much of each side; where it lies is left to chance. */
export function crop(picture: Picture, share: number, random: SeededRandom): Picture {
  const width = Math.max(1, Math.floor(picture.width * share))
  const height = Math.max(1, Math.floor(picture.height * share))
  const left = random.below(picture.width - width + 1)
  const top = random.below(picture.height - height + 1)
  return cropTo(picture, { left, top, width, height })
}

/** Cuts out a window that lies within the picture. */
export function cropTo(
  picture: Picture,
  window: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
): Picture {
  const { channels, samples } = picture
  const { left, top, width, height } = window
  const kept = samplesLike(picture, width * height * channels)
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * picture.width + left) * channels
    kept.set(samples.subarray(from, from + width * channels), y * width * channels)
  }
  return withSamples(picture, kept, width, height)
}

/** Resizes to a number of pixels, bicubically, with a filter widened where it gets smaller. */
export function resizeTo(picture: Picture, width: number, height: number): Picture {
  const { channels, samples } = picture
  const peak = peakOf(picture)
  const resized = samplesLike(picture, width * height * channels)
  for (let channel = 0; channel < channels; channel++) {
    const plane = { data: samples, width: picture.width, height: picture.height, step: channels, offset: channel }
    const values = resize(plane, width, height)
    for (let pixel = 0, at = channel; pixel < values.length; pixel++, at += channels)
      resized[at] = rounded(values[pixel]!, peak)
  }
  return withSamples(picture, resized, width, height)
}

export const scaleBy = (picture: Picture, x: number, y: number): Picture =>
  resizeTo(picture, Math.max(1, Math.round(picture.width * x)), Math.max(1, Math.round(picture.height * y)))

/** Makes the longer side so many pixels, if it has more. */
export function fitInto(picture: Picture, longSide: number): Picture {
  const factor = longSide / Math.max(picture.width, picture.height)
  return factor < 1 ? scaleBy(picture, factor, factor) : picture
}

/** Turns by 90 degrees, anticlockwise. */
export function quarterTurn(picture: Picture): Picture {
  const { width, height } = picture
  return rearranged(picture, height, width, (x, y) => x * width + (width - 1 - y))
}

export function flip(picture: Picture, axis: 'horizontal' | 'vertical'): Picture {
  const { width, height } = picture
  return axis === 'horizontal'
    ? rearranged(picture, width, height, (x, y) => y * width + (width - 1 - x))
    : rearranged(picture, width, height, (x, y) => (height - 1 - y) * width + x)
}

function rearranged(picture: Picture, width: number, height: number, from: (x: number, y: number) => number): Picture {
  const { channels, samples } = picture
  const moved = samplesLike(picture, samples.length)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const source = from(x, y) * channels
      for (let channel = 0; channel < channels; channel++) moved[at++] = samples[source + channel]!
    }
  return withSamples(picture, moved, width, height)
}

/** Turns about the middle, anticlockwise as the picture is looked at. */
export function rotate(picture: Picture, degrees: number, canvas: RotatedCanvas): Picture {
  const angle = (degrees * Math.PI) / 180
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const { width, height } = rotatedSize(picture, cos, sin, canvas)
  const [cx, cy] = [(picture.width - 1) / 2, (picture.height - 1) / 2]
  const [dx, dy] = [(width - 1) / 2, (height - 1) / 2]
  // Rows go down: turning anticlockwise fetches from clockwise.
  const inverse = [cos, -sin, cx - cos * dx + sin * dy, sin, cos, cy - sin * dx - cos * dy, 0, 0, 1] as const
  return project(picture, { width, height, inverse, background: canvas === 'larger' ? 1 : 0 })
}

function rotatedSize(picture: Picture, cos: number, sin: number, canvas: RotatedCanvas) {
  const { width, height } = picture
  if (canvas === 'same') return { width, height }
  const [c, s] = [Math.abs(cos), Math.abs(sin)]
  // A cosine that is 0 comes out a little more, which is no reason for another pixel.
  const whole = (length: number) => Math.ceil(length - 1e-6)
  if (canvas === 'larger') return { width: whole(width * c + height * s), height: whole(width * s + height * c) }
  // The largest rectangle of the same proportions, without corners.
  const factor = Math.min(width / (width * c + height * s), height / (width * s + height * c))
  return { width: Math.max(1, Math.floor(width * factor)), height: Math.max(1, Math.floor(height * factor)) }
}

/** Moves the lower edge to the right by a share of the height; the picture keeps its size, and the gaps are black. */
export function shear(picture: Picture, share: number): Picture {
  const { width, height } = picture
  const inverse = [1, -share, (share * (height - 1)) / 2, 0, 1, 0, 0, 0, 1] as const
  return project(picture, { width, height, inverse, background: 0 })
}
