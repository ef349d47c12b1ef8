import { type Numbers, numbers, type Precision } from '../transform/precision.ts'
import { type Clock, clockOf, resampledLength } from './clock.ts'
import { Polyphase } from './polyphase.ts'
import { type FilterTable, filterTable, type ResamplingQuality, resamplingFilter } from './resampling-filter.ts'

export interface ResamplerOptions<P extends Precision = Precision> {
  /** `high` if not said; `resamplingPromises` says what each promises. */
  readonly quality?: ResamplingQuality
  /** Of the samples that come out; `float32` if not said. All is computed in float64. */
  readonly precision?: P
}

/** Samples of a precision, a channel each. */
export type Channels<P extends Precision> = (P extends 'float32'
  ? Float32Array<ArrayBuffer>
  : Float64Array<ArrayBuffer>)[]

/** Rates may be this many times apart. */
const mostRatio = 256

/** Samples of input that are taken in at a time, besides those the filter looks back on. */
const room = 4096

/**
 * Changes the sampling rate of sound that comes in blocks, with a linear-phase low-pass filter (a sinc under a Kaiser window) in polyphase
 * form. Output n is the sound at n / `to` seconds: nothing is delayed. Before its beginning and after its end the sound is taken as 0.
 * Outputs have the same bits whatever the sizes of the blocks.
 *
 * Rates are any numbers. With whole ones that have few enough phases (44100 to 48000 has 160) each has its own row of coefficients;
 * otherwise rows are interpolated, with an error 160 dB down. With equal rates samples go through as they are.
 *
 * R. E. Crochiere, L. R. Rabiner, Multirate Digital Signal Processing, Prentice-Hall 1983, chapter 4. Interpolated tables:
 * J. O. Smith, P. Gossett, A flexible sampling-rate conversion method, ICASSP 1984.
 */
export class Resampler<P extends Precision = 'float32'> {
  readonly from: number
  readonly to: number
  readonly channels: number
  readonly #precision: Precision
  readonly #table: FilterTable
  readonly #polyphase: Polyphase
  readonly #capacity: number
  #clock: Clock
  /** Samples taken in since the beginning. */
  #taken = 0
  /** Samples held, and which sample of the input the first of them is. */
  #held = 0
  #first = 0

  /**
   * @param channels how many there are, at least 1
   * @param from samples per second that come in @param to samples per second that come out
   * @throws RangeError if a rate is not a number above 0, the rates are more than 256 times apart, or there is no channel
   */
  constructor(channels: number, from: number, to: number, options: ResamplerOptions<P> = {}) {
    checkRates(from, to)
    if (!Number.isSafeInteger(channels) || channels < 1) {
      throw new RangeError(`The number of channels must be a whole number of at least 1, and is ${channels}.`)
    }
    this.from = from
    this.to = to
    this.channels = channels
    this.#precision = options.precision ?? 'float32'
    this.#clock = clockOf(from, to)
    this.#table = filterTable(resamplingFilter(to / from, options.quality ?? 'high'), to / from, this.#clock.up)
    this.#capacity = this.#table.taps + room
    this.#polyphase = new Polyphase(this.#table, channels, this.#capacity)
    this.#restart()
  }

  /**
   * Takes in a block and gives what can be told by now: all outputs whose filter does not reach beyond it, maybe none.
   *
   * @param block samples of each channel, all the same number of them
   * @returns arrays of the caller's own
   * @throws RangeError if the channels are not as many as said, or differ in length
   */
  push(block: readonly Numbers[]): Channels<P> {
    const length = checkBlock(block, this.channels)
    this.#taken += length
    return this.#through(block, length, Number.POSITIVE_INFINITY)
  }

  /** The end of the sound: gives what is left. In all there are ceil(samples * to / from) outputs. It is then as new. */
  flush(): Channels<P> {
    const silence = new Float64Array(this.#table.taps / 2)
    const rest = this.#through(Array(this.channels).fill(silence), silence.length, this.#taken)
    this.#restart()
    return rest
  }

  /** The sound begins at sample 0, and what the first filter sees of the time before it is silent. */
  #restart(): void {
    const before = this.#table.taps / 2 - 1
    for (const samples of this.#polyphase.samples) samples.fill(0, 0, before)
    this.#held = before
    this.#first = -before
    this.#taken = 0
    this.#clock = clockOf(this.from, this.to)
  }

  /** Outputs that `length` samples more allow, those at times below `end`. */
  #through(block: readonly Numbers[], length: number, end: number): Channels<P> {
    const most = Math.ceil(((this.#held + length) * this.to) / this.from) + 1
    const out = block.map(() => numbers(this.#precision, most))
    let made = 0
    for (let at = 0; at < length; ) {
      const now = Math.min(length - at, this.#capacity - this.#held)
      for (const [channel, samples] of this.#polyphase.samples.entries()) {
        samples.set(block[channel]!.subarray(at, at + now), this.#held)
      }
      this.#held += now
      at += now
      for (let count = this.#schedule(end); count > 0; count = this.#schedule(end)) {
        this.#polyphase.run(count)
        for (const [channel, outputs] of this.#polyphase.outputs.entries()) {
          out[channel]!.set(outputs.subarray(0, count), made)
        }
        made += count
      }
      this.#forget()
    }
    return out.map((channel) => channel.slice(0, made)) as Channels<P>
  }

  /** Writes down where the next outputs lie, as many as a batch and the samples held allow; returns how many. */
  #schedule(end: number): number {
    const { starts, rows, fractions } = this.#polyphase
    const { taps, phases, exact } = this.#table
    const clock = this.#clock
    // The stretch of an output begins `taps / 2 - 1` samples before it.
    const offset = taps / 2 - 1 + this.#first
    const last = Math.min(this.#held - taps + offset, end - 1)
    let count = 0
    for (; count < starts.length && clock.whole <= last; count++) {
      starts[count] = clock.whole - offset
      if (exact) rows[count] = clock.remainder
      else {
        const phase = clock.fraction * phases
        // A fraction just below 1 may round up to the next sample's phase 0.
        const row = Math.min(Math.floor(phase), phases - 1)
        rows[count] = row
        fractions[count] = phase - row
      }
      clock.next()
    }
    return count
  }

  /** Lets go of samples that no further output looks back on. */
  #forget(): void {
    const needed = this.#clock.whole - (this.#table.taps / 2 - 1)
    const gone = Math.min(this.#held, needed - this.#first)
    for (const samples of this.#polyphase.samples) samples.copyWithin(0, gone, this.#held)
    this.#held -= gone
    this.#first += gone
  }
}

/**
 * Changes the sampling rate of a whole sound: what `Resampler` does, in one go.
 *
 * @param channels samples of each channel, all the same number n of them
 * @returns ceil(n * to / from) samples of each channel
 * @throws RangeError if a rate is not a number above 0, the rates are more than 256 times apart, or the channels differ in length
 */
export function resample<P extends Precision = 'float32'>(
  channels: readonly Numbers[],
  from: number,
  to: number,
  options: ResamplerOptions<P> = {},
): Channels<P> {
  const resampler = new Resampler(channels.length, from, to, options)
  const length = checkBlock(channels, channels.length)
  const total = resampledLength(length, from, to)
  const [head, tail] = [resampler.push(channels), resampler.flush()]
  return head.map((start, channel) => {
    const whole = numbers(options.precision ?? 'float32', total)
    whole.set(start)
    whole.set(tail[channel]!, start.length)
    return whole
  }) as Channels<P>
}

function checkRates(from: number, to: number): void {
  for (const rate of [from, to]) {
    if (!(rate > 0 && rate < Number.POSITIVE_INFINITY)) {
      throw new RangeError(`A sampling rate must be a number above 0, and is ${rate}.`)
    }
  }
  if (Math.max(from / to, to / from) > mostRatio) {
    throw new RangeError(`Sampling rates must be at most ${mostRatio} times apart, and are ${from} and ${to}.`)
  }
}

/** The number of samples of a block. */
function checkBlock(block: readonly Numbers[], channels: number): number {
  if (block.length !== channels)
    throw new RangeError(`A block must have ${channels} channels, and has ${block.length}.`)
  const length = block[0]!.length
  for (const samples of block) {
    if (samples.length !== length) {
      throw new RangeError(
        `The channels of a block must be equally long, and have ${length} and ${samples.length} samples.`,
      )
    }
  }
  return length
}
