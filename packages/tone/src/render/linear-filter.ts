import { ComplexFft } from '@colophon/media'

/** Impulse responses of a pair of channels, or of one. Those that are missing are silence. */
export interface PairResponse {
  /** Index of the first channel; the other is the next. */
  readonly channel: number
  readonly firstToFirst: Float64Array
  /** Missing where there is no second channel. */
  readonly secondToSecond?: Float64Array
  readonly firstToSecond?: Float64Array
  readonly secondToFirst?: Float64Array
}

interface Spectrum {
  readonly re: Float32Array
  readonly im: Float32Array
}

/** A pair's responses as they are used: out = P z + Q conj(z). */
interface PairFilter {
  readonly channel: number
  readonly single: boolean
  readonly p: Spectrum
  /** Missing where it is zero. */
  readonly q: Spectrum | undefined
}

/** What reads samples: one array for each channel, zeros beyond the ends. */
export interface SampleReader {
  read(from: number, to: number): Float32Array[]
}

/** Blocks of a transform begin at multiples of this, so that blocks of the control track fit in. */
const unit = 8192

/**
 * Finite impulse responses from channels to channels, by overlap-save on a fixed grid of blocks: block b gives the output samples from
 * b * hop on, whatever is asked for, so any slicing gives the same bits. A pair of channels is one complex transform: with z = a + i b,
 * responses that lead from both to both are P z + Q conj(z), where in the spectrum conj(z) is the mirrored conjugate. Mid and side need no
 * transforms of their own: the matrix has them in it.
 *
 * A. V. Oppenheim, R. W. Schafer, Discrete-Time Signal Processing, sections 8.7.3 (overlap-save) and 8.6.4 (two real sequences at once).
 */
export class LinearFilter {
  /** Samples that a block gives. */
  readonly hop: number
  /** Samples of a transform. */
  readonly window: number
  /** Samples that the responses come late. */
  readonly #delay: number
  readonly #pairs: PairFilter[]
  #out: Float32Array[]
  readonly #fft: ComplexFft
  readonly #re: Float32Array
  readonly #im: Float32Array
  readonly #outRe: Float32Array
  readonly #outIm: Float32Array

  /**
   * @param length samples of the longest response
   * @param delay samples that all responses come late: taken back
   */
  constructor(responses: readonly PairResponse[], channels: number, length: number, delay: number) {
    this.window = windowFor(length)
    this.hop = Math.floor((this.window - length + 1) / unit) * unit
    this.#delay = delay
    this.#out = Array.from({ length: channels }, () => new Float32Array(0))
    const { window } = this
    this.#fft = new ComplexFft(window, 'float32')
    this.#re = new Float32Array(window)
    this.#im = new Float32Array(window)
    this.#outRe = new Float32Array(window)
    this.#outIm = new Float32Array(window)
    this.#pairs = responses.map((response) => pairFilter(response, window))
  }

  /** Samples that are read to compute those from `from` to `to`. */
  reach(from: number, to: number): { readonly from: number; readonly to: number } {
    const { hop, window } = this
    const [first, last] = [Math.floor(from / hop), Math.max(Math.floor(from / hop), Math.ceil(to / hop) - 1)]
    return { from: (first + 1) * hop - window + this.#delay, to: (last + 1) * hop + this.#delay }
  }

  /** The filtered samples from `from` to `to`. The arrays hold until the next call. */
  run(reader: SampleReader, from: number, to: number): Float32Array[] {
    const { hop, window } = this
    const room = this.#out[0]!
    if (room.length < to - from) this.#out = this.#out.map(() => new Float32Array(to - from))
    const out = this.#out.map((samples) => samples.subarray(0, to - from))
    // Of a window the first samples hold what went round; the hop is its end.
    const skip = window - hop
    for (let block = Math.floor(from / hop); block * hop < to; block++) {
      const start = block * hop
      const samples = reader.read(start + hop - window + this.#delay, start + hop + this.#delay)
      const first = Math.max(from, start)
      const count = Math.min(to, start + hop) - first
      for (const pair of this.#pairs) {
        this.#block(pair, samples)
        const at = skip + first - start
        out[pair.channel]!.set(this.#re.subarray(at, at + count), first - from)
        if (!pair.single) out[pair.channel + 1]!.set(this.#im.subarray(at, at + count), first - from)
      }
    }
    return out
  }

  #block(pair: PairFilter, samples: readonly Float32Array[]): void {
    const re = this.#re
    const im = this.#im
    const a = samples[pair.channel]!
    const b = pair.single ? im.fill(0) : samples[pair.channel + 1]!
    this.#fft.forward(a, b, this.#outRe, this.#outIm)
    if (pair.q) multiplyBoth(pair.p, pair.q, this.#outRe, this.#outIm, re, im)
    else multiply(pair.p, this.#outRe, this.#outIm, re, im)
    this.#fft.inverse(re, im, re, im)
  }
}

/** A power of two with at least half of it left for the hop, and not below what transforms are fastest at. */
const windowFor = (length: number): number => Math.max(32768, 2 ** Math.ceil(Math.log2(2 * length + unit)))

function pairFilter(response: PairResponse, window: number): PairFilter {
  const { channel, firstToFirst, secondToSecond, firstToSecond, secondToFirst } = response
  const second = secondToSecond ?? firstToFirst
  // The parts of p and q in time; see the class.
  const p = spectrumOf(window, (n) => [
    ((firstToFirst[n] ?? 0) + (second[n] ?? 0)) / 2,
    ((firstToSecond?.[n] ?? 0) - (secondToFirst?.[n] ?? 0)) / 2,
  ])
  const q = spectrumOf(window, (n) => [
    ((firstToFirst[n] ?? 0) - (second[n] ?? 0)) / 2,
    ((firstToSecond?.[n] ?? 0) + (secondToFirst?.[n] ?? 0)) / 2,
  ])
  const crossed = q.re.some((value) => value !== 0) || q.im.some((value) => value !== 0)
  return { channel, single: secondToSecond === undefined, p, q: crossed ? q : undefined }
}

/** Computed in double precision, so that only the signal's own transforms round. */
function spectrumOf(window: number, at: (n: number) => [re: number, im: number]): Spectrum {
  const re = new Float64Array(window)
  const im = new Float64Array(window)
  for (let n = 0; n < window; n++) [re[n], im[n]] = at(n) as [number, number]
  new ComplexFft(window, 'float64').forward(re, im, re, im)
  return { re: Float32Array.from(re), im: Float32Array.from(im) }
}

/** out = P z */
function multiply(p: Spectrum, zr: Float32Array, zi: Float32Array, outRe: Float32Array, outIm: Float32Array): void {
  const pr = p.re
  const pi = p.im
  for (let k = 0; k < outRe.length; k++) {
    const a = zr[k]!
    const b = zi[k]!
    outRe[k] = pr[k]! * a - pi[k]! * b
    outIm[k] = pr[k]! * b + pi[k]! * a
  }
}

/** out = P z + Q conj(z), mirrored */
function multiplyBoth(
  p: Spectrum,
  q: Spectrum,
  zr: Float32Array,
  zi: Float32Array,
  outRe: Float32Array,
  outIm: Float32Array,
): void {
  const pr = p.re
  const pi = p.im
  const qr = q.re
  const qi = q.im
  for (let k = 0, mirrored = 0; k < outRe.length; k++) {
    const a = zr[k]!
    const b = zi[k]!
    const c = zr[mirrored]!
    const d = -zi[mirrored]!
    outRe[k] = pr[k]! * a - pi[k]! * b + (qr[k]! * c - qi[k]! * d)
    outIm[k] = pr[k]! * b + pi[k]! * a + (qr[k]! * d + qi[k]! * c)
    mirrored = outRe.length - 1 - k
  }
}
