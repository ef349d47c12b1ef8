import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Picture } from '@colophon/media'
import fc from 'fast-check'
import { addLuma } from './add-luma.ts'
import { orientPlane, undoing } from './orient-plane.ts'
import { pictureLuma } from './picture-luma.ts'

const orientations = [1, 2, 3, 4, 5, 6, 7, 8] as const

interface Made {
  readonly channels?: Picture['channels']
  readonly wide?: boolean
  readonly orientation?: Picture['orientation']
}

/** A picture with samples from a simple generator of numbers. */
function picture(width: number, height: number, seed: number, made: Made = {}): Picture {
  const { channels = 3, wide = false, orientation = 1 } = made
  let state = seed | 1
  const next = () => {
    state = Math.imul(state, 1664525) + 1013904223
    return (state >>> 16) / 65536
  }
  const samples = new (wide ? Uint16Array : Uint8Array)(width * height * channels).map(() =>
    Math.floor(next() * (wide ? 65536 : 256)),
  )
  const encoding = { frames: 1 }
  const bitDepth = wide ? 16 : 8
  return { width, height, channels, samples, bitDepth, premultiplied: false, orientation, format: 'png', encoding }
}

const equal = (a: Picture['samples'], b: Picture['samples']): void =>
  assert.equal(
    Buffer.compare(
      Buffer.from(a.buffer, a.byteOffset, a.byteLength),
      Buffer.from(b.buffer, b.byteOffset, b.byteLength),
    ),
    0,
  )

const flat = (width: number, height: number, amount: number) => ({
  data: new Float32Array(width * height).fill(amount),
  width,
  height,
})

test('luma is that of BT.601, of 8 bits and of 16 on one scale', () => {
  const of = (samples: number[], channels: Picture['channels'], wide = false): number => {
    const array = wide ? Uint16Array.from(samples) : Uint8Array.from(samples)
    return pictureLuma({ ...picture(1, 1, 1, { channels, wide }), samples: array }).data[0]!
  }
  assert.equal(of([200, 200, 200], 3), 200)
  assert.ok(Math.abs(of([255, 0, 0], 3) - 76.245) < 1e-4)
  assert.ok(Math.abs(of([0, 0, 65535], 3, true) - 29.07) < 1e-4)
  assert.equal(of([90], 1), 90)
  assert.equal(of([257 * 90], 1, true), 90)
  assert.equal(of([255, 255, 255, 255], 4), 255)
})

test('what is transparent shows the mean of what is not, whatever lies under it', () => {
  const samples = Uint8Array.from([100, 255, 50, 255, 255, 0, 0, 0, 255, 51])
  const { data } = pictureLuma({ ...picture(5, 1, 1, { channels: 2 }), samples })
  const mean = (100 + 50 + 255 * 0.2) / 2.2
  assert.deepEqual(
    [...data].map((value) => Math.round(value * 1000)),
    [100, 50, mean, mean, mean + (255 - mean) * 0.2].map((value) => Math.round(value * 1000)),
  )
})

test('a plane that is turned and turned back is the same, and luma and addition agree on what is up', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom(...orientations),
      (width, height, orientation) => {
        const plane = { data: Float32Array.from({ length: width * height }, (_, at) => at), width, height }
        const there = orientPlane(plane, orientation)
        const back = orientPlane(there, undoing(orientation))
        assert.deepEqual([back.width, back.height, ...back.data], [width, height, ...plane.data])

        const dark = { ...picture(width, height, 1, { orientation }), samples: new Uint8Array(width * height * 3) }
        const wanted = { ...there, data: there.data.map((value) => 3 * value) }
        const shown = pictureLuma(addLuma(dark, wanted))
        assert.ok(shown.data.every((value, at) => Math.abs(value - Math.min(255, wanted.data[at]!)) < 1e-3))
      },
    ),
  )
})

test('pixels to which nothing is added stay, and so do alpha and what is transparent', () => {
  for (const channels of [1, 2, 3, 4] as const)
    for (const wide of [false, true]) {
      const given = picture(17, 13, 5, { channels, wide })
      if (channels % 2 === 0) given.samples[channels - 1] = 0
      equal(addLuma(given, flat(17, 13, 0)).samples, given.samples)
      const marked = addLuma(given, flat(17, 13, 1.3))
      assert.equal(given.samples === marked.samples, false)
      if (channels % 2 === 1) continue
      for (let at = channels - 1; at < given.samples.length; at += channels)
        assert.equal(marked.samples[at], given.samples[at])
      assert.deepEqual([...marked.samples.slice(0, channels)], [...given.samples.slice(0, channels)])
    }
})

test('amounts below one half are not lost: their mean stays, in 8 bits as in 16', () => {
  for (const wide of [false, true])
    for (const amount of [0.1, -0.3, 0.5, 1.37]) {
      const middle = {
        ...picture(64, 64, 1, { wide }),
        samples: new (wide ? Uint16Array : Uint8Array)(64 * 64 * 3).fill(wide ? 32896 : 128),
      }
      const { samples } = addLuma(middle, flat(64, 64, amount))
      const mean =
        Float64Array.from(samples).reduce((sum, value) => sum + value, 0) / samples.length / (wide ? 257 : 1) - 128
      assert.ok(Math.abs(mean - amount) < 0.02, `${amount} became ${mean}`)
    }
})

test('red, green and blue get the same amount, and stop at black and white', () => {
  fc.assert(
    fc.property(fc.integer(), fc.double({ min: -6, max: 6, noNaN: true }), (seed, amount) => {
      const given = picture(8, 8, seed)
      const { samples } = addLuma(given, flat(8, 8, Math.fround(amount)))
      for (let at = 0; at < samples.length; at += 3) {
        const changes = [0, 1, 2].map((colour) => samples[at + colour]! - given.samples[at + colour]!)
        const free = changes.filter((_, colour) => samples[at + colour]! > 0 && samples[at + colour]! < 255)
        assert.ok(new Set(free).size <= 1, changes.join())
        assert.ok(changes.every((change) => Math.abs(change) <= Math.abs(amount) + 1.5))
      }
    }),
  )
})

test('a plane of another size is refused', () => {
  assert.throws(() => addLuma(picture(4, 4, 1), flat(4, 5, 1)), /4x4 pixels cannot take a plane of 4x5/)
})
