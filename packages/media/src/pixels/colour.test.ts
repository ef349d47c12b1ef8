import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import fc from 'fast-check'
import type { ChromaSiting, ColourMatrix, ColourRange, YuvFormat } from './colour-format.ts'
import { lumaOf } from './colour-luma.ts'
import type { ColourPlane, Rgb } from './colour-planes.ts'
import { plainToRgb, yuvToRgb, yuvToRgbPlanes } from './colour-to-rgb.ts'
import { plainToYuv, rgbToLuma, rgbToYuv } from './colour-to-yuv.ts'

const matrices = ['bt601', 'bt709', 'bt2020', 'smpte240m', 'fcc'] as const
const ranges = ['limited', 'full'] as const
const sitings = ['left', 'centre', 'top-left'] as const
const samplings = { '420': [1, 1], '422': [1, 0], '444': [0, 0], '411': [2, 0], '440': [0, 1], '410': [2, 2] } as const
type Sampling = keyof typeof samplings

/** Planes of a picture, filled by a function of plane and place. */
function planesOf(
  width: number,
  height: number,
  sampling: Sampling,
  bits: number,
  of: (plane: number, x: number, y: number) => number,
): (ColourPlane & { readonly data: Uint8Array | Uint16Array })[] {
  return [0, 1, 2].map((plane) => {
    const [across, down] = samplings[plane === 0 ? '444' : sampling]
    const [w, h] = [Math.ceil(width / 2 ** across), Math.ceil(height / 2 ** down)]
    const data = new (bits === 8 ? Uint8Array : Uint16Array)(w * h)
    data.forEach((_, at) => {
      data[at] = of(plane, at % w, Math.floor(at / w))
    })
    return { data, width: w, height: h, shiftX: across, shiftY: down }
  })
}

/** Well-spread numbers of 0 to 1. */
const noise = (seed: number) => (plane: number, x: number, y: number) => {
  const value = Math.sin(seed + plane * 78.233 + x * 12.9898 + y * 37.719) * 43758.5453
  return value - Math.floor(value)
}

/*
 * The reference: the standards' formulas in float64, pixel by pixel, by the places where chroma lies.
 */

const weights: Record<ColourMatrix, [number, number, number]> = {
  bt601: [0.299, 0.587, 0.114],
  bt709: [0.2126, 0.7152, 0.0722],
  bt2020: [0.2627, 0.678, 0.0593],
  smpte240m: [0.212, 0.701, 0.087],
  fcc: [0.3, 0.59, 0.11],
}
const clip = (value: number, most: number) => Math.max(0, Math.min(most, value))
const at = ({ data, width, height }: ColourPlane, x: number, y: number) =>
  data[clip(y, height - 1) * width + clip(x, width - 1)]!

/** Where sample 0 lies, in pixels. */
const begin = (siting: ChromaSiting, factor: number, down: boolean) =>
  siting === 'centre' || (down && siting === 'left') ? (factor - 1) / 2 : 0

function chromaAt(
  plane: ColourPlane,
  x: number,
  y: number,
  [across, down]: readonly [number, number],
  siting: ChromaSiting,
) {
  const [fx, fy] = [2 ** across, 2 ** down]
  const [px, py] = [(x - begin(siting, fx, false)) / fx, (y - begin(siting, fy, true)) / fy]
  const [ix, iy] = [Math.floor(px), Math.floor(py)]
  const [dx, dy] = [px - ix, py - iy]
  return (
    (at(plane, ix, iy) * (1 - dx) + at(plane, ix + 1, iy) * dx) * (1 - dy) +
    (at(plane, ix, iy + 1) * (1 - dx) + at(plane, ix + 1, iy + 1) * dx) * dy
  )
}

function scales(range: ColourRange, bits: number) {
  const unit = 2 ** (bits - 8)
  return range === 'limited'
    ? { luma: 219 * unit, black: 16 * unit, chroma: 224 * unit, neutral: 128 * unit }
    : { luma: 2 ** bits - 1, black: 0, chroma: 2 ** bits - 1, neutral: 2 ** (bits - 1) }
}

function colourAt(planes: ColourPlane[], x: number, y: number, sampling: Sampling, format: YuvFormat): number[] {
  const { luma, black, chroma, neutral } = scales(format.range, format.bits)
  const [red, green, blue] = weights[format.matrix]
  const light = (at(planes[0]!, x, y) - black) / luma
  const [cb, cr] = [1, 2].map(
    (plane) => (chromaAt(planes[plane]!, x, y, samplings[sampling], format.siting!) - neutral) / chroma,
  )
  const r = light + 2 * (1 - red) * cr!
  const b = light + 2 * (1 - blue) * cb!
  return [r, (light - red * r - blue * b) / green, b]
}

/** Luma or chroma that colours of 0 to 1 make, unrounded. */
function yuvAt(
  colour: (x: number, y: number) => number[],
  plane: number,
  x: number,
  y: number,
  sampling: Sampling,
  format: YuvFormat,
) {
  const { luma, black, chroma, neutral } = scales(format.range, format.bits)
  const [red, green, blue] = weights[format.matrix]
  const signal = (px: number, py: number) => {
    const [r, g, b] = colour(px, py) as [number, number, number]
    const light = red * r + green * g + blue * b
    return plane === 0 ? light : plane === 1 ? (b - light) / (2 * (1 - blue)) : (r - light) / (2 * (1 - red))
  }
  if (plane === 0) return black + luma * signal(x, y)
  const [fx, fy] = samplings[sampling].map((halved) => 2 ** halved) as [number, number]
  const weight = (distance: number, factor: number, cosited: boolean) =>
    cosited ? Math.max(0, 1 - Math.abs(distance) / factor) / factor : Math.abs(distance) < factor / 2 ? 1 / factor : 0
  const [bx, by] = [begin(format.siting!, fx, false), begin(format.siting!, fy, true)]
  let sum = 0
  for (let py = y * fy - fy; py <= y * fy + 2 * fy; py++)
    for (let px = x * fx - fx; px <= x * fx + 2 * fx; px++) {
      const across = weight(px - (x * fx + bx), fx, format.siting !== 'centre')
      sum += across * weight(py - (y * fy + by), fy, format.siting === 'top-left') * signal(px, py)
    }
  return neutral + chroma * sum
}

const formats = fc.record({
  matrix: fc.constantFrom(...matrices),
  range: fc.constantFrom(...ranges),
  bits: fc.constantFrom(8, 9, 10, 12, 14, 16),
  siting: fc.constantFrom(...sitings),
})
const pictures = fc.record({
  width: fc.integer({ min: 1, max: 45 }),
  height: fc.integer({ min: 1, max: 9 }),
  sampling: fc.constantFrom(...(Object.keys(samplings) as Sampling[])),
  seed: fc.integer({ min: 0, max: 1000 }),
})
/** Formats that a kernel takes must not be rare among those that are tried. */
const eightBits = formats.map((format) => ({ ...format, bits: 8 }))

/** Furthest that a stored number may be from the unrounded one of the reference: the kernel's weights have 16 bits. */
const nearest = ({ bits }: { bits: number }) => (bits === 8 ? 0.53 : 0.5 + 1e-6)

test('colours are the nearest numbers to those of the standards', () => {
  let [wrong, all] = [0, 0]
  fc.assert(
    fc.property(pictures, fc.oneof(formats, eightBits), ({ width, height, sampling, seed }, format) => {
      const random = noise(seed)
      const most = 2 ** format.bits - 1
      const planes = planesOf(width, height, sampling, format.bits, (...place) => Math.round(random(...place) * most))
      const { samples } = yuvToRgb(planes, format)
      const floats = yuvToRgbPlanes(planes, format).planes
      const white = format.bits === 8 ? 255 : 65535
      for (let pixel = 0; pixel < width * height; pixel++) {
        const colour = colourAt(planes, pixel % width, Math.floor(pixel / width), sampling, format)
        for (const [index, value] of colour.entries()) {
          const wanted = clip(value, 1) * white
          const found = samples[3 * pixel + index]!
          assert.ok(Math.abs(found - wanted) <= nearest(format), `${found} for ${wanted}`)
          assert.ok(Math.abs(floats[index]![pixel]! - value) < 1e-6)
          wrong += Math.abs(found - Math.round(wanted))
          all++
        }
      }
    }),
    { numRuns: 150 },
  )
  assert.ok(wrong / all <= 0.005, `mean error ${wrong / all}`)
})

test('luma and chroma are the nearest numbers to those of the standards', () => {
  let [wrong, all] = [0, 0]
  fc.assert(
    fc.property(pictures, fc.oneof(formats, eightBits), ({ width, height, sampling, seed }, format) => {
      const white = format.bits === 8 ? 255 : 65535
      const random = noise(seed)
      const samples = new (white === 255 ? Uint8Array : Uint16Array)(3 * width * height)
      samples.forEach((_, index) => {
        samples[index] = Math.round(random(0, index, 0) * white)
      })
      const planes = planesOf(width, height, sampling, format.bits, () => 7)
      rgbToYuv({ width, height, samples }, planes, format)
      const colour = (x: number, y: number) => {
        const first = 3 * (clip(y, height - 1) * width + clip(x, width - 1))
        return [0, 1, 2].map((index) => samples[first + index]! / white)
      }
      for (const [plane, { data, width: w }] of planes.entries())
        for (const [index, found] of data.entries()) {
          const wanted = clip(
            yuvAt(colour, plane, index % w, Math.floor(index / w), sampling, format),
            2 ** format.bits - 1,
          )
          assert.ok(Math.abs(found - wanted) <= nearest(format), `plane ${plane}: ${found} for ${wanted}`)
          wrong += Math.abs(found - Math.round(wanted))
          all++
        }
    }),
    { numRuns: 100 },
  )
  assert.ok(wrong / all <= 0.005, `mean error ${wrong / all}`)
})

test('the kernel gives what plain code gives, but for halves', () => {
  fc.assert(
    fc.property(pictures, eightBits, fc.constantFrom('420', '422', '440', '444'), (picture, format, sampling) => {
      const { width, height, seed } = picture
      const random = noise(seed)
      const planes = planesOf(width, height, sampling as Sampling, 8, (...place) => Math.round(random(...place) * 255))
      const rgb = yuvToRgb(planes, format)
      const plain = new Uint8Array(rgb.samples.length)
      plainToRgb(planes, format, plain)
      rgb.samples.forEach((value, index) => {
        assert.ok(Math.abs(value - plain[index]!) <= 1)
      })
      const made = planes.map((plane) => ({ ...plane, data: new Uint8Array(plane.data.length) }))
      rgbToYuv(rgb, planes, format)
      plainToYuv(rgb, made, format)
      for (const [plane, { data }] of planes.entries())
        for (const [index, value] of data.entries()) assert.ok(Math.abs(value - made[plane]!.data[index]!) <= 1)
    }),
  )
})

interface Golden {
  readonly pictures: readonly (Required<Omit<YuvFormat, 'shift'>> & {
    readonly way: 'rgb' | 'yuv'
    readonly sampling: Sampling
    readonly values: number[]
  })[]
}
const golden: Golden = JSON.parse(readFileSync(new URL('./colour.golden.json', import.meta.url), 'utf8'))

/** The numbers of colour.golden.py. */
const painted = (x: number, y: number, low: number, span: number, bits: number, salt: number) =>
  (low + ((x * 37 + y * 61 + x * y * 13 + salt) % span)) * 2 ** (bits - 8)

test('colours are those of zimg', () => {
  assert.equal(golden.pictures.length, 14)
  for (const { way, sampling, values, ...format } of golden.pictures) {
    const { bits } = format
    const planes = planesOf(12, 8, sampling, bits, (plane, x, y) =>
      plane === 0 ? painted(x, y, 60, 130, bits, 0) : painted(x, y, 100, 50, bits, plane === 1 ? 5 : 9),
    )
    const salts = [3, 11, 29]
    const depth = bits === 8 ? 8 : 16
    let found: number[]
    if (way === 'rgb') found = [...yuvToRgb(planes, format).samples]
    else {
      const samples = new (bits === 8 ? Uint8Array : Uint16Array)(3 * 12 * 8)
      samples.forEach((_, index) => {
        const pixel = Math.floor(index / 3)
        samples[index] = painted(pixel % 12, Math.floor(pixel / 12), 0, 256, depth, salts[index % 3]!)
      })
      rgbToYuv({ width: 12, height: 8, samples }, planes, format)
      found = planes.flatMap(({ data }) => [...data])
    }
    const errors = values.map((value, index) => Math.abs(value - found[index]!))
    const mean = errors.reduce((sum, error) => sum + error, 0) / errors.length
    assert.equal(found.length, values.length)
    assert.ok(Math.max(...errors) <= 1 && mean < 0.005, `${JSON.stringify({ way, sampling, ...format })}: mean ${mean}`)
  }
})

const colours = fc.array(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)), { minLength: 1, maxLength: 40 })
const packed = (pixels: readonly (readonly number[])[]): Rgb => ({
  width: pixels.length,
  height: 1,
  samples: Uint8Array.from(pixels.flat()),
})

test('colours come back from chroma of all pixels: within 1 in full range, within 2 in limited range', () => {
  fc.assert(
    fc.property(colours, fc.constantFrom(...matrices), fc.constantFrom(...ranges), (pixels, matrix, range) => {
      const rgb = packed(pixels)
      const planes = planesOf(rgb.width, 1, '444', 8, () => 0)
      const format = { matrix, range, bits: 8 }
      rgbToYuv(rgb, planes, format)
      const { samples } = yuvToRgb(planes, format)
      const most = range === 'full' ? 1 : 2
      samples.forEach((value, index) => {
        const wanted = rgb.samples[index]!
        assert.ok(Math.abs(value - wanted) <= most, `${value} for ${wanted}`)
      })
    }),
    { numRuns: 300 },
  )
})

test('greys are greys both ways; black and white are exact', () => {
  for (const matrix of matrices)
    for (const range of ranges)
      for (const sampling of ['420', '444'] as const) {
        const format = { matrix, range, bits: 8 }
        const pixels = Array.from({ length: 256 }, (_, shade) => [shade, shade, shade])
        const planes = planesOf(256, 1, sampling, 8, () => 0)
        rgbToYuv(packed(pixels), planes, format)
        assert.deepEqual(new Set([...planes[1]!.data, ...planes[2]!.data]), new Set([128]))
        assert.equal(planes[0]!.data[0], range === 'full' ? 0 : 16)
        assert.equal(planes[0]!.data[255], range === 'full' ? 255 : 235)
        const { samples } = yuvToRgb(planes, format)
        for (let shade = 0; shade < 256; shade++) {
          const [red, green, blue] = samples.subarray(3 * shade)
          assert.ok(red === green && green === blue && Math.abs(red! - shade) <= (range === 'full' ? 0 : 1))
        }
        assert.deepEqual([samples[0], samples.at(-1)], [0, 255])
      }
})

test('numbers at the top of 16 bits and interleaved chroma mean the same, and what lies between rows is left alone', () => {
  const random = noise(3)
  // Without a word on how often chroma was halved.
  const planes = planesOf(21, 7, '420', 10, (...place) => Math.round(random(...place) * 1023)).map(
    ({ data, width, height }) => ({ data, width, height }),
  )
  const [luma, u, v] = planes as [ColourPlane, ColourPlane, ColourPlane]
  const format = { matrix: 'bt2020', range: 'limited', bits: 10 } as const
  const p010 = [
    { ...luma, stride: 32, holds: 'y', data: new Uint16Array(32 * 7).fill(5) },
    { ...u, stride: 30, holds: 'uv', data: new Uint16Array(30 * 4).fill(5) },
  ]
  for (let y = 0; y < 7; y++) for (let x = 0; x < 21; x++) p010[0]!.data[y * 32 + x] = at(luma, x, y) << 6
  for (let y = 0; y < 4; y++)
    for (let x = 0; x < 11; x++) {
      p010[1]!.data[y * 30 + 2 * x] = at(u, x, y) << 6
      p010[1]!.data[y * 30 + 2 * x + 1] = at(v, x, y) << 6
    }
  const rgb = yuvToRgb(p010, { ...format, shift: 6 })
  assert.deepEqual(rgb, yuvToRgb(planes, format))
  assert.deepEqual(lumaOf(p010, { ...format, shift: 6 }), lumaOf(planes, format))

  rgbToYuv(rgb, p010, { ...format, shift: 6 })
  rgbToYuv(rgb, planes, format)
  for (let y = 0; y < 7; y++) {
    for (let x = 0; x < 21; x++) assert.equal(p010[0]!.data[y * 32 + x], at(luma, x, y) << 6)
    assert.deepEqual([...p010[0]!.data.subarray(y * 32 + 21, y * 32 + 32)], new Array(11).fill(5))
  }
  for (let y = 0; y < 4; y++) {
    for (let x = 0; x < 11; x++) assert.equal(p010[1]!.data[y * 30 + 2 * x + 1], at(v, x, y) << 6)
    assert.deepEqual([...p010[1]!.data.subarray(y * 30 + 22, y * 30 + 30)], new Array(8).fill(5))
  }
})

test('colours as planes keep what lies beyond black and white, and alpha is not looked at', () => {
  const random = noise(8)
  for (const matrix of matrices) {
    const format = { matrix, range: 'limited', bits: 12 } as const
    const planes = planesOf(9, 5, '444', 12, (...place) => Math.round(random(...place) * 4095))
    const copy = planes.map((plane) => ({ ...plane, data: new Uint16Array(plane.data.length) }))
    rgbToYuv(yuvToRgbPlanes(planes, format), copy, format)
    assert.deepEqual(
      copy.map(({ data }) => data),
      planes.map(({ data }) => data),
    )
  }
  const samples = Uint8Array.of(10, 20, 30, 99, 40, 50, 60, 77)
  const format = { matrix: 'bt601', range: 'full', bits: 8 } as const
  const made = [samples, Uint8Array.of(10, 20, 30, 40, 50, 60)].map((numbers) => {
    const planes = planesOf(2, 1, '444', 8, () => 0)
    rgbToYuv({ width: 2, height: 1, samples: numbers, channels: numbers === samples ? 4 : 3 }, planes, format)
    return planes
  })
  assert.deepEqual(made[0], made[1])
})

test('luma alone is that of the whole', () => {
  const rgb = packed([
    [255, 0, 0],
    [0, 255, 0],
    [0, 0, 255],
    [255, 255, 255],
  ])
  const format = { matrix: 'bt709', range: 'full', bits: 8 } as const
  const plane = { data: new Uint8Array(4), width: 4, height: 1 }
  rgbToLuma(rgb, [plane], format)
  assert.deepEqual([...plane.data], [54, 182, 18, 255])
  assert.deepEqual(lumaOf([plane], format), Float32Array.of(54 / 255, 182 / 255, 18 / 255, 1))
  assert.equal(lumaOf([{ data: Uint8Array.of(16), width: 1, height: 1 }], { range: 'limited', bits: 8 })[0], 0)
})

test('what does not go together is refused', () => {
  const format = { matrix: 'bt709', range: 'full', bits: 8 } as const
  const planes = planesOf(8, 4, '420', 8, () => 0)
  assert.throws(() => yuvToRgb(planes.slice(0, 2), format), /no plane of "v"/)
  assert.throws(() => yuvToRgb(planes, { ...format, bits: 7 }), /8 to 16 bits/)
  assert.throws(() => yuvToRgb(planes, { ...format, bits: 10, shift: 7 }), /shifted/)
  assert.throws(() => yuvToRgb(planes, format, new Uint8Array(95)), /96 numbers/)
  assert.throws(
    () => yuvToRgb([planes[0]!, { ...planes[1]!, width: 3 }, { ...planes[2]!, width: 3 }], format),
    /does not belong/,
  )
  assert.throws(() => yuvToRgb([planes[0]!, planes[1]!, { ...planes[2]!, height: 3 }], format), /needs 12/)
  const uneven = [planes[0]!, planes[1]!, planesOf(8, 4, '444', 8, () => 0)[2]!]
  assert.throws(() => yuvToRgb(uneven, format), /not of one size/)
  assert.throws(() => yuvToRgbPlanes(uneven, format), /not of one size/)
  assert.throws(() => rgbToYuv({ width: 8, height: 4, samples: new Uint8Array(96) }, uneven, format), /not of one size/)
  assert.throws(() => rgbToYuv({ width: 8, height: 4, samples: new Uint8Array(95) }, planes, format), /96 numbers/)
  assert.throws(() => rgbToYuv({ width: 4, height: 8, samples: new Uint8Array(96) }, planes, format), /do not fit/)
})
