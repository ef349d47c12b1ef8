/**
 * Makes the media that the demo shows, from code alone: `examples/media/clip.mp4` and `examples/media/photo.jpg`.
 *
 *   node examples/make-clip.ts [folder]
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { Canvas, step } from './clip/canvas.ts'
import { music } from './clip/music.ts'
import { paintScene } from './clip/scene.ts'
import { writeClip } from './clip/write.ts'

const folder = process.argv[2] ?? join(import.meta.dirname, 'media')
await mkdir(folder, { recursive: true })

const [width, height, rate, seconds] = [480, 270, 24, 7]

/** Black at first, then the picture comes up; at the end it goes. A thumbnail of the first frame would show nothing. */
const light = (time: number): number => step(0.6, 1.6, time) * step(seconds, seconds - 0.9, time)

const canvas = new Canvas(width, height)
await writeClip(join(folder, 'clip.mp4'), {
  width,
  height,
  rate,
  frames: rate * seconds,
  sampleRate: 48_000,
  paint(index) {
    const time = index / rate
    if (light(time) > 0) paintScene(canvas, time)
    return canvas.bytes(light(time))
  },
  sample: (time, channel) => music(time, channel, seconds),
  tags: {
    title: 'Morning at the lake',
    copyright: 'CC0 1.0',
    comment: 'Drawn and composed by examples/make-clip.ts',
  },
})

// Held upright a camera stores the picture lying down, and says how to turn it.
const upright = new Canvas(360, 480)
paintScene(upright, 2.4)
const picture = sharp(upright.bytes(), { raw: { width: upright.width, height: upright.height, channels: 3 } })
await picture
  .rotate(-90)
  .withExif({ IFD0: { Copyright: 'CC0 1.0', Software: 'examples/make-clip.ts' } })
  .withMetadata({ orientation: 6 })
  .jpeg({ quality: 88 })
  .toFile(join(folder, 'photo.jpg'))
