import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { readPicture } from '@colophon/media'
import fc from 'fast-check'
import { attackPicture, writeAttacked } from './apply.ts'
import { attackNames, attackOf, attacks } from './attacks.ts'
import { difference, same, testPicture } from './testing/pictures.ts'

const encodes = (name: string): boolean => attackOf(name).steps.some((step) => step.do === 'encode')
/** Attacks that leave nothing to chance. */
const fixed = attackNames.filter((name) =>
  attackOf(name).steps.every((step) =>
    [
      'scale',
      'fit',
      'quarterTurn',
      'flip',
      'shear',
      'grey',
      'brightness',
      'contrast',
      'gamma',
      'blur',
      'median3',
      'encode',
    ].includes(step.do),
  ),
)

test('every attack has a name of its own', () => {
  assert.equal(new Set(attackNames).size, attacks.length)
  for (const { name } of attacks) assert.match(name, /^[a-z]+[A-Za-z0-9]*$/)
  for (const name of ['jpeg50', 'crop71', 'rotateAny', 'noise05', 'resize50', 'aspect80', 'screenshot'])
    assert.ok(attackNames.includes(name), name)
})

test('a name that is none is told with those that are', () => {
  assert.throws(() => attackOf('jpeg51'), /no attack "jpeg51".*jpeg50/)
})

test('no attack changes the picture that it is given, and all but none make another', async () => {
  const picture = testPicture()
  const before = picture.samples.slice()
  for (const { name } of attacks) {
    const attacked = await attackPicture(picture, name, 'seed')
    assert.ok(same(picture, { ...picture, samples: before }), name)
    if (name.startsWith('social') || name === 'forwarded' || encodes(name)) continue
    assert.equal(same(attacked, picture), name === 'none', name)
  }
})

test('the same seed does the same, another seed something else where anything is left to chance', async () => {
  const picture = testPicture()
  for (const { name } of attacks) {
    if (encodes(name) && name !== 'screenshot') continue
    const once = await attackPicture(picture, name, 'one')
    assert.ok(same(once, await attackPicture(picture, name, 'one')), name)
    const others = await Promise.all(['two', 'three', 'four'].map((seed) => attackPicture(picture, name, seed)))
    const differ = others.some((other) => !same(once, other))
    assert.equal(differ, name !== 'none' && !fixed.includes(name) && !/^rotate(\d|Inside)/.test(name), name)
  }
})

test('pictures of all channels and depths are attacked as they are', async () => {
  const shapes = fc.record({
    width: fc.integer({ min: 24, max: 60 }),
    height: fc.integer({ min: 24, max: 60 }),
    channels: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
    bitDepth: fc.constantFrom(8 as const, 16 as const),
  })
  const names = attackNames.filter((name) => !encodes(name))
  await fc.assert(
    fc.asyncProperty(shapes, fc.constantFrom(...names), async (shape, name) => {
      const attacked = await attackPicture(testPicture(shape), name)
      assert.equal(attacked.channels, shape.channels)
      assert.equal(attacked.bitDepth, shape.bitDepth)
      assert.equal(attacked.samples.length, attacked.width * attacked.height * attacked.channels)
    }),
    { numRuns: 60 },
  )
})

test('sizes are those that names promise', async () => {
  const picture = testPicture({ width: 200, height: 120 })
  const sizes: Record<string, readonly [number, number]> = {
    resize50: [100, 60],
    resize200: [400, 240],
    aspect80: [160, 120],
    crop71: [142, 85],
    crop50: [100, 60],
    rotate90: [120, 200],
    rotate10: [200, 120],
    social1080: [200, 120],
    screenshot: [136, 82],
  }
  for (const [name, size] of Object.entries(sizes)) {
    const { width, height } = await attackPicture(picture, name)
    assert.deepEqual([width, height], size, name)
  }
  const larger = await attackPicture(picture, 'rotateLarger')
  assert.ok(larger.width * larger.height > 200 * 120)
  const inside = await attackPicture(picture, 'rotateInside')
  assert.ok(inside.width < 200 && Math.abs(inside.width / inside.height - 200 / 120) < 0.03)
})

test('encoders are real: the lower the quality, the further from the picture', async () => {
  const picture = testPicture({ width: 128, height: 96 })
  let last = 0
  for (const name of ['jpeg90', 'jpeg50', 'jpeg10']) {
    const attacked = await attackPicture(picture, name)
    assert.equal(attacked.format, 'jpeg')
    assert.equal(attacked.encoding.chromaSubsampling, '4:2:0')
    const off = difference(picture, attacked)
    assert.ok(off > last && off < 0.2, `${name}: ${off}`)
    last = off
  }
  assert.equal((await attackPicture(picture, 'webp50')).format, 'webp')
  assert.equal((await attackPicture(picture, 'avif50')).format, 'avif')
})

test('a written file is the encoder’s own, or keeps every sample', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-attack-test-'))
  try {
    const picture = testPicture({ bitDepth: 16, channels: 4 })
    const write = (names: readonly string[], format?: 'png' | 'tiff') =>
      writeAttacked(picture, names, { seed: 'seed', format }, async (ending) =>
        join(folder, `${names.join()}.${ending}`),
      )
    for (const [names, asked, format] of [
      [['jpeg50'], undefined, 'jpeg'],
      [['jpeg50'], 'png', 'png'],
      [['crop71'], undefined, 'png'],
      [['hflip', 'crop71'], 'tiff', 'tiff'],
      [['hflip', 'webp50'], undefined, 'webp'],
    ] as const) {
      const copy = await write(names, asked)
      let expected = picture
      for (const name of names) expected = await attackPicture(expected, name, 'seed')
      assert.equal(copy.path, join(folder, `${names.join()}.${format}`))
      const { width, height } = expected
      assert.deepEqual([copy.format, copy.width, copy.height], [format, width, height])
      assert.ok(same(await readPicture(copy.path), expected), names.join())
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
