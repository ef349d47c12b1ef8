import assert from 'node:assert/strict'
import test from 'node:test'
import { inflateSync } from 'node:zlib'
import { readPicture } from '@colophon/media'
import { magmaAt, magmaPalette } from './colours.ts'
import { palettePng } from './png.ts'
import { levelOf, spectrogramOf } from './spectrogram-image.ts'

const sine = (hertz: number, rate: number) => (from: number, to: number) => [
  Float32Array.from({ length: to - from }, (_, i) => Math.sin((2 * Math.PI * hertz * (from + i)) / rate)),
]

/** Frequency of the loudest row of a column, and its level with what is beside it. */
function loudest({ rows, columns, levels, low, high }: ReturnType<typeof spectrogramOf>, column: number) {
  const all = Array.from({ length: rows }, (_, row) => levelOf(levels[row * columns + column]!))
  const row = all.indexOf(Math.max(...all))
  const power = all.slice(Math.max(0, row - 3), row + 4).reduce((sum, level) => sum + 10 ** (level / 10), 0)
  return { hertz: low * (high / low) ** ((row + 0.5) / rows), level: 10 * Math.log10(power) }
}

test('a sine lies in the row of its frequency with its mean square, at low and high frequencies', () => {
  for (const hertz of [60, 440, 3000, 12_000]) {
    const spectrogram = spectrogramOf(sine(hertz, 48_000), 48_000 * 20, 48_000, { columns: 10 })
    assert.equal(spectrogram.columns, 10)
    for (const column of [0, 5, 9]) {
      const found = loudest(spectrogram, column)
      assert.ok(Math.abs(Math.log2(found.hertz / hertz)) < 0.12, `${hertz} Hz is shown at ${found.hertz} Hz`)
      // At its ends a recording is followed by silence, which is inside of the first and last frames.
      if (column === 5) assert.ok(Math.abs(found.level + 3.01) < 0.6, `${hertz} Hz: ${found.level} dB`)
    }
  }
})

test('a long recording is looked at here and there', () => {
  let [reads, samples] = [0, 0]
  const spectrogram = spectrogramOf(
    (from, to) => {
      reads++
      samples += to - from
      return [new Float32Array(to - from), new Float32Array(to - from)]
    },
    10 * 3600 * 44_100,
    44_100,
    { columns: 50 },
  )
  assert.equal(spectrogram.seconds, 36_000)
  assert.ok(reads === 200 && samples < 44_100 * 60)
  assert.ok(spectrogram.levels.every((level) => level === 0))
})

test('recordings of a few samples and of low rates have a spectrogram', () => {
  for (const [length, rate] of [
    [1, 48_000],
    [300, 8000],
    [9000, 8000],
  ] as const) {
    const { columns, rows, levels, high } = spectrogramOf(sine(100, rate), length, rate)
    assert.ok(columns >= 1 && levels.length === columns * rows && high <= rate / 2)
  }
})

test('a PNG is read by others as it was meant', async () => {
  const pixels = Uint8Array.from({ length: 6 }, (_, i) => i * 40)
  const png = palettePng(3, 2, pixels, magmaPalette)
  const { width, height, samples } = await readPicture(png)
  assert.deepEqual([width, height], [3, 2])
  const colours = samples.length / 6
  for (const [at, index] of pixels.entries())
    for (let channel = 0; channel < 3; channel++)
      assert.equal(samples[at * colours + channel], magmaPalette[index * 3 + channel])
  assert.equal(inflateSync(png.subarray(png.indexOf('IDAT') + 4, -16)).length, 8)
})

test('the colours are those of magma, and get lighter and lighter', () => {
  // Of matplotlib.colormaps['magma'], which is CC0.
  const known = {
    0: [0, 0, 4],
    51: [59, 15, 112],
    102: [140, 41, 129],
    128: [183, 55, 121],
    170: [241, 96, 93],
    255: [252, 253, 191],
  }
  for (const [index, colour] of Object.entries(known)) {
    const at = Number(index) * 3
    for (const [channel, value] of colour.entries())
      assert.ok(Math.abs(magmaPalette[at + channel]! - value) <= 1, index)
  }
  const light = (i: number) =>
    0.2126 * magmaPalette[i * 3]! + 0.7152 * magmaPalette[i * 3 + 1]! + 0.0722 * magmaPalette[i * 3 + 2]!
  for (let i = 8; i < 256; i++) assert.ok(light(i) > light(i - 8))
  assert.deepEqual([magmaAt(0), magmaAt(2)], ['#000004', '#fcfdbf'])
})
