import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { type ColophonError, createStore, type ErrorCode, file } from '@colophon/core'
import fc from 'fast-check'
import sharp from 'sharp'
import { scratch } from '../testing/scratch.ts'
import { toBitDepth } from './depth.ts'
import { type BitDepth, type Picture, type PictureFormat, pictureFormats } from './picture.ts'
import { readPicture } from './read-picture.ts'
import { withIptc } from './testing/picture-files.ts'
import { abilities, type WritePictureOptions, writePicture } from './write-picture.ts'

const path = scratch()

/** Formats and depths in which every sample is kept, with the options that are needed for it. */
const lossless: readonly (readonly [PictureFormat, BitDepth, WritePictureOptions])[] = [
  ['png', 8, {}],
  ['png', 16, {}],
  ['tiff', 8, {}],
  ['tiff', 16, { compression: 'lzw' }],
  ['webp', 8, { lossless: true, effort: 0 }],
  ['avif', 8, { lossless: true, effort: 0 }],
  ['avif', 10, { lossless: true, effort: 0 }],
  ['avif', 12, { lossless: true, effort: 0 }],
]

const pictures = (format: PictureFormat, bitDepth: BitDepth): fc.Arbitrary<Picture> => {
  const grey = abilities[format].grey
  return fc
    .record({
      width: fc.integer({ min: 1, max: 24 }),
      height: fc.integer({ min: 1, max: 20 }),
      channels: fc.constantFrom<Picture['channels']>(...(grey ? ([1, 2, 3, 4] as const) : ([3, 4] as const))),
      seed: fc.integer(),
    })
    .map(({ width, height, channels, seed }) => {
      let state = seed >>> 0
      const samples = Uint16Array.from({ length: width * height * channels }, () => {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0
        return state >>> 16
      })
      return {
        width,
        height,
        channels,
        bitDepth,
        samples: toBitDepth(samples, 16, bitDepth),
        premultiplied: false,
        orientation: 1,
        format,
        encoding: { frames: 1 },
      }
    })
}

for (const [format, bits, options] of lossless)
  test(`${format} of ${bits} bits gives back every sample of any picture`, async () => {
    await fc.assert(
      fc.asyncProperty(pictures(format, bits), async (picture) => {
        const target = path(`any.${format}`)
        const written = await writePicture(picture, target, options)
        const { samples, width, height, channels, bitDepth } = await readPicture(target)
        assert.deepEqual({ width, height, channels, bitDepth }, pick(picture))
        assert.deepEqual(pick(written), pick(picture))
        assert.ok(Buffer.from(bytesOf(samples)).equals(bytesOf(picture.samples)))
      }),
      { numRuns: format === 'avif' ? 8 : 20 },
    )
  })

const pick = ({ width, height, channels, bitDepth }: Pick<Picture, 'width' | 'height' | 'channels' | 'bitDepth'>) => ({
  width,
  height,
  channels,
  bitDepth,
})

const bytesOf = ({ buffer, byteOffset, byteLength }: Uint8Array | Uint16Array) =>
  new Uint8Array(buffer, byteOffset, byteLength)

const [sample] = fc.sample(pictures('png', 16), { numRuns: 1, seed: 4 }) as [Picture]
/** A picture of 6 by 4 pixels. */
const small = (more: Partial<Picture> & { alpha?: readonly number[] } = {}): Picture => {
  const { alpha, ...rest } = more
  const channels = rest.channels ?? (alpha ? 4 : 3)
  const samples = Uint8Array.from({ length: 24 * channels }, (_, i) =>
    alpha && i % channels === channels - 1 ? alpha[((i + 1) / channels) % alpha.length]! : (i * 37) % 256,
  )
  return { ...sample, width: 6, height: 4, channels, bitDepth: 8, samples, ...rest }
}

async function refused(work: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(work, (error: ColophonError) => {
    assert.equal(error.code, code, error.message)
    assert.match(error.message, message)
    return true
  })
}

const p3 = async (): Promise<Uint8Array> => {
  const { icc } = await sharp(
    await sharp({ create: { width: 1, height: 1, channels: 3, background: '#fff' } })
      .withIccProfile('p3')
      .png()
      .toBuffer(),
  ).metadata()
  return new Uint8Array(icc!)
}

test('what a format cannot hold of the pixels is refused, and nothing is left behind', async () => {
  mkdirSync(path('refused'))
  const target = path('refused/picture')
  const wide = small({ bitDepth: 16, samples: new Uint16Array(72) })
  const cases: [Picture, WritePictureOptions, RegExp][] = [
    [wide, { format: 'webp' }, /picture was not written: webp does not hold 16 bits; ask for a bitDepth of 8/],
    [wide, { format: 'jpeg' }, /jpeg does not hold 16 bits/],
    [wide, { format: 'gif' }, /gif does not hold 16 bits/],
    [wide, { format: 'avif' }, /avif does not hold 16 bits; ask for a bitDepth of 8 or 10 or 12/],
    [small(), { format: 'png', bitDepth: 10 }, /png does not hold 10 bits/],
    [small({ alpha: [255, 0] }), { format: 'jpeg' }, /jpeg does not hold its transparency; give a background/],
    [small({ alpha: [255, 9] }), { format: 'gif' }, /gif does not hold its transparency/],
    [small({ icc: await p3() }), { format: 'gif' }, /would mean something else without their profile/],
    [small({ icc: await p3() }), { format: 'png', metadata: false }, /would mean something else/],
    [small({ icc: await p3(), channels: 1 }), { format: 'png' }, /its profile is for colours and its pixels are not/],
    [small({ orientation: 6 }), { format: 'gif' }, /gif does not hold an orientation/],
  ]
  for (const [picture, options, message] of cases)
    await refused(writePicture(picture, target, options), 'MEDIA_NOT_WRITTEN', message)
  const wrong = { ...small(), samples: new Uint8Array(5) }
  await assert.rejects(writePicture(wrong, target), /6x4 pixels and 3 channels has 5 samples/)
  await assert.rejects(writePicture({ ...small(), bitDepth: 16 }, target), /16 bits has its samples in a Uint8Array/)
  const large = small({ width: 20_000, height: 1, channels: 1, samples: new Uint8Array(20_000) })
  await refused(
    writePicture(large, target, { format: 'webp' }),
    'MEDIA_NOT_WRITTEN',
    /picture was not written: .*too large/i,
  )
  await refused(writePicture(small(), path('nowhere/picture')), 'FILE_NOT_FOUND', /nowhere/)
  await refused(writePicture(small(), path('refused')), 'FILE_IS_DIRECTORY', /refused/)
  const signal = AbortSignal.abort()
  await assert.rejects(writePicture(small(), target, { signal }), { name: 'AbortError' })
  assert.deepEqual(readdirSync(path('refused')), [])
})

test('fewer bits are written when they are asked for, rounded to the nearest', async () => {
  const samples = Uint16Array.from({ length: 24 * 3 }, (_, i) => (i * 911) % 65536)
  const wide = small({ bitDepth: 16, samples })
  const written = await writePicture(wide, path('narrow.webp'), { format: 'webp', bitDepth: 8, lossless: true })
  assert.equal(written.bitDepth, 8)
  const narrow = await readPicture(path('narrow.webp'))
  assert.deepEqual(
    narrow.samples,
    Uint8Array.from(samples, (level) => Math.round(level / 257)),
  )
  await writePicture(small(), path('wide.png'), { bitDepth: 16 })
  const widened = await readPicture(path('wide.png'))
  assert.deepEqual(
    widened.samples,
    Uint16Array.from(small().samples, (level) => level * 257),
  )
})

test('transparency is laid on the background that is given; opaque alpha goes without one', async () => {
  const sheer = small({ alpha: [0] })
  await writePicture(sheer, path('red.jpg'), { format: 'jpeg', background: [250, 20, 10], quality: 100 })
  const red = await readPicture(path('red.jpg'))
  assert.equal(red.channels, 3)
  assert.ok([250, 20, 10].every((level, channel) => Math.abs(red.samples[channel]! - level) <= 2))
  const opaque = await writePicture(small({ alpha: [255] }), path('opaque.jpg'), { format: 'jpeg' })
  assert.equal(opaque.channels, 3)
  const hole = await writePicture(small({ alpha: [255, 0] }), path('hole.gif'), { format: 'gif' })
  assert.equal(hole.channels, 4)
})

test('what a format cannot hold beside the pixels is told', async () => {
  const { exif, icc } = await readPicture(
    await sharp(Buffer.from(small().samples), { raw: { width: 6, height: 4, channels: 3 } })
      .withExif({ IFD0: { Artist: 'A. Painter' } })
      .withIccProfile('srgb')
      .jpeg()
      .toBuffer(),
  )
  const iptc = Uint8Array.of(0x1c, 2, 5, 0, 1, 65)
  const xmp = Buffer.from('<x:xmpmeta xmlns:x="adobe:ns:meta/"/>')
  const rich = small({ exif: exif!, icc: icc!, iptc, xmp, density: 300 })
  const lost: Record<PictureFormat, readonly string[]> = {
    jpeg: [],
    png: ['iptc'],
    webp: ['iptc', 'density'],
    avif: ['iptc', 'density'],
    tiff: ['exif', 'iptc'],
    gif: ['icc', 'exif', 'xmp', 'iptc', 'density'],
  }
  for (const format of pictureFormats) {
    const target = path(`rich.${format}`)
    assert.deepEqual((await writePicture(rich, target, { format })).lost, lost[format], format)
    const again = await readPicture(target)
    for (const item of ['icc', 'exif', 'xmp', 'iptc'] as const)
      assert.equal(again[item] !== undefined, !lost[format].includes(item), `${item} in ${format}`)
    if (!lost[format].includes('density')) assert.equal(again.density, 300, format)
  }
  const bare = await writePicture(rich, path('bare.jpg'), { format: 'jpeg', metadata: false })
  assert.deepEqual(bare.lost, ['icc', 'exif', 'xmp', 'iptc', 'density'])
  const none = await readPicture(path('bare.jpg'))
  assert.deepEqual([none.icc, none.exif, none.xmp, none.iptc], [undefined, undefined, undefined, undefined])
})

test('a JPEG is written again as it was encoded', async () => {
  const pixels = sharp({
    create: {
      width: 40,
      height: 30,
      channels: 3,
      background: '#345',
      noise: { type: 'gaussian', mean: 120, sigma: 40 },
    },
  })
  for (const [quality, chromaSubsampling] of [
    [63, '4:2:0'],
    [88, '4:4:4'],
  ] as const) {
    const picture = await readPicture(
      await pixels.clone().jpeg({ quality, chromaSubsampling, progressive: true }).toBuffer(),
    )
    assert.deepEqual(picture.encoding, { frames: 1, progressive: true, quality, chromaSubsampling })
    await writePicture(picture, path('again.jpg'))
    assert.deepEqual((await readPicture(path('again.jpg'))).encoding, picture.encoding)
    await writePicture(picture, path('other.jpg'), { quality: 30, progressive: false })
    assert.deepEqual((await readPicture(path('other.jpg'))).encoding, { frames: 1, quality: 30, chromaSubsampling })
  }
})

test('an orientation that is left is written as it is, and shows the same picture', async () => {
  const upright = small()
  for (const format of ['jpeg', 'png', 'webp', 'tiff'] as const) {
    const target = path(`left.${format}`)
    await writePicture({ ...upright, orientation: 6 }, target, { format, lossless: true, quality: 100 })
    const left = await readPicture(target, { orient: false })
    assert.deepEqual([left.orientation, left.width, left.height], [6, 6, 4])
    await writePicture(left, path('twice'), { lossless: true, quality: 100 })
    assert.equal((await readPicture(path('twice'), { orient: false })).orientation, 6)
    const turned = await readPicture(path('twice'))
    assert.deepEqual([turned.orientation, turned.width, turned.height], [1, 4, 6])
    if (format !== 'jpeg') assert.deepEqual(turned.samples.subarray(0, 3), upright.samples.subarray(54, 57), format)
  }
})

test('colours are converted to sRGB when asked, at 8 and at 16 bits', async () => {
  const icc = await p3()
  // Full red of Display P3 is beyond sRGB; half grey is the same in both.
  const levels = [1, 0, 0, 0.5, 0.5, 0.5]
  for (const [bitDepth, peak] of [
    [8, 255],
    [16, 65535],
  ] as const) {
    const numbers = levels.map((level) => Math.round(level * peak))
    const samples = bitDepth === 8 ? Uint8Array.from(numbers) : Uint16Array.from(numbers)
    const picture = small({ width: 2, height: 1, samples, bitDepth, icc })
    await writePicture(picture, path('wide-gamut.png'))
    const kept = await readPicture(path('wide-gamut.png'))
    assert.deepEqual([kept.samples, kept.icc], [samples, icc])
    const srgb = await readPicture(path('wide-gamut.png'), { to: 'srgb' })
    assert.deepEqual([srgb.icc, srgb.bitDepth], [undefined, bitDepth])
    assert.ok(srgb.samples[0]! > 0.99 * peak && srgb.samples[1]! < 0.01 * peak)
    for (const channel of [3, 4, 5]) assert.ok(Math.abs(srgb.samples[channel]! / peak - 0.5) < 0.004)
    // A green between: P3 (0.2, 0.8, 0.4) has less red in sRGB.
    const between = Uint16Array.of(13107, 52428, 26214)
    await writePicture(
      small({ width: 1, height: 1, samples: toBitDepth(between, 16, bitDepth), bitDepth, icc }),
      path('green.png'),
    )
    const green = await readPicture(path('green.png'), { to: 'srgb' })
    assert.ok(green.samples[0]! < 0.1 * peak && green.samples[1]! > 0.8 * peak, `${green.samples}`)
  }
  const plain = await writePicture(small(), path('plain.png'))
  assert.deepEqual(plain.lost, [])
  assert.deepEqual((await readPicture(path('plain.png'), { to: 'srgb' })).samples, small().samples)
})

test('pictures are read from a path, from bytes and from a blob of a store', async () => {
  await writePicture(small(), path('three.png'))
  const store = await createStore()
  try {
    const blob = await store.put(file(path('three.png')))
    for (const source of [path('three.png'), new Uint8Array(readFileSync(path('three.png'))), blob])
      assert.deepEqual((await readPicture(source)).samples, small().samples)
  } finally {
    await store.close()
  }
})

test('files that break off are damaged, in every format', async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  const pixels = sharp({ create: { width: 90, height: 70, channels: 3, background: '#345', noise } })
  for (const format of pictureFormats) {
    const whole = await pixels.clone().toFormat(format).toBuffer()
    for (const share of [0.2, 0.5, 0.9]) {
      const cut = path(`cut.${format}`)
      writeFileSync(cut, whole.subarray(0, Math.floor(whole.length * share)))
      await refused(readPicture(cut), 'MEDIA_DAMAGED', new RegExp(`cut\\.${format} is damaged or cut short`))
    }
  }
})

test('what is no picture of 8 or 16 bits is refused', async () => {
  await refused(readPicture(path('nowhere.png')), 'FILE_NOT_FOUND', /nowhere\.png/)
  await refused(readPicture(path('.')), 'FILE_IS_DIRECTORY', /./)
  await refused(
    readPicture(
      Buffer.from(
        'RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x44\xac\0\0\x88\x58\x01\0\x02\0\x10\0data\0\0\0\0',
        'latin1',
      ),
    ),
    'MEDIA_WRONG_KIND',
    /a recording \(wav\), and a picture is wanted/,
  )
  await refused(readPicture(Buffer.from('plain text')), 'MEDIA_NOT_RECOGNISED', /./)
  const [jpeg] = await withIptc()
  const floating = await sharp(jpeg!.bytes).tiff({ predictor: 'float', compression: 'deflate' }).toBuffer()
  await refused(readPicture(floating), 'MEDIA_NOT_RECOGNISED', /its samples are float/)
})
