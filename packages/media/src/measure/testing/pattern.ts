import type { Plane } from '../plane.ts'
import type { Flow } from '../warping.ts'

/**
 * A picture of whole numbers with edges, ramps and texture, and a spoilt copy of it. `vectors.py` makes the same.
 *
 * @param bits 8 to 16
 */
export function pattern(width: number, height: number, bits = 8): [original: Plane, spoilt: Plane] {
  const peak = 2 ** bits - 1
  const make = (spoil: boolean): Plane => {
    const data = bits === 8 ? new Uint8Array(width * height) : new Uint16Array(width * height)
    for (let y = 0, at = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++) {
        const base = ((x * x * 3 + y * y * 5 + x * y * 7) >> 6) % 160
        const level = (base + ((x >> 3) % 3) * 40 + (y & 8)) * (peak === 255 ? 1 : Math.floor(peak / 255))
        const noise = (((x * 13 + y * 29 + ((x * y) >> 2)) % 31) - 15) * (peak === 255 ? 1 : Math.floor(peak / 255))
        data[at] = Math.min(peak, Math.max(0, level + (spoil ? noise : 0)))
      }
    return { data, width, height }
  }
  return [make(false), make(true)]
}

/** Samples from -1 to 1 of two tones that decay, and a spoilt copy. `vectors.py` makes the same. */
export function signals(length: number): [original: Float64Array, spoilt: Float64Array] {
  const original = Float64Array.from(
    { length },
    (_, i) => (0.5 * Math.sin(i * 0.05) + 0.3 * Math.sin(i * 0.31)) * (1 - i / length),
  )
  const spoilt = original.map((value, i) => 0.9 * value + (((i * 1103) % 251) - 125) / 5000)
  return [original, spoilt]
}

/** A slow swirl, and a way back that is wrong in the right half. `vectors.py` makes the same. */
export function flows(width: number, height: number): [forward: Flow, backward: Flow] {
  const make = (of: (x: number, y: number) => readonly [number, number]): Flow => {
    const [u, v] = [new Float64Array(width * height), new Float64Array(width * height)]
    for (let y = 0, at = 0; y < height; y++) for (let x = 0; x < width; x++, at++) [u[at], v[at]] = of(x, y)
    return { width, height, u, v }
  }
  const forward = (x: number, y: number) => [1.5 + 0.5 * Math.sin(y / 9), 0.8 * Math.cos(x / 11)] as const
  const backward = (x: number, y: number) => {
    const [u, v] = forward(x, y)
    const scale = 1 + 0.5 * Number(x > width / 2)
    return [-u * scale - 0.3, -v * scale - 0.3] as const
  }
  return [make(forward), make(backward)]
}
