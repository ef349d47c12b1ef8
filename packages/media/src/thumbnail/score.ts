import type { Pixels } from '../av/picture.ts'

/** What was measured of a candidate frame. All from 0 to 1. */
export interface Looks {
  /** Mean of the luma. */
  readonly brightness: number
  /** Distance between the 5th and the 95th percentile of the luma. */
  readonly contrast: number
  /** Entropy of the luma's histogram: 0 for a flat picture. */
  readonly detail: number
  /** Strength of fine edges: near 0 for a flat or blurred picture. */
  readonly sharpness: number
  /** Strength of colours. */
  readonly colour: number
  /** Share of the picture that black bars take. */
  readonly bars: number
  /** How well the frame stands for the video, from the above. */
  readonly score: number
}

/** Rec. 709 luma of each pixel, 0 to 255. */
export function lumaOf({ data, channels, width, height }: Pixels): Uint8Array {
  const luma = new Uint8Array(width * height)
  for (let pixel = 0, at = 0; pixel < luma.length; pixel++, at += channels)
    luma[pixel] = (data[at]! * 54 + data[at + 1]! * 183 + data[at + 2]! * 19 + 128) >> 8
  return luma
}

/** Measures a frame. The measures are made for pictures of about 256 pixels a side; give all candidates the same size. */
export function look(pixels: Pixels): Looks {
  const luma = lumaOf(pixels)
  const histogram = new Uint32Array(256)
  for (const value of luma) histogram[value]!++
  const brightness = histogram.reduce((sum, count, value) => sum + count * value, 0) / luma.length / 255
  const contrast = (percentile(histogram, luma.length, 0.95) - percentile(histogram, luma.length, 0.05)) / 255
  const measured = {
    brightness,
    contrast,
    detail: entropy(histogram, luma.length),
    sharpness: sharpness(luma, pixels.width, pixels.height),
    colour: colourfulness(pixels),
    bars: blackBars(luma, pixels.width, pixels.height),
  }
  return { ...measured, score: scoreOf(measured) }
}

/**
 * A good frame is well exposed, full of detail and sharp. Bars count against it a little, since usually all frames have them. What
 * is nearly black or nearly white is a fade or a title card, and loses most of its score.
 */
export function scoreOf(looks: Omit<Looks, 'score'>): number {
  const { brightness, contrast, detail, sharpness, colour, bars } = looks
  const exposed = ramp(brightness, 0.04, 0.2) * (1 - ramp(brightness, 0.8, 0.96)) * ramp(contrast, 0.05, 0.4)
  const worth = 0.4 * detail + 0.35 * sharpness + 0.15 * contrast + 0.1 * colour
  return worth * (0.1 + 0.9 * exposed) * (1 - 0.5 * bars)
}

/** 0 up to `low`, 1 from `high` on, straight between. */
const ramp = (value: number, low: number, high: number): number =>
  Math.min(1, Math.max(0, (value - low) / (high - low)))

function percentile(histogram: Uint32Array, total: number, share: number): number {
  let seen = 0
  for (let value = 0; value < 256; value++) {
    seen += histogram[value]!
    if (seen >= total * share) return value
  }
  return 255
}

/** Entropy of the histogram in 64 steps, as a share of the 6 bits that it could have. */
function entropy(histogram: Uint32Array, total: number): number {
  let bits = 0
  for (let step = 0; step < 256; step += 4) {
    const share = (histogram[step]! + histogram[step + 1]! + histogram[step + 2]! + histogram[step + 3]!) / total
    if (share > 0) bits -= share * Math.log2(share)
  }
  return bits / 6
}

/** Mean of the absolute Laplacian, brought to 0..1: a mean of 12 of 255 gives a half. */
function sharpness(luma: Uint8Array, width: number, height: number): number {
  if (width < 3 || height < 3) return 0
  let sum = 0
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1, at = y * width + 1; x < width - 1; x++, at++)
      sum += Math.abs(4 * luma[at]! - luma[at - 1]! - luma[at + 1]! - luma[at - width]! - luma[at + width]!)
  }
  const mean = sum / ((width - 2) * (height - 2))
  return mean / (mean + 12)
}

/** Colourfulness after Hasler and Süsstrunk (2003), brought to 0..1: 109 is their "extremely colourful". */
function colourfulness({ data, channels }: Pixels): number {
  const count = data.length / channels
  let [rg, yb, rg2, yb2] = [0, 0, 0, 0]
  for (let at = 0; at < data.length; at += channels) {
    const a = data[at]! - data[at + 1]!
    const b = (data[at]! + data[at + 1]!) / 2 - data[at + 2]!
    rg += a
    yb += b
    rg2 += a * a
    yb2 += b * b
  }
  const variance = rg2 / count - (rg / count) ** 2 + yb2 / count - (yb / count) ** 2
  return Math.min(1, (Math.sqrt(Math.max(0, variance)) + 0.3 * Math.hypot(rg / count, yb / count)) / 109)
}

/** Luma below which a pixel counts as part of a black bar. */
const black = 20

function blackBars(luma: Uint8Array, width: number, height: number): number {
  const darkRow = (y: number) => luma.subarray(y * width, (y + 1) * width).every((value) => value < black)
  const darkColumn = (x: number) => {
    for (let y = 0; y < height; y++) if (luma[y * width + x]! >= black) return false
    return true
  }
  const rows = border(height, darkRow)
  if (rows === height) return 1
  const columns = border(width, darkColumn)
  return 1 - (1 - rows / height) * (1 - columns / width)
}

/** How many lines at both ends are dark. */
function border(lines: number, dark: (line: number) => boolean): number {
  let first = 0
  while (first < lines && dark(first)) first++
  let last = lines
  while (last > first && dark(last - 1)) last--
  return first + lines - last
}
