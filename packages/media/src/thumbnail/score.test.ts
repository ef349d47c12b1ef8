import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import type { Pixels } from '../av/picture.ts'
import { type Colour, fill, plain, texture } from '../testing/paint.ts'
import { look } from './score.ts'

const size = { width: 96, height: 54 }

function picture(paint: (rgb: Uint8Array) => void): Pixels {
  const data = new Uint8Array(size.width * size.height * 3)
  paint(data)
  return { ...size, channels: 3, data }
}

const scene = picture((rgb) => texture(size.width)(rgb, 0))
const flat = (value: number) => picture(plain([value, value, value]))

/** The mean of the square of neighbours within a radius. */
const blurred = (source: Pixels, radius: number): Pixels =>
  picture((rgb) =>
    fill(rgb, size.width, (x, y) => {
      const sum = [0, 0, 0]
      for (let dy = -radius; dy <= radius; dy++) {
        for (let dx = -radius; dx <= radius; dx++) {
          const at = (clamp(y + dy, size.height) * size.width + clamp(x + dx, size.width)) * 3
          for (let channel = 0; channel < 3; channel++) sum[channel]! += source.data[at + channel]!
        }
      }
      return sum.map((value) => value / (2 * radius + 1) ** 2) as unknown as Colour
    }),
  )

const clamp = (value: number, length: number): number => Math.min(length - 1, Math.max(0, value))

/** The scene between bars at top and bottom. */
const letterboxed = (source: Pixels, bar: number): Pixels =>
  picture((rgb) =>
    fill(rgb, size.width, (x, y) => {
      const at = (y * size.width + x) * 3
      return y < bar || y >= size.height - bar
        ? [0, 0, 0]
        : (Array.from(source.data.subarray(at, at + 3)) as unknown as Colour)
    }),
  )

const faded = (source: Pixels, share: number): Pixels => ({
  ...source,
  data: source.data.map((value) => value * share),
})

test('a scene is worth more than black, white, grey, a fade, a blur and a letterbox of it', () => {
  const best = look(scene).score
  for (const worse of [
    flat(0),
    flat(255),
    flat(128),
    faded(scene, 0.1),
    faded(scene, 0.4),
    blurred(scene, 3),
    letterboxed(scene, 12),
  ])
    assert.ok(look(worse).score < best)
  assert.ok(look(flat(0)).score < 0.05)
  assert.ok(look(flat(255)).score < 0.05)
})

test('the measures mean what they say', () => {
  const black = look(flat(0))
  assert.deepEqual(
    { ...black, score: 0 },
    { brightness: 0, contrast: 0, detail: 0, sharpness: 0, colour: 0, bars: 1, score: 0 },
  )
  assert.ok(Math.abs(look(flat(128)).brightness - 128 / 255) < 0.005)
  assert.ok(Math.abs(look(letterboxed(scene, 9)).bars - 18 / 54) < 1e-9)
  assert.ok(look(blurred(scene, 3)).sharpness < 0.7 * look(scene).sharpness)
  assert.ok(look(picture(plain([255, 0, 0]))).colour > 0.5)
})

test('every measure lies between 0 and 1, whatever the picture', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(3 as const, 4 as const),
      fc.infiniteStream(fc.nat(255)),
      (width, height, channels, bytes) => {
        const data = Uint8Array.from({ length: width * height * channels }, () => bytes.next().value)
        for (const value of Object.values(look({ width, height, channels, data }))) assert.ok(value >= 0 && value <= 1)
      },
    ),
  )
})
