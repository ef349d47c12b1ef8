import type { SizeClass } from './corpus.ts'

/** Least exact-message rates, by attack. Attacks without one are only shown. */
export const bars: Readonly<Record<SizeClass, Readonly<Record<string, number>>>> = {
  large: {
    none: 1,
    jpeg90: 1,
    jpeg70: 1,
    jpeg50: 1,
    jpeg30: 0.95,
    jpeg20: 0.8,
    webp50: 0.95,
    avif50: 0.95,
    resize50: 1,
    resize70: 1,
    resize75: 1,
    resize150: 1,
    resize200: 1,
    aspect80: 0.95,
    crop90: 1,
    crop71: 0.95,
    crop50: 0.9,
    rotate1: 0.95,
    rotate5: 0.95,
    rotate10: 0.95,
    rotate45: 0.95,
    rotate90: 0.95,
    rotateAny: 0.95,
    hflip: 1,
    vflip: 1,
    gray: 1,
    brightness50: 1,
    brightness150: 1,
    contrast200: 1,
    blur1: 1,
    blur2: 1,
    median3: 1,
    noise02: 1,
    noise05: 1,
    noise10: 0.95,
    screenshot: 0.9,
    jpeg60crop71bright50: 0.9,
  },
  small: { none: 0.95, jpeg70: 0.9, resize75: 0.9, crop80: 0.9 },
}

/** The name of a rate in `--json`: `image.jpeg50`, and of small pictures `image.smallJpeg50`. */
export const rateName = (size: SizeClass, attack: string): string =>
  size === 'large' ? `image.${attack}` : `image.small${attack[0]!.toUpperCase()}${attack.slice(1)}`
