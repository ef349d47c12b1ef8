import type { Canvas, Colour } from './canvas.ts'
import type { Random } from './random.ts'

/** Strokes between points of a grid of 3 by 3, and two that hang below or stand above the line, as letters have. */
const strokes: readonly (readonly [number, number, number, number])[] = [
  [0, 0, 0, 2],
  [1, 0, 1, 2],
  [2, 0, 2, 2],
  [0, 0, 2, 0],
  [0, 1, 2, 1],
  [0, 2, 2, 2],
  [0, 0, 2, 2],
  [2, 0, 0, 2],
  [0, -1, 0, 2],
  [2, -1, 2, 2],
  [0, 0, 0, 3],
  [1, 1, 2, 2],
]

/** Letters of no alphabet, so that pages look like pages without a font. */
export class Lettering {
  readonly #letters: (readonly (readonly [number, number, number, number])[])[]
  readonly #random: Random

  constructor(random: Random) {
    this.#random = random
    this.#letters = Array.from({ length: 26 }, () =>
      Array.from({ length: random.whole(2, 4) }, () => random.of(strokes)),
    )
  }

  /**
   * Writes made-up words.
   *
   * @param size height of a small letter in pixels
   * @returns where the line ends
   */
  line(canvas: Canvas, left: number, top: number, width: number, size: number, colour: Colour, weight = 0.16): number {
    const [step, thickness] = [size * 0.95, Math.max(1, size * weight)]
    let x = left
    while (true) {
      const length = this.#random.whole(2, 9)
      if (x + length * step > left + width) return x
      for (let i = 0; i < length; i++, x += step)
        for (const [x0, y0, x1, y1] of this.#random.of(this.#letters)) {
          const u = size * 0.33
          const v = size * 0.5
          canvas.line(x + x0 * u, top + y0 * v, x + x1 * u, top + y1 * v, thickness, colour)
        }
      x += step * 0.7
    }
  }

  paragraph(
    canvas: Canvas,
    box: { readonly left: number; readonly top: number; readonly width: number; readonly height: number },
    size: number,
    colour: Colour,
  ): void {
    for (let y = box.top + size; y + 1.6 * size < box.top + box.height; y += size * 2.2) {
      const last = this.#random.unit() < 0.15
      this.line(canvas, box.left, y, last ? box.width * this.#random.between(0.3, 0.8) : box.width, size, colour)
    }
  }
}
