import { type Picture, readPicture } from '@colophon/media'
import { attackPicture } from '@colophon/watermark'
import { ours } from './ours.ts'
import { type PainterName, painters } from './painters.ts'
import { part, withShortSide } from './pictures.ts'
import { idOf, Random } from './random.ts'

/** A run of pictures without a mark, or with that of another key. */
export interface NullJob {
  readonly kind: 'whole' | 'block'
  readonly from: number
  readonly to: number
  /** PNG files of 8-bit RGB to take parts of. */
  readonly sources: readonly string[]
}

/** What was claimed of them. */
export interface NullResult {
  readonly pValues: Float64Array
  readonly z: Float64Array
  /** Numbers of pictures in which something was found, which is false. */
  readonly found: readonly number[]
}

/** Every fifth whole picture is marked, with another key. */
const markedShare = 5
/** Every fourth whole picture is synthesised. */
const paintedShare = 4

/** Looks for a mark where there is none, with the full search. Runs on a worker thread. */
export async function nullOf({ kind, from, to, sources }: NullJob): Promise<NullResult> {
  const pValues = new Float64Array(to - from)
  const z = new Float64Array(to - from)
  const found: number[] = []
  for (let index = from; index < to; index++) {
    const random = new Random(`null ${kind} ${index}`)
    const picture = kind === 'block' ? await block(index, random, sources) : await whole(index, random, sources)
    const result = ours.detect(picture, `null key ${index % 97}`)
    pValues[index - from] = result.pValue
    z[index - from] = result.z
    if (result.found) found.push(index)
  }
  return { pValues, z, found }
}

/** As many blocks are cut out of a picture before another is scaled. */
const blocksEach = 10
let scaled: { readonly number: number; readonly picture: Picture } | undefined

/** 256x256 pixels of a source at some scale. */
async function block(index: number, random: Random, sources: readonly string[]): Promise<Picture> {
  const number = Math.floor(index / blocksEach)
  if (scaled?.number !== number) {
    const choice = new Random(`null source ${number}`)
    const source = await opened(choice.of(sources))
    const short = choice.whole(256, Math.max(256, Math.min(source.width, source.height, 1100)))
    scaled = { number, picture: withShortSide(source, short) }
  }
  const { picture } = scaled
  const [left, top] = [random.whole(0, picture.width - 256), random.whole(0, picture.height - 256)]
  return part(picture, left, top, 256, 256)
}

/** A part of a source at some scale, or a synthesised picture; attacked as copies are, now and then with a mark of another key. */
async function whole(index: number, random: Random, sources: readonly string[]) {
  const plain = index % paintedShare === 0 ? painted(random) : await partOf(random, sources)
  const marked = index % markedShare === 0 ? ours.embed(plain, idOf(`null ${index}`), `another key ${index}`) : plain
  const attack = random.of(['none', 'jpeg70', 'jpeg30', 'rotateAny', 'blur1', 'noise05', 'resize75', 'contrast200'])
  return attackPicture(marked, attack, `null ${index}`)
}

function painted(random: Random) {
  const [width, height] = [random.whole(256, 720), random.whole(256, 720)]
  return painters[random.of(Object.keys(painters) as PainterName[])](width, height, random).picture()
}

async function partOf(random: Random, sources: readonly string[]) {
  const source = await opened(random.of(sources))
  const scaled = withShortSide(source, random.whole(300, Math.max(300, Math.min(source.width, source.height))))
  const [width, height] = [random.whole(256, scaled.width), random.whole(256, scaled.height)]
  return part(scaled, random.whole(0, scaled.width - width), random.whole(0, scaled.height - height), width, height)
}

const pictures = new Map<string, ReturnType<typeof readPicture>>()

function opened(path: string) {
  if (!pictures.has(path)) pictures.set(path, readPicture(path))
  return pictures.get(path)!
}
