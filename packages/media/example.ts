// Facts about a media file, and a picture of it.
import { strict as assert } from 'node:assert'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStore, file } from '@colophon/core'
import { probe, thumbnail } from '@colophon/media'
import sharp from 'sharp'

const folder = await mkdtemp(join(tmpdir(), 'colophon-example-'))
const path = join(folder, 'blue.png')
await sharp({ create: { width: 640, height: 360, channels: 3, background: '#2040a0' } }).toFile(path)

const store = await createStore()
await store.run(async () => {
  const { report } = await probe({ file: file(path) })
  console.log(await report.value())

  const small = await thumbnail({ media: file(path), width: 160 })
  const { width, height } = await sharp(await small.image.bytes()).metadata()
  assert.deepEqual({ width, height }, { width: 160, height: 90 })
  console.log(`thumbnail of ${small.image.size} bytes, ${width}x${height}`)
})
await store.close()
await rm(folder, { recursive: true })
