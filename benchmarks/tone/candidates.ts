import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Judgement } from './meter.ts'
import type { Pair } from './pairs.ts'

/** What a candidate did with a pair. */
export interface Made {
  /** Where its output is; `undefined` where it refused. */
  readonly path?: string
  readonly refused?: string
  /** Time that passed, and time of all processors, where that was measured. */
  readonly seconds?: number
  readonly cpuSeconds?: number
  /** Peak of resident memory, bytes. */
  readonly rss?: number
}

/** Something that makes a target sound like a reference. */
export interface Candidate {
  readonly name: string
  /** Changes whenever its outputs may. */
  readonly version: string
  /** @param output where to write; a WAV file */
  make(pair: Pair, output: string): Promise<Omit<Made, 'path'>>
}

/** Outputs of peers are kept by the contents that they were made from, so that only ours has to be made again. */
export class OutputCache {
  readonly #folder: string
  readonly #fresh: boolean
  readonly #made = new Set<string>()

  /** @param fresh whether what earlier runs left is made again */
  constructor(folder: string, fresh: boolean) {
    mkdirSync(folder, { recursive: true })
    this.#folder = folder
    this.#fresh = fresh
  }

  /** What the candidate did with the pair, now or in an earlier run. */
  async made(candidate: Candidate, pair: Pair): Promise<Made> {
    const key = keyOf(candidate, pair)
    const [output, notes] = ['wav', 'json'].map((ending) => join(this.#folder, `${key}.${ending}`)) as [string, string]
    // Written last: an output without it is one that was not finished.
    if (!existsSync(notes) || (this.#fresh && !this.#made.has(key))) {
      rmSync(notes, { force: true })
      writeFileSync(notes, JSON.stringify(await candidate.make(pair, output)))
    }
    this.#made.add(key)
    const found = JSON.parse(readFileSync(notes, 'utf8')) as Made
    return found.refused === undefined ? { ...found, path: output } : found
  }

  /** What the meter says of that output, now or when an earlier run measured it with the same code. */
  async judged(candidate: Candidate, pair: Pair, judge: () => Promise<Judgement>): Promise<Judgement> {
    const path = join(this.#folder, `${keyOf(candidate, pair)}.${meterVersion()}.json`)
    if (!existsSync(path)) writeFileSync(path, JSON.stringify(await judge()))
    return JSON.parse(readFileSync(path, 'utf8'))
  }
}

const keyOf = ({ name, version }: Candidate, { target, reference }: Pair): string =>
  createHash('sha256')
    .update(JSON.stringify([name, version, target.hash, reference.hash]))
    .digest('hex')

let version: string | undefined

/** A digest of all code that measures. */
function meterVersion(): string {
  if (version) return version
  const tone = join(import.meta.dirname, '../../packages/tone')
  const hash = createHash('sha256')
  for (const path of [
    join(import.meta.dirname, 'meter.ts'),
    ...globSync(['src/measure/*.ts', 'src/analysis/*.ts', 'assembly/*.ts'], { cwd: tone }).map((path) =>
      join(tone, path),
    ),
  ].sort())
    if (!path.endsWith('.test.ts')) hash.update(readFileSync(path))
  version = hash.digest('hex').slice(0, 12)
  return version
}
