import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { file } from '@colophon/core'
import { readPicture, writePicture } from '@colophon/media'
import { attackPicture } from './attack/apply.ts'
import { same, testPicture } from './attack/testing/pictures.ts'
import { attack } from './attack.ts'

test('a copy is what the attacks make of the picture, in the encoder’s own file', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-attack-op-'))
  try {
    const picture = testPicture({ width: 120, height: 90 })
    await writePicture(picture, join(folder, 'marked.png'))
    const { image, report } = await attack({
      image: file(join(folder, 'marked.png')),
      attack: ['crop71', 'jpeg50'],
      seed: '7',
    })
    const expected = await attackPicture(await attackPicture(picture, 'crop71', '7'), 'jpeg50', '7')
    const copy = await readPicture(image)
    assert.ok(same(copy, expected))
    assert.equal(copy.format, 'jpeg')
    assert.deepEqual(await report.value(), {
      attacks: [
        { name: 'crop71', summary: 'cropped to 71 % of each side' },
        { name: 'jpeg50', summary: 'JPEG of quality 50' },
      ],
      seed: '7',
      before: { width: 120, height: 90 },
      after: { width: 85, height: 63, format: 'jpeg' },
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

test('attacks that there are not, and none, are refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-attack-op-'))
  try {
    await writePicture(testPicture(), join(folder, 'marked.png'))
    const image = file(join(folder, 'marked.png'))
    await assert.rejects(attack({ image, attack: ['jpeg51'] }), { code: 'CALL_PARAM_INVALID' })
    await assert.rejects(attack({ image, attack: [] }), { code: 'CALL_PARAM_INVALID' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
