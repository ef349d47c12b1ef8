import type { Colour } from './canvas.ts'

/** Numbers that follow from a text alone (sfc32 of C. Doty-Humphrey), so that every run has the same corpus. */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  constructor(seed: string) {
    const hash = (basis: number): number => {
      let sum = basis
      for (let i = 0; i < seed.length; i++) sum = Math.imul(sum ^ seed.charCodeAt(i), 0x01000193)
      return sum | 0
    }
    this.#a = hash(0x811c9dc5)
    this.#b = hash(this.#a ^ 0x9e3779b9)
    this.#c = hash(this.#b ^ 0x85ebca6b)
    for (let i = 0; i < 12; i++) this.unit()
  }

  /** From 0 up to, and without, 1. */
  unit(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return (sum >>> 0) / 2 ** 32
  }

  between(least: number, most: number): number {
    return least + (most - least) * this.unit()
  }

  /** A whole number, both ends included. */
  whole(least: number, most: number): number {
    return least + Math.floor(this.unit() * (most - least + 1))
  }

  of<T>(items: readonly T[]): T {
    return items[this.whole(0, items.length - 1)]!
  }

  /** Nearly normal: the sum of four uniform numbers, scaled to a deviation of 1. */
  bell(): number {
    return (this.unit() + this.unit() + this.unit() + this.unit() - 2) * Math.sqrt(3)
  }

  colour(least = 0, most = 255): Colour {
    return [this.between(least, most), this.between(least, most), this.between(least, most)]
  }
}

/** 64 bits that follow from a text. */
export function idOf(text: string): bigint {
  let hash = 0xcbf29ce484222325n
  for (const character of text) hash = BigInt.asUintN(64, (hash ^ BigInt(character.codePointAt(0)!)) * 0x100000001b3n)
  // FNV alone hardly changes the upper bits of short texts.
  hash ^= hash >> 32n
  return BigInt.asUintN(64, hash * 0x9e3779b97f4a7c15n)
}
