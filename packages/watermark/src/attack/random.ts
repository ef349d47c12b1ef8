/**
 * Numbers that look random and are the same on every machine: where a crop lies, which grain a noise has. They keep no secrets.
 *
 * sfc32 of C. Doty-Humphrey (PractRand), seeded by the FNV-1a hash of a text.
 */
export class SeededRandom {
  #a: number
  #b: number
  #c: number
  #counter = 1
  #spare: number | undefined

  /** @param seed equal texts give equal numbers */
  constructor(seed: string) {
    this.#a = fnv1a(seed, 0x811c9dc5)
    this.#b = fnv1a(seed, this.#a ^ 0x9e3779b9)
    this.#c = fnv1a(seed, this.#b ^ 0x85ebca6b)
    // The first numbers still show the seed.
    for (let i = 0; i < 12; i++) this.#next()
  }

  /** From 0 up to, and without, 1. */
  uniform(): number {
    return this.#next() / 2 ** 32
  }

  /** A whole number from 0 up to, and without, `count`. */
  below(count: number): number {
    return Math.floor(this.uniform() * count)
  }

  /** Of mean 0 and standard deviation 1. G. Box, M. Muller, Annals of Mathematical Statistics 29 (1958). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare
      this.#spare = undefined
      return spare
    }
    const radius = Math.sqrt(-2 * Math.log(1 - this.uniform()))
    const angle = 2 * Math.PI * this.uniform()
    this.#spare = radius * Math.sin(angle)
    return radius * Math.cos(angle)
  }

  #next(): number {
    const sum = (this.#a + this.#b + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }
}

/** FNV-1a over the text's code units. */
function fnv1a(text: string, basis: number): number {
  let hash = basis
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash | 0
}
