export type Colour = readonly [red: number, green: number, blue: number]

export const mix = (a: Colour, b: Colour, share: number): Colour => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
  a[2] + (b[2] - a[2]) * share,
]

/** 0 below `low`, 1 above `high`, smooth between. */
export function step(low: number, high: number, value: number): number {
  const t = Math.min(1, Math.max(0, (value - low) / (high - low)))
  return t * t * (3 - 2 * t)
}

/** A picture in linear memory, red, green and blue from 0 to 255. */
export class Canvas {
  readonly width: number
  readonly height: number
  readonly pixels: Float32Array

  constructor(width: number, height: number) {
    this.width = width
    this.height = height
    this.pixels = new Float32Array(width * height * 3)
  }

  /** Lays a colour over a pixel; `cover` is how much of it shows. */
  blend(x: number, y: number, colour: Colour, cover: number): void {
    const at = (y * this.width + x) * 3
    for (let channel = 0; channel < 3; channel++)
      this.pixels[at + channel]! += (colour[channel]! - this.pixels[at + channel]!) * cover
  }

  at(x: number, y: number): Colour {
    const at = (y * this.width + x) * 3
    return [this.pixels[at]!, this.pixels[at + 1]!, this.pixels[at + 2]!]
  }

  /** Paints every pixel of a part of the picture. */
  fill(
    left: number,
    top: number,
    right: number,
    bottom: number,
    paint: (x: number, y: number) => readonly [Colour, number],
  ): void {
    for (let y = Math.max(0, Math.floor(top)); y < Math.min(this.height, Math.ceil(bottom)); y++) {
      for (let x = Math.max(0, Math.floor(left)); x < Math.min(this.width, Math.ceil(right)); x++) {
        const [colour, cover] = paint(x, y)
        if (cover > 0) this.blend(x, y, colour, Math.min(1, cover))
      }
    }
  }

  /** The picture in 8 bits, dimmed by `light` from 0 to 1. A pattern of half a step keeps gradients from banding. */
  bytes(light = 1): Uint8Array {
    const { pixels, width } = this
    return Uint8Array.from(pixels, (value, index) => {
      const pixel = Math.floor(index / 3)
      const pattern = (((pixel % width) * 5 + Math.floor(pixel / width) * 3) % 8) / 8
      return Math.max(0, Math.min(255, Math.floor(value * light + pattern)))
    })
  }
}
