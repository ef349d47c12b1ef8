import { checkArray, type Numbers, numbers } from './precision.ts'
import type { Stft } from './stft.ts'

/** Takes the spectrum of a frame. The arrays hold until it returns; copy what is to be kept. */
export type TakeSpectrum = (re: Numbers, im: Numbers) => void

/**
 * Frames of a signal that arrives in blocks of any size: `push` every block, then `end`. The spectra are those of
 * `Stft.forward`. It holds one frame of samples, however long the signal.
 */
export class StftAnalyser {
  readonly #stft: Stft
  readonly #take: TakeSpectrum
  /** The frame that is being filled. */
  readonly #frame: Numbers
  readonly #re: Numbers
  readonly #im: Numbers
  #filled: number
  #ended = false

  constructor(stft: Stft, take: TakeSpectrum) {
    this.#stft = stft
    this.#take = take
    this.#frame = numbers(stft.precision, stft.frame)
    this.#re = numbers(stft.precision, stft.bins)
    this.#im = numbers(stft.precision, stft.bins)
    this.#filled = stft.lead
  }

  /** @throws RangeError after `end` */
  push(block: Numbers): void {
    if (this.#ended) throw new RangeError('The signal has ended; start another analyser.')
    for (let at = 0; at < block.length; ) {
      const count = Math.min(block.length - at, this.#frame.length - this.#filled)
      this.#frame.set(block.subarray(at, at + count), this.#filled)
      at += count
      this.#filled += count
      if (this.#filled === this.#frame.length) this.#give()
    }
  }

  /** Gives the frames that began within the signal and are not full yet. */
  end(): void {
    this.#ended = true
    // Samples of the signal that the frame to come holds.
    for (let left = this.#filled; left > 0; left -= this.#stft.hop) {
      this.#frame.fill(0, this.#filled)
      this.#give()
    }
  }

  #give(): void {
    const { hop } = this.#stft
    this.#stft.forwardFrame(this.#frame, 0, this.#re, this.#im)
    this.#frame.copyWithin(0, hop)
    this.#filled = Math.max(0, this.#filled - hop)
    this.#take(this.#re, this.#im)
  }
}

/** Takes a block of samples that are done. The array holds until it returns; copy what is to be kept. */
export type TakeSamples = (samples: Numbers) => void

/**
 * The signal of spectra that arrive one by one: `push` every spectrum. The samples are those of `Stft.inverse`, in
 * blocks of at most `hop`; with the last spectrum all of them are given, and then up to hop - 1 more, which lie behind
 * the end of the signal.
 */
export class StftSynthesiser {
  readonly #stft: Stft
  readonly #take: TakeSamples
  /** Sum of the frames so far, from the first sample that is not done. */
  readonly #sum: Numbers
  /** Samples before the signal that are still to be dropped. */
  #drop: number

  constructor(stft: Stft, take: TakeSamples) {
    this.#stft = stft
    this.#take = take
    this.#sum = numbers(stft.precision, stft.frame)
    this.#drop = stft.lead
  }

  /** @param re `bins` numbers @param im `bins` numbers @throws RangeError if they have another length */
  push(re: Numbers, im: Numbers): void {
    const { hop, bins } = this.#stft
    checkArray('re', re, bins)
    checkArray('im', im, bins)
    this.#stft.addFrame(re, im, this.#sum, 0)
    const dropped = Math.min(hop, this.#drop)
    this.#drop -= dropped
    if (dropped < hop) this.#take(this.#sum.subarray(dropped, hop))
    this.#sum.copyWithin(0, hop)
    this.#sum.fill(0, this.#sum.length - hop)
  }
}
