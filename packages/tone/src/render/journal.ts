import { createHash } from 'node:crypto'
import { appendFileSync, closeSync, openSync, readFileSync, readSync, writeFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import type { Pcm } from '../pcm/pcm.ts'

/** Where a slice lies in a file. */
export interface Place {
  /** Bytes from the beginning. */
  readonly at: number
  readonly bytes: number
}

const pieceSize = 2 ** 20

/** CRC-32 of a part of a file; undefined where it is not that long. */
export function checksumOf(path: string, { at, bytes }: Place): number | undefined {
  let file: number
  try {
    file = openSync(path, 'r')
  } catch {
    return undefined
  }
  try {
    const piece = new Uint8Array(Math.min(pieceSize, bytes))
    let sum = 0
    for (let done = 0; done < bytes; ) {
      const read = readSync(file, piece, 0, Math.min(piece.length, bytes - done), at + done)
      if (read === 0) return undefined
      sum = crc32(piece.subarray(0, read), sum)
      done += read
    }
    return sum
  } finally {
    closeSync(file)
  }
}

/** What is known of a slice. */
export interface JournalEntry {
  /** CRC-32 of its bytes. */
  readonly sum: number
  /** Letters and digits that say how it was made, where that may change. */
  readonly recipe: string
  /** What else was found out: one line. */
  readonly found: string
}

/**
 * Which slices of a file are written, each with its checksum, in a file beside it. After a crash it may say less than there is, or name what
 * did not reach the disk; a slice counts only if its bytes are what was written.
 */
export class Journal {
  readonly #path: string
  readonly #entries = new Map<number, JournalEntry>()
  readonly #notes: string[] = []

  /**
   * @param path of the file that the slices are in
   * @param key says what the slices are made from; a journal of anything else is begun anew
   */
  constructor(path: string, key: string) {
    this.#path = `${path}.journal`
    const [head, ...lines] = contentOf(this.#path).split('\n')
    if (head !== key) {
      writeFileSync(this.#path, `${key}\n`)
      return
    }
    for (const line of lines) {
      // The last one may have been cut off.
      const [, index, sum, recipe, found] = /^(\d+) ([0-9a-f]{8}) (\w*) (.*);$/.exec(line) ?? []
      if (index && sum)
        this.#entries.set(Number(index), { sum: Number.parseInt(sum, 16), recipe: recipe!, found: found! })
      else if (/^note .*;$/.test(line)) this.#notes.push(line.slice(5, -1))
    }
    // What was cut off must not run into the next line.
    appendFileSync(this.#path, '\n')
  }

  /** What is known of a slice, if it was written. */
  entry(index: number): JournalEntry | undefined {
    return this.#entries.get(index)
  }

  /** What was noted, in order. */
  get notes(): readonly string[] {
    return this.#notes
  }

  add(index: number, { sum, recipe, found }: JournalEntry): void {
    this.#entries.set(index, { sum, recipe, found })
    appendFileSync(this.#path, `${index} ${sum.toString(16).padStart(8, '0')} ${recipe} ${found};\n`)
  }

  /** Notes something that the slices after it depend on: one line. */
  note(text: string): void {
    this.#notes.push(text)
    appendFileSync(this.#path, `note ${text};\n`)
  }
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}

const samplesLooked = 64
const lookLength = 4096

/** Says which recording this is: its shape, and a digest of stretches all over it. */
export function identityOf(pcm: Pcm): string {
  const { path, sampleRate, layout, channels, length } = pcm
  const hash = createHash('sha256').update(JSON.stringify([sampleRate, layout, channels, length]))
  const size = length * channels * 4
  const file = openSync(path, 'r')
  try {
    const piece = new Uint8Array(lookLength)
    for (let k = 0; k < samplesLooked; k++) {
      const at = Math.floor((Math.max(0, size - lookLength) * k) / (samplesLooked - 1))
      hash.update(piece.subarray(0, readSync(file, piece, 0, Math.min(lookLength, size), at)))
    }
  } finally {
    closeSync(file)
  }
  return hash.digest('hex')
}

/** Says what something is made from. */
export const keyOf = (...parts: unknown[]): string => createHash('sha256').update(JSON.stringify(parts)).digest('hex')
