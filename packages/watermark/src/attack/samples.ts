import type { Picture } from '@colophon/media'

/** White. */
export const peakOf = ({ samples }: Pick<Picture, 'samples'>): number => (samples instanceof Uint8Array ? 255 : 65535)

/** Channels that are colours; after them there may be alpha. */
export const coloursOf = ({ channels }: Pick<Picture, 'channels'>): 1 | 3 => (channels < 3 ? 1 : 3)

/** An array for samples like those of a picture. */
export const samplesLike = (picture: Pick<Picture, 'samples'>, length: number): Picture['samples'] =>
  picture.samples instanceof Uint8Array ? new Uint8Array(length) : new Uint16Array(length)

/** The picture with other samples of the same kind; what lies beside the pixels stays. */
export const withSamples = (
  picture: Picture,
  samples: Picture['samples'],
  width = picture.width,
  height = picture.height,
): Picture => ({ ...picture, width, height, samples })

/** Changes each colour by a table of all levels; alpha stays. */
export function mapColours(picture: Picture, change: (level: number, peak: number) => number): Picture {
  const { samples, channels } = picture
  const peak = peakOf(picture)
  const table = samplesLike(picture, peak + 1)
  for (let level = 0; level <= peak; level++) table[level] = rounded(change(level, peak), peak)
  const colours = coloursOf(picture)
  const changed = samples.slice()
  for (let pixel = 0; pixel < samples.length; pixel += channels)
    for (let at = pixel; at < pixel + colours; at++) changed[at] = table[samples[at]!]!
  return withSamples(picture, changed)
}

/** To the nearest level, within what there is. */
export const rounded = (value: number, peak: number): number =>
  value <= 0 ? 0 : value >= peak ? peak : Math.floor(value + 0.5)
