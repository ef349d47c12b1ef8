/** Where outputs lie on the time of the input: output n at n * from / to samples. */
export interface Clock {
  /** The ratio to / from in lowest terms, if both rates are whole numbers. */
  readonly up: number | undefined
  /** The whole part of the current output's time. */
  whole: number
  /** The rest of it, at least 0 and below 1; with whole rates exactly `remainder / up`. */
  fraction: number
  /** `fraction * up`, a whole number; 0 if the rates are not whole. */
  remainder: number
  /** Goes on to the next output. */
  next(): void
}

/** A clock at output 0. With whole rates it never errs, however long it runs; with others by the rounding of one product. */
export function clockOf(from: number, to: number): Clock {
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to)) {
    const common = greatestCommonDivisor(from, to)
    return new RationalClock(to / common, from / common)
  }
  return new RealClock(from / to)
}

/** How many samples `length` samples at rate `from` become at rate `to`: those that lie before the input's end, ceil(length * to / from). */
export function resampledLength(length: number, from: number, to: number): number {
  if (Number.isSafeInteger(from) && Number.isSafeInteger(to)) {
    const exact = (BigInt(length) * BigInt(to) + BigInt(from) - 1n) / BigInt(from)
    return Number(exact)
  }
  const step = from / to
  let count = Math.ceil(length / step)
  // The clock multiplies, so what a division rounds is put right as the clock has it.
  while (count > 0 && (count - 1) * step >= length) count--
  while (count * step < length) count++
  return count
}

class RationalClock implements Clock {
  readonly up: number
  whole = 0
  remainder = 0
  readonly #wholeStep: number
  readonly #remainderStep: number

  constructor(up: number, down: number) {
    this.up = up
    this.#wholeStep = Math.floor(down / up)
    this.#remainderStep = down % up
  }

  get fraction(): number {
    return this.remainder / this.up
  }

  next(): void {
    this.whole += this.#wholeStep
    this.remainder += this.#remainderStep
    if (this.remainder < this.up) return
    this.remainder -= this.up
    this.whole++
  }
}

class RealClock implements Clock {
  readonly up = undefined
  readonly remainder = 0
  whole = 0
  fraction = 0
  readonly #step: number
  #output = 0

  constructor(step: number) {
    this.#step = step
  }

  next(): void {
    const time = ++this.#output * this.#step
    this.whole = Math.floor(time)
    this.fraction = time - this.whole
  }
}

function greatestCommonDivisor(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y !== 0) [x, y] = [y, x % y]
  return x
}
