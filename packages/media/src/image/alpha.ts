import { hasAlpha, type Picture } from './picture.ts'

/** A colour as levels of red, green and blue, 0 to 255. */
export type Background = readonly [red: number, green: number, blue: number]

type Layers = Pick<Picture, 'samples' | 'channels'>

/** What the alpha of a picture does: nothing (`none` or all of it opaque), show or hide whole pixels, or blend. */
export function alphaUse({ samples, channels }: Layers): 'none' | 'opaque' | 'bilevel' | 'blended' {
  if (!hasAlpha(channels)) return 'none'
  const full = samples instanceof Uint8Array ? 255 : 65535
  let use: 'opaque' | 'bilevel' = 'opaque'
  for (let i = channels - 1; i < samples.length; i += channels) {
    const alpha = samples[i]!
    if (alpha === full) continue
    if (alpha !== 0) return 'blended'
    use = 'bilevel'
  }
  return use
}

/**
 * Lays a picture over a background: `background + (colour - background) alpha`, rounded, in the picture's own colour space as
 * viewers do. Of grey pictures the background's green is taken.
 *
 * @returns samples without alpha
 */
export function flatten({ samples, channels }: Layers, background: Background): Uint8Array | Uint16Array {
  const wide = samples instanceof Uint16Array
  const full = wide ? 65535 : 255
  const colours = channels - 1
  const pixels = samples.length / channels
  const flat = wide ? new Uint16Array(pixels * colours) : new Uint8Array(pixels * colours)
  const under = (colours === 1 ? [background[1]] : background).map((level) => (wide ? level * 257 : level))
  for (let from = 0, to = 0; from < samples.length; from += channels) {
    const alpha = samples[from + colours]! / full
    for (let colour = 0; colour < colours; colour++)
      flat[to++] = Math.round(under[colour]! + (samples[from + colour]! - under[colour]!) * alpha)
  }
  return flat
}
