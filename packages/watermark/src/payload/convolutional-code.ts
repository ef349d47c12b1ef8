/**
 * A convolutional code without end or beginning (tail-biting): every bit is coded with the bits before it, and the first
 * with the last. Nothing is spent on a tail, and every bit is protected alike.
 *
 * A state is the last `memory` bits, the newest in the lowest place. A register is a state with one more bit below.
 */
export class ConvolutionalCode {
  /** Bits of the past that a code bit depends on. */
  readonly memory: number
  /** Number of states. */
  readonly states: number
  /** Code bits for each bit. */
  readonly branches: number
  /** For a state below half of all: the code bits of the branch that a 0 takes, one a generator, the first in the lowest place. */
  readonly symbols: Uint8Array
  readonly #generators: readonly number[]

  /**
   * @param generators Taps, as the tables print them in octal, at most eight. All have the newest and the oldest bit: then the four branches
   *   between two states and the two that they lead to carry one symbol or its complement.
   */
  constructor(generators: readonly number[]) {
    this.#generators = generators
    this.branches = generators.length
    this.memory = 31 - Math.clz32(Math.max(...generators))
    this.states = 2 ** this.memory
    for (const taps of generators) {
      if ((taps & 1) === 0 || taps >>> this.memory !== 1) throw new RangeError('taps want their first and last bit')
    }
    this.symbols = new Uint8Array(this.states / 2)
    for (let state = 0; state < this.symbols.length; state++) this.symbols[state] = this.symbol(state << 1)
  }

  /** The code that gives the same code words backwards, of bits that are given backwards. */
  reversed(): ConvolutionalCode {
    return new ConvolutionalCode(this.#generators.map((taps) => mirrored(taps, this.memory + 1)))
  }

  /** The code bits of a register. */
  symbol(register: number): number {
    let symbol = 0
    for (let branch = 0; branch < this.branches; branch++) {
      symbol |= parity(register & this.#generators[branch]!) << branch
    }
    return symbol
  }

  /** Codes bits (a 0 or 1 in a byte, at least `memory` of them). Code bit `branches * t + g` is that of generator g at bit t. */
  encode(bits: Uint8Array): Uint8Array {
    const { memory, branches, states } = this
    if (bits.length < memory) throw new RangeError(`${bits.length} bits are less than the memory of ${memory}`)
    let state = 0
    for (const bit of bits.subarray(bits.length - memory)) state = (state << 1) | bit
    const code = new Uint8Array(bits.length * branches)
    for (let t = 0; t < bits.length; t++) {
      const register = (state << 1) | bits[t]!
      const symbol = this.symbol(register)
      for (let branch = 0; branch < branches; branch++) code[branches * t + branch] = (symbol >> branch) & 1
      state = register & (states - 1)
    }
    return code
  }
}

/** A word of so many bits, the last first. */
export function mirrored(word: number, bits: number): number {
  let mirror = 0
  for (let bit = 0; bit < bits; bit++) mirror |= ((word >> bit) & 1) << (bits - 1 - bit)
  return mirror
}

function parity(word: number): number {
  let folded = word ^ (word >>> 16)
  folded ^= folded >>> 8
  folded ^= folded >>> 4
  folded ^= folded >>> 2
  return (folded ^ (folded >>> 1)) & 1
}
