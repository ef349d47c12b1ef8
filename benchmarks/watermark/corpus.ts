import { mkdirSync, readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { type Picture, writePicture } from '@colophon/media'
import { type PainterName, painters } from './painters.ts'
import { framesOf, rgbOf, withShortSide } from './pictures.ts'
import { Random } from './random.ts'

/** Pictures of at least 512 pixels on the short side are large, those from 256 on small. Bars differ. */
export type SizeClass = 'large' | 'small'

/** A picture that marks are hidden in. */
export interface CorpusFile {
  readonly name: string
  readonly origin: 'photograph' | 'frame' | 'synthesised'
  readonly size: SizeClass
  /** A PNG file of 8-bit RGB. */
  readonly path: string
  readonly width: number
  readonly height: number
}

export interface CorpusOptions {
  /** Folder of photographs. */
  readonly photographs: string
  /** Folder of videos; it need not exist. */
  readonly videos: string
  /** Where the pictures are put as PNG files. */
  readonly folder: string
  readonly tell: (line: string) => void
}

const pictureEndings = new Set(['.png', '.jpg', '.jpeg', '.webp', '.avif', '.tif', '.tiff'])
const smallSides = [256, 320, 384, 448]
const videoEndings = new Set(['.mp4', '.mkv', '.mov', '.webm'])

/** What is synthesised, and in which sizes. */
const synthesised: readonly (readonly [PainterName, number, number])[] = [
  ['leaves', 768, 512],
  ['landscape', 960, 640],
  ['clouds', 1024, 576],
  ['page', 1240, 1754],
  ['screen', 1280, 720],
  ['weave', 640, 640],
  ['illustration', 800, 600],
  ['night', 1280, 853],
  ['chart', 1024, 768],
  ['gradient', 768, 512],
  ['leaves', 1920, 1080],
  ['landscape', 576, 1024],
  ['clouds', 512, 512],
  ['screen', 1600, 900],
  ['weave', 900, 600],
  ['page', 827, 1169],
  ['illustration', 512, 768],
  ['leaves', 480, 360],
  ['landscape', 400, 300],
  ['clouds', 320, 320],
  ['page', 420, 594],
  ['screen', 480, 320],
  ['illustration', 300, 400],
  ['weave', 384, 256],
  ['night', 450, 300],
]

/** The photographs, smaller copies of some, frames of the videos, and synthesised pictures, as PNG files. */
export async function makeCorpus({ photographs, videos, folder, tell }: CorpusOptions): Promise<CorpusFile[]> {
  mkdirSync(folder, { recursive: true })
  const files: CorpusFile[] = []
  const add = async (name: string, origin: CorpusFile['origin'], picture: Picture): Promise<void> => {
    const { width, height } = picture
    const short = Math.min(width, height)
    if (short < 256) return tell(`${name} has fewer than 256 pixels on a side and is left out`)
    const path = join(folder, `${name.replaceAll(/[^\w.-]/g, '_')}.png`)
    await writePicture(picture, path, { format: 'png', bitDepth: 8, metadata: false, compression: 1 })
    files.push({ name, origin, size: short >= 512 ? 'large' : 'small', path, width, height })
  }
  tell('making the corpus')
  for (const [index, path] of named(photographs, pictureEndings).entries()) {
    const picture = await rgbOf(path)
    await add(nameOf(path), 'photograph', picture)
    // Every other large one in a small size, too.
    if (index % 2 === 0 && Math.min(picture.width, picture.height) >= 512) {
      const short = smallSides[(index / 2) % smallSides.length]!
      await add(`${nameOf(path)} ${short}`, 'photograph', withShortSide(picture, short))
    }
  }
  for (const path of named(videos, videoEndings))
    for (const [at, picture] of (await framesOf(path, 2)).entries())
      await add(`${nameOf(path)} ${at + 1}`, 'frame', picture)
  for (const [painter, width, height] of synthesised) {
    const name = `${painter} ${width}x${height}`
    await add(name, 'synthesised', painters[painter](width, height, new Random(name)).picture())
  }
  return files
}

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1, -extname(path).length)

function named(folder: string, endings: ReadonlySet<string>): string[] {
  try {
    const names = readdirSync(folder, { recursive: true }) as string[]
    return names
      .filter((name) => endings.has(extname(name).toLowerCase()))
      .sort()
      .map((name) => join(folder, name))
  } catch {
    return []
  }
}
