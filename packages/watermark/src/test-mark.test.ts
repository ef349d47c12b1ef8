import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'node:test'
import { createStore, file } from '@colophon/core'
import { writePicture } from '@colophon/media'
import { addNoise } from './attack/noise.ts'
import { SeededRandom } from './attack/random.ts'
import { testPicture } from './attack/testing/pictures.ts'
import { embedImage } from './image-embed.ts'
import { testMark } from './test-mark.ts'

test('says which attacks a mark survives, and that there is none where there is none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-test-mark-'))
  try {
    await using store = await createStore({ path: join(folder, 'store'), secrets: { press: 'a key of the press' } })
    const plain = join(folder, 'plain.png')
    await writePicture(addNoise(testPicture({ width: 420, height: 360 }), 0.06, new SeededRandom('grain')), plain)
    const key = 'press'
    await store.run(async () => {
      const { image } = await embedImage({ image: file(plain), message: 'hello', key })
      const attacks = ['none', 'jpeg70', 'hflip', 'crop80'] as const
      const { report } = await testMark({ image, key, attacks: [...attacks] })
      const { marked, survived, tried, attacks: rows, message } = await report.value()
      assert.deepEqual([marked, survived, tried], [true, 4, 4])
      assert.equal(message, 'hello')
      for (const [index, row] of rows.entries()) {
        assert.equal(row.name, attacks[index])
        assert.ok(row.survived && row.state === 'found' && row.pValue < 1e-6)
      }
      const none = await (await testMark({ image: file(plain), key })).report.value()
      assert.deepEqual([none.marked, none.tried, none.attacks], [false, 0, []])
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
