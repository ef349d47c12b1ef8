import { execFile } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readPicture, type WorkerPool, writePicture } from '@colophon/media'
import { attackPicture } from '@colophon/watermark'
import type { CorpusFile } from './corpus.ts'
import { qualityOf } from './quality.ts'
import { Random } from './random.ts'

const run = promisify(execFile)

/**
 * What PyPI has: `pip install numpy opencv-python-headless PyWavelets Pillow` and, with `--no-deps` (they would bring PyTorch and
 * another OpenCV), `invisible-watermark blind-watermark`.
 */
export const peerNames = ['dwtDct', 'dwtDctSvd', 'blindWatermark'] as const

export type PeerName = (typeof peerNames)[number]

/** Bits that peers are to carry: half of ours, to their advantage. They have no check of their own. */
const bitCount = 32

/** How a peer did on the files. */
export interface PeerResult {
  readonly name: PeerName
  readonly psnr: number
  readonly ssim: number
  /** Exact-message rates over the large files, by attack. */
  readonly rates: Readonly<Record<string, number>>
  /** Over the small ones. */
  readonly smallRates: Readonly<Record<string, number>>
  /** Processor time in ms of one 1920x1080 picture, where there is one. */
  readonly embedMs: number | undefined
  readonly extractMs: number | undefined
}

interface Task {
  readonly from: string
  readonly to?: string
  readonly bits?: readonly number[]
  readonly count?: number
}

interface Outcome {
  readonly seconds?: number
  readonly bits: readonly number[] | null
  readonly failed: string | null
}

export interface PeerOptions {
  readonly python: string
  readonly folder: string
  readonly attacks: readonly string[]
  readonly pool: WorkerPool
  readonly tell: (line: string) => void
}

/** Has a peer mark the files, attacks them as ours are, and has it read the copies. */
export async function peerResult(
  name: PeerName,
  files: readonly CorpusFile[],
  options: PeerOptions,
): Promise<PeerResult> {
  const { python, folder, attacks, pool, tell } = options
  const own = join(folder, name)
  mkdirSync(own, { recursive: true })
  const ask = async (what: 'embed' | 'extract', tasks: readonly Task[], which = ''): Promise<Outcome[]> => {
    const list = join(own, `${what}${which}.json`)
    writeFileSync(list, JSON.stringify(tasks))
    const script = join(import.meta.dirname, 'peers.py')
    const { stdout } = await run(python, [script, name, what, list], { maxBuffer: 2 ** 28 })
    return JSON.parse(stdout.trim().split('\n').at(-1)!)
  }
  tell(`${name} marks ${files.length} pictures`)
  const marks = files.map((file, index) => ({ file, bits: bitsOf(file.name), marked: join(own, `${index}.png`) }))
  const embedded = await ask(
    'embed',
    marks.map(({ file, bits, marked }) => ({ from: file.path, to: marked, bits })),
  )
  // What it cannot mark is not held against its quality, and is lost in every row.
  const able = marks.filter((_, index) => embedded[index]!.failed === null)
  const qualities = await Promise.all(
    able.map(async ({ file, marked }) => qualityOf(await readPicture(file.path), await readPicture(marked))),
  )
  const hits = { large: new Map<string, number>(), small: new Map<string, number>() }
  let extractMs: number | undefined
  tell(`${name} reads copies`)
  const read = async ({ file, bits, marked }: (typeof marks)[number]): Promise<void> => {
    const index = marks.findIndex((mark) => mark.marked === marked)
    const copies = await pool.run<string[]>(import.meta.url, 'attackedCopies', [
      { marked, name: file.name, attacks, to: join(own, `copy-${index}`) } satisfies CopyJob,
    ])
    const outcomes = await ask(
      'extract',
      copies.map((from) => ({ from, count: bitCount })),
      `-${index}`,
    )
    for (const copy of copies) rmSync(copy)
    for (const [at, attack] of attacks.entries()) {
      const found = outcomes[at]!.bits
      if (found?.every((bit, place) => bit === bits[place]))
        hits[file.size].set(attack, (hits[file.size].get(attack) ?? 0) + 1)
    }
    if (is1080(file)) extractMs = (outcomes[0]!.seconds ?? Number.NaN) * 1000
  }
  const waiting = [...able]
  const reader = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await read(next)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, reader))
  const rates = (size: 'large' | 'small') => {
    const count = files.filter((file) => file.size === size).length
    return Object.fromEntries(attacks.map((attack) => [attack, (hits[size].get(attack) ?? 0) / count]))
  }
  const timed = marks.findIndex(({ file }) => is1080(file))
  const seconds = embedded[timed]?.seconds
  return {
    name,
    psnr: mean(qualities.map(({ psnr }) => psnr)),
    ssim: mean(qualities.map(({ ssim }) => ssim)),
    rates: rates('large'),
    smallRates: rates('small'),
    embedMs: seconds === undefined ? undefined : seconds * 1000,
    extractMs,
  }
}

const is1080 = ({ width, height }: CorpusFile): boolean => width === 1920 && height === 1080

function bitsOf(name: string): number[] {
  const random = new Random(`peer ${name}`)
  return Array.from({ length: bitCount }, () => random.whole(0, 1))
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** A marked file whose copies are wanted. */
export interface CopyJob {
  readonly marked: string
  readonly name: string
  readonly attacks: readonly string[]
  /** Beginning of the copies' paths. */
  readonly to: string
}

/** Writes the attacked copies as PNG files, attacked as ours are. Runs on a worker thread. */
export async function attackedCopies({ marked, name, attacks, to }: CopyJob): Promise<string[]> {
  const picture = await readPicture(marked)
  const paths: string[] = []
  for (const attack of attacks) {
    const copy = await attackPicture(picture, attack, `${name} 0`)
    const path = `${to}-${attack}.png`
    await writePicture(copy, path, { format: 'png', metadata: false, compression: 1 })
    paths.push(path)
  }
  return paths
}
