import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
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

  async made(candidate: Candidate, pair: Pair): Promise<Made> {
    const key = createHash('sha256')
      .update(JSON.stringify([candidate.name, candidate.version, pair.target.hash, pair.reference.hash]))
      .digest('hex')
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
}
