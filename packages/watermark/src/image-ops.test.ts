import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { type BlobRef, createStore, file, type Store } from '@colophon/core'
import { type Picture, readPicture, writePicture } from '@colophon/media'
import { capacity } from './capacity.ts'
import { embed } from './embed.ts'
import { extract } from './extract.ts'
import { markCopies } from './image-copies.ts'
import { embedImage } from './image-embed.ts'
import { extractImage } from './image-extract.ts'
import { paintedPicture } from './testing/painted-picture.ts'

const folder = mkdtempSync(join(tmpdir(), 'colophon-image-ops-'))
const path = (name: string): string => join(folder, name)
let store: Store

before(async () => {
  store = await createStore({ secrets: { watermark: 'the key of these tests', other: 'another key of them' } })
})
after(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

type Args = Omit<Parameters<typeof embedImage>[0], 'image'>

const mark = (name: string, args: Args) =>
  store.run(async () => {
    const { image, report, residual } = await embedImage({ image: file(path(name)), ...args })
    return { image, residual, report: await report.value() }
  })

const look = (image: BlobRef | ReturnType<typeof file>, args: { key?: string } = {}) =>
  store.run(async () => (await extractImage({ image, ...args })).report.value())

const write = async (name: string, picture: Picture, options = {}): Promise<string> => {
  await writePicture(picture, path(name), options)
  return name
}

describe('a marked picture', () => {
  test('is of the quality that was asked for, and gives the message back with its key alone', async () => {
    await write('plain.png', paintedPicture(1))
    const { image, report, residual } = await mark('plain.png', { message: 'hello', psnr: 41 })
    assert.deepEqual(report.payload, { kind: 'text', bits: 64, id: null, text: 'hello' })
    // On smooth pictures it may be a little better.
    assert.ok(report.quality.psnr! >= 41 && report.quality.psnr! < 42.4, `${report.quality.psnr} dB`)
    assert.equal(report.quality.filePsnr, report.quality.psnr)
    assert.ok(report.quality.ssim! > 0.95 && report.quality.ssim! < 1)
    assert.ok(report.check.pValue < 1e-6 && report.check.accuracy > 0.9)
    assert.equal(residual instanceof Object && 'path' in residual, false)

    const found = await look(image)
    assert.deepEqual([found.state, found.message, found.searched], ['found', 'hello', 'upright'])
    const stranger = await look(image, { key: 'other' })
    assert.deepEqual(
      [stranger.state, stranger.message, stranger.payload, stranger.geometry],
      ['none', null, null, null],
    )
    assert.equal(stranger.key, 'other@1')
  })

  test('that was not marked is not found, and the probability of chance is told', async () => {
    await write('bare.png', paintedPicture(2))
    const found = await look(file(path('bare.png')))
    assert.deepEqual([found.state, found.found, found.bitErrors], ['none', false, null])
    assert.ok(found.pValue > 1e-5 && found.pValue <= 1)
    const { outcome } = extractImage.declaration
    const { exitCode, summary } = (outcome as (outputs: object) => { exitCode?: number; summary: string })({
      report: found,
    })
    assert.deepEqual([exitCode, summary], [4, 'no mark of the key watermark@1 was found'])
  })

  test('keeps size, depth, alpha and orientation, in its own format or another', async () => {
    const rows: [string, Picture, object, Args, Partial<Picture>][] = [
      [
        'deep.png',
        paintedPicture(3, { channels: 4, bitDepth: 16 }),
        {},
        {},
        { channels: 4, bitDepth: 16, format: 'png' },
      ],
      ['grey.tif', paintedPicture(4, { channels: 1 }), { format: 'tiff' }, {}, { channels: 1, format: 'tiff' }],
      [
        'turned.jpg',
        paintedPicture(5, { orientation: 6, height: 352 }),
        { format: 'jpeg', quality: 93 },
        {},
        { orientation: 6, format: 'jpeg' },
      ],
      ['colour.png', paintedPicture(6), {}, { format: 'webp' }, { format: 'webp' }],
      ['colour.png', paintedPicture(6), {}, { format: 'avif' }, { format: 'avif' }],
    ]
    for (const [name, picture, options, args, wanted] of rows) {
      await write(name, picture, options)
      const { image, report } = await mark(name, { message: 'kept', ...args })
      const again = await readPicture(image, { orient: false })
      const { width, height } = picture
      assert.deepEqual([again.width, again.height], [width, height], name)
      for (const [property, value] of Object.entries(wanted))
        assert.equal(again[property as keyof Picture], value, name)
      assert.equal(report.check.accuracy > 0.85, true, name)
      if (picture.channels === 4)
        for (let at = 3; at < picture.samples.length; at += 4) assert.equal(again.samples[at], picture.samples[at])
    }
  })

  test('comes with a picture of what was changed when that is asked for', async () => {
    await write('changed.png', paintedPicture(7))
    const { image, residual, report } = await mark('changed.png', { message: 'x', residual: true })
    const shown = await readPicture(residual as BlobRef)
    assert.deepEqual([shown.width, shown.height, shown.format], [320, 320, 'png'])
    const [before, marked] = [await readPicture(path('changed.png')), await readPicture(image)]
    const { amplification } = report.residual!
    let middle = 0
    for (let pixel = 0; pixel < 320 * 320; pixel++) {
      const change = marked.samples[3 * pixel]! - before.samples[3 * pixel]!
      const level = shown.samples[pixel * shown.channels]!
      if (Math.abs(change * amplification) < 127) assert.ok(Math.abs(level - 128 - change * amplification) <= 1)
      middle += level
    }
    assert.ok(Math.abs(middle / (320 * 320) - 128) < 2)
  })

  test('and one that was looked for with another value of the same key are never mistaken for each other', async () => {
    await write('rekeyed.png', paintedPicture(13))
    const folder = path('rekeyed-store')
    const withKey = async <T>(watermark: string, work: () => Promise<T>): Promise<T> => {
      await using own = await createStore({ path: folder, secrets: { watermark } })
      return await own.run(work)
    }
    const found = async (): Promise<string> => {
      const { report } = await extract({ media: file(path('rekeyed-marked.png')) })
      return (await report.value()).state
    }
    await withKey('the right one', async () =>
      (await embed({ media: file(path('rekeyed.png')), message: 'x' })).media.saveTo(path('rekeyed-marked.png')),
    )
    assert.equal(await withKey('the wrong one', found), 'none')
    assert.equal(await withKey('the right one', found), 'found')
  })

  test('is the same file every time', async () => {
    await write('same.png', paintedPicture(8))
    const first = await mark('same.png', { message: 'again' })
    await using fresh = await createStore({ secrets: { watermark: 'the key of these tests' } })
    const second = await fresh.run(() => embedImage({ image: file(path('same.png')), message: 'again' }))
    assert.equal(first.image.hash, second.image.hash)
  })
})

describe('the ops that pick the modality', () => {
  test('mark and look through pictures by the ops for pictures', async () => {
    await write('any.png', paintedPicture(9))
    await store.run(async () => {
      const marked = await embed({ media: file(path('any.png')), message: 'any' })
      const direct = await embedImage({ image: file(path('any.png')), message: 'any' })
      assert.equal(marked.media.hash, direct.image.hash)
      const { report } = await extract({ media: marked.media })
      assert.equal((await report.value()).message, 'any')
    })
  })

  test('say which kinds can be marked', async () => {
    const header = Buffer.alloc(44 + 16000)
    header.write('RIFF')
    header.writeUInt32LE(36 + 16000, 4)
    header.write('WAVEfmt ', 8)
    header.writeUInt32LE(16, 16)
    header.writeUInt16LE(1, 20)
    header.writeUInt16LE(1, 22)
    header.writeUInt32LE(8000, 24)
    header.writeUInt32LE(16000, 28)
    header.writeUInt16LE(2, 32)
    header.writeUInt16LE(16, 34)
    header.write('data', 36)
    header.writeUInt32LE(16000, 40)
    writeFileSync(path('sound.wav'), header)
    const media = file(path('sound.wav'))
    const message = /sound\.wav is a sound recording, and a picture \(JPEG, PNG, WebP, AVIF, TIFF or GIF\) is wanted\.$/
    for (const call of [() => embed({ media, message: 'x' }), () => extract({ media }), () => capacity({ media })])
      await assert.rejects(store.run(call as () => Promise<unknown>), { code: 'MEDIA_WRONG_KIND', message })
  })
})

describe('copies for recipients', () => {
  test('differ, are those of single calls, and lead to their recipient', async () => {
    await write('shared.png', paintedPicture(10))
    const image = file(path('shared.png'))
    await store.run(async () => {
      const { copies, reports } = await markCopies({
        image,
        message: 'Press kit',
        recipient: ['alice'],
        recipients: ['bob'],
      })
      const [made, told] = [await copies.value(), await reports.value()]
      assert.deepEqual(Object.keys(made), ['alice', 'bob'])
      assert.notEqual(told.alice!.payload.id, told.bob!.payload.id)
      for (const recipient of ['alice', 'bob']) {
        const single = await embedImage({ image, message: 'Press kit', recipient })
        assert.equal(single.image.hash, made[recipient]!.hash)
        const found = await (await extractImage({ image: made[recipient]! })).report.value()
        assert.equal(found.payload?.id, told[recipient]!.payload.id)
      }
    })
  })

  test('for nobody, or for names that one file name stands for, are refused', async () => {
    const image = file(path('shared.png'))
    for (const [recipient, why] of [
      [[], /there is nobody to make a copy for/],
      [['a/b', 'A b'], /"a\/b" and "A b" cannot be told apart/],
      [['alice', 'alice'], /"alice" and "alice"/],
    ] as const)
      await assert.rejects(
        store.run(() => markCopies({ image, message: 'x', recipient: [...recipient] })),
        { code: 'CALL_PARAM_INVALID', message: why },
      )
  })
})

describe('what cannot be marked', () => {
  const refused = (name: string, args: Args, error: object) => assert.rejects(mark(name, args), error)

  test('is refused in one sentence that names the file', async () => {
    await write('one.png', paintedPicture(1, { width: 1, height: 1 }))
    writeFileSync(path('text.png'), 'This is no picture.\n')
    writeFileSync(path('empty.png'), '')
    const flat = paintedPicture(1)
    await write('white.png', { ...flat, samples: flat.samples.map(() => 255) as Uint8Array })
    await refused(
      'one.png',
      { message: 'x' },
      { code: 'WATERMARK_NO_CAPACITY', message: /one\.png cannot carry a mark: / },
    )
    await refused(
      'white.png',
      { message: 'x' },
      { code: 'WATERMARK_NO_CAPACITY', message: /white\.png cannot carry a mark: .*flat/ },
    )
    await refused(
      'text.png',
      { message: 'x' },
      { code: 'MEDIA_NOT_RECOGNISED', message: /text\.png is not a media file/ },
    )
    await refused('empty.png', { message: 'x' }, { code: 'FILE_EMPTY', message: /empty\.png is empty/ })
  })

  test('is not given back where the written file lost the mark', async () => {
    await write('lost.png', paintedPicture(14))
    await refused(
      'lost.png',
      { message: 'x', format: 'jpeg', quality: 1, psnr: 60 },
      { code: 'WATERMARK_NOT_READ_BACK', message: /lost\.png, so that file was not kept\. Allow a change below 60 dB/ },
    )
  })

  test('is told by the look at its capacity too, with the reason', async () => {
    await write('small.png', paintedPicture(1, { width: 40, height: 40 }))
    await write('white.png', { ...paintedPicture(1), samples: new Uint8Array(320 * 320 * 3).fill(255) })
    await write('good.png', paintedPicture(11))
    const told = (name: string) => store.run(async () => (await capacity({ media: file(path(name)) })).report.value())
    for (const [name, why] of [
      ['small.png', /small/],
      ['white.png', /flat/],
    ] as const) {
      const report = await told(name)
      assert.equal(report.carries, false)
      assert.match(report.why ?? '', why)
    }
    assert.deepEqual([(await told('good.png')).carries, (await told('good.png')).why], [true, null])
  })

  test('is left as it is when the caller gives up', async () => {
    await write('given-up.png', paintedPicture(12))
    const stop = new AbortController()
    const call = store.run(() => embedImage({ image: file(path('given-up.png')), message: 'x' }), {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    })
    await assert.rejects(call, { code: 'CALL_CANCELLED' })
  })
})
