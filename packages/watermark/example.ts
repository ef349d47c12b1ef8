// A picture is marked, a copy of it is turned, cropped and compressed, and what was hidden is found in the copy.
import { strict as assert } from 'node:assert'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStore, file } from '@colophon/core'
import { type Picture, writePicture } from '@colophon/media'
import { attack, embedImage, extractImage } from '@colophon/watermark'

const folder = await mkdtemp(join(tmpdir(), 'colophon-watermark-'))
const path = (name: string) => join(folder, name)

/** Clouds: sines in sines, of several sizes. */
function clouds(width: number, height: number): Picture {
  const samples = new Uint8Array(width * height * 3)
  for (let at = 0; at < samples.length; at++) {
    const [pixel, colour] = [Math.floor(at / 3), at % 3]
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    let level = 110 + 10 * colour
    for (const [size, strength] of [
      [90, 45],
      [21, 25],
      [6, 12],
      [2.3, 6],
    ] as const)
      level +=
        strength * Math.sin(x / size + 3 * Math.sin(y / size / 1.4)) * Math.cos(y / size + Math.sin(x / size / 2))
    samples[at] = Math.min(255, Math.max(0, level))
  }
  const common = { premultiplied: false, orientation: 1, format: 'png', encoding: { frames: 1 } } as const
  return { width, height, channels: 3, samples, bitDepth: 8, ...common }
}

await writePicture(clouds(720, 540), path('clouds.png'))
const store = await createStore({ path: path('store'), secrets: { watermark: 'a long secret that nobody else knows' } })
await store.run(async () => {
  const { image, report } = await embedImage({ image: file(path('clouds.png')), message: 'hello' })
  await image.saveTo(path('marked.png'))
  console.log('marked', (await report.value()).quality)

  const { image: copy } = await attack({ image, attack: ['rotate10', 'crop71', 'jpeg70'] })
  const found = await (await extractImage({ image: copy })).report.value()
  console.log('found', found.message, found.pValue, found.geometry)
  assert.equal(found.message, 'hello')

  const none = await (await extractImage({ image: file(path('clouds.png')) })).report.value()
  console.log('without a mark', none.state, none.pValue)
  assert.equal(none.found, false)
})
await store.close()
await rm(folder, { recursive: true })
