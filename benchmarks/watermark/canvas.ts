import type { Picture } from '@colophon/media'
import { rgbPicture } from './pictures.ts'

/** Red, green and blue, 0 to 255. */
export type Colour = readonly [number, number, number]

/** What synthesised pictures are painted on. Edges are softened over a pixel. */
export class Canvas {
  readonly width: number
  readonly height: number
  readonly #rgb: Float32Array

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.#rgb = new Float32Array(width * height * 3)
  }

  /** Paints every pixel. */
  fill(colourAt: (x: number, y: number) => Colour): void {
    for (let y = 0; y < this.height; y++) for (let x = 0; x < this.width; x++) this.blend(x, y, colourAt(x, y), 1)
  }

  blend(x: number, y: number, colour: Colour, share: number): void {
    const at = (y * this.width + x) * 3
    const part = share <= 0 ? 0 : share >= 1 ? 1 : share
    for (let k = 0; k < 3; k++) this.#rgb[at + k]! += part * (colour[k]! - this.#rgb[at + k]!)
  }

  /** Paints what is within a distance: `distanceAt` is below 0 inside, in pixels. */
  shape(
    box: readonly [left: number, top: number, right: number, bottom: number],
    distanceAt: (x: number, y: number) => number,
    colourAt: Colour | ((x: number, y: number) => Colour),
    opacity = 1,
  ): void {
    const [left, top] = [Math.max(0, Math.floor(box[0])), Math.max(0, Math.floor(box[1]))]
    const [right, bottom] = [Math.min(this.width, Math.ceil(box[2]) + 1), Math.min(this.height, Math.ceil(box[3]) + 1)]
    for (let y = top; y < bottom; y++)
      for (let x = left; x < right; x++) {
        const share = 0.5 - distanceAt(x, y)
        if (share > 0)
          this.blend(x, y, typeof colourAt === 'function' ? colourAt(x, y) : colourAt, Math.min(1, share) * opacity)
      }
  }

  rectangle(left: number, top: number, width: number, height: number, colour: Colour, corner = 0): void {
    const [cx, cy] = [left + width / 2, top + height / 2]
    this.shape(
      [left - 1, top - 1, left + width + 1, top + height + 1],
      (x, y) => {
        const dx = Math.abs(x + 0.5 - cx) - width / 2 + corner
        const dy = Math.abs(y + 0.5 - cy) - height / 2 + corner
        return Math.hypot(Math.max(dx, 0), Math.max(dy, 0)) + Math.min(Math.max(dx, dy), 0) - corner
      },
      colour,
    )
  }

  disc(cx: number, cy: number, radius: number, colour: Colour | ((x: number, y: number) => Colour), opacity = 1): void {
    this.ellipse(cx, cy, radius, radius, 0, colour, opacity)
  }

  ellipse(
    cx: number,
    cy: number,
    rx: number,
    ry: number,
    angle: number,
    colour: Colour | ((x: number, y: number) => Colour),
    opacity = 1,
  ): void {
    const [cos, sin, reach] = [Math.cos(angle), Math.sin(angle), Math.max(rx, ry) + 1]
    this.shape(
      [cx - reach, cy - reach, cx + reach, cy + reach],
      (x, y) => {
        const u = ((x - cx) * cos + (y - cy) * sin) / rx
        const v = ((y - cy) * cos - (x - cx) * sin) / ry
        return (Math.hypot(u, v) - 1) * Math.min(rx, ry)
      },
      colour,
      opacity,
    )
  }

  line(x0: number, y0: number, x1: number, y1: number, thickness: number, colour: Colour): void {
    const half = thickness / 2
    const [dx, dy] = [x1 - x0, y1 - y0]
    const squared = dx * dx + dy * dy || 1
    this.shape(
      [
        Math.min(x0, x1) - half - 1,
        Math.min(y0, y1) - half - 1,
        Math.max(x0, x1) + half + 1,
        Math.max(y0, y1) + half + 1,
      ],
      (x, y) => {
        const along = Math.min(1, Math.max(0, ((x - x0) * dx + (y - y0) * dy) / squared))
        return Math.hypot(x - x0 - along * dx, y - y0 - along * dy) - half
      },
      colour,
    )
  }

  /** The picture in 8 bits. */
  picture(): Picture {
    const samples = Uint8Array.from(this.#rgb, (value) =>
      value <= 0 ? 0 : value >= 255 ? 255 : Math.floor(value + 0.5),
    )
    return rgbPicture(this.width, this.height, samples)
  }
}

export const mixed = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + share * (b[0] - a[0]),
  a[1] + share * (b[1] - a[1]),
  a[2] + share * (b[2] - a[2]),
]
