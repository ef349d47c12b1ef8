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

/** A pair's responses as they are used, cut into partitions: out = P z + Q conj(z). */
interface PairFilter {
  readonly channel: number
  readonly single: boolean
  readonly p: readonly Spectrum[]
  /** None where they are zero. */
  readonly q: readonly Spectrum[]
  /** Spectra of the last blocks, by their number modulo the partitions. */
  readonly line: readonly Spectrum[]
}

/** Responses from channels to channels. They can be handed to threads, and their memory shared. */
export interface Responses {
  readonly pairs: readonly PairResponse[]
  /** Samples of the longest. */
  readonly length: number
  /** Samples that all come late. */
  readonly delay: number
}

/** What reads samples: one array for each channel, zeros beyond the ends. */
export interface SampleReader {
  read(from: number, to: number): Float32Array[]
}

/** Blocks of a transform begin at multiples of this, so that blocks of the control track fit in. */
const unit = 8192
/** Samples of a transform where the whole response fits into it with a hop that is worth it, and where it is cut into partitions. */
const [shortWindow, longWindow] = [32_768, 65_536]

/**
 * Finite impulse responses from channels to channels, by overlap-save on a fixed grid of blocks: block b gives the output samples from
 * b * hop on, whatever is asked for, so any slicing gives the same bits. A pair of channels is one complex transform: with z = a + i b,
 * responses that lead from both to both are P z + Q conj(z), where in the spectrum conj(z) is the mirrored conjugate. Mid and side need no
 * transforms of their own: the matrix has them in it.
 *
 * Long responses are cut into partitions, and the spectra of the blocks before are kept, so that transforms stay short.
 *
 * A. V. Oppenheim, R. W. Schafer, Discrete-Time Signal Processing, sections 8.7.3 (overlap-save) and 8.6.4 (two real sequences at once);
 * F. Wefers, Partitioned convolution algorithms for real-time auralization, 2015, chapter 5.
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
  readonly #partitions: number
  /** What the spectra that are kept are of, and the block behind the last of them. */
  #source: WeakRef<object> | undefined
  #next = 0

  constructor({ pairs, length, delay }: Responses, channels: number) {
    const whole = length <= shortWindow - 2 * unit + 1
    this.window = whole ? shortWindow : longWindow
    const { window } = this
    this.hop = whole ? Math.floor((window - length + 1) / unit) * unit : window / 2
    this.#partitions = whole ? 1 : Math.ceil(length / this.hop)
    this.#delay = delay
    this.#out = Array.from({ length: channels }, () => new Float32Array(0))
    this.#fft = new ComplexFft(window, 'float32')
    this.#re = new Float32Array(window)
    this.#im = new Float32Array(window)
    const cut = whole ? length : this.hop
    const exact = new ComplexFft(window, 'float64')
    this.#pairs = pairs.map((pair) => pairFilter(pair, exact, cut, this.#partitions))
  }

  /**
   * Samples that will be read to compute those from `from` to `to`.
   *
   * @param source as for `run`
   */
  reach(from: number, to: number, source: object): { readonly from: number; readonly to: number } {
    const { hop, window } = this
    const first = this.#firstBlock(Math.floor(from / hop), source)
    const last = Math.ceil(to / hop)
    return { from: (first + 1) * hop - window + this.#delay, to: Math.max(last, first + 1) * hop + this.#delay }
  }

  /** The first block that must be transformed to compute a block: of those before, the spectra may still be there. */
  #firstBlock(begin: number, source: object): number {
    const earliest = begin - this.#partitions + 1
    return this.#source?.deref() === source && this.#next <= begin + 1 ? Math.max(earliest, this.#next) : earliest
  }

  /**
   * The filtered samples from `from` to `to`. The arrays hold until the next call.
   *
   * @param source stands for the recording: spectra of the last call are used again where it is the same
   */
  run(reader: SampleReader, from: number, to: number, source: object = reader): Float32Array[] {
    const { hop, window } = this
    const room = this.#out[0]!
    if (room.length < to - from) this.#out = this.#out.map(() => new Float32Array(to - from))
    const out = this.#out.map((samples) => samples.subarray(0, to - from))
    // Of a window the first samples hold what went round; the hop is its end.
    const skip = window - hop
    const begin = Math.floor(from / hop)
    const untransformed = this.#firstBlock(begin, source)
    this.#source = new WeakRef(source)
    for (let block = Math.min(begin, untransformed); block * hop < to; block++) {
      const start = block * hop
      if (block >= untransformed) {
        const samples = reader.read(start + hop - window + this.#delay, start + hop + this.#delay)
        for (const pair of this.#pairs) this.#transform(pair, samples, block)
        this.#next = block + 1
      }
      if (block < begin) continue
      const first = Math.max(from, start)
      const count = Math.min(to, start + hop) - first
      for (const pair of this.#pairs) {
        this.#multiply(pair, block)
        const at = skip + first - start
        out[pair.channel]!.set(this.#re.subarray(at, at + count), first - from)
        if (!pair.single) out[pair.channel + 1]!.set(this.#im.subarray(at, at + count), first - from)
      }
    }
    return out
  }

  #spectrumOf({ line }: PairFilter, block: number): Spectrum {
    const count = this.#partitions
    return line[((block % count) + count) % count]!
  }

  #transform(pair: PairFilter, samples: readonly Float32Array[], block: number): void {
    const { re, im } = this.#spectrumOf(pair, block)
    const second = pair.single ? this.#im.fill(0) : samples[pair.channel + 1]!
    this.#fft.forward(samples[pair.channel]!, second, re, im)
  }

  #multiply(pair: PairFilter, block: number): void {
    const [re, im] = [this.#re, this.#im]
    re.fill(0)
    im.fill(0)
    for (let part = 0; part < this.#partitions; part++) {
      const z = this.#spectrumOf(pair, block - part)
      if (pair.q.length > 0) addBoth(pair.p[part]!, pair.q[part]!, z, re, im)
      else add(pair.p[part]!, z, re, im)
    }
    this.#fft.inverse(re, im, re, im)
  }
}

function pairFilter(response: PairResponse, fft: ComplexFft, cut: number, partitions: number): PairFilter {
  const window = fft.length
  const { channel, firstToFirst, secondToSecond, firstToSecond, secondToFirst } = response
  const second = secondToSecond ?? firstToFirst
  const parts = Array.from({ length: partitions }, (_, part) => part)
  // The parts of p and q in time; see the class.
  const p = parts.map((part) =>
    spectrumOf(fft, part * cut, cut, (n) => [
      ((firstToFirst[n] ?? 0) + (second[n] ?? 0)) / 2,
      ((firstToSecond?.[n] ?? 0) - (secondToFirst?.[n] ?? 0)) / 2,
    ]),
  )
  const q = parts.map((part) =>
    spectrumOf(fft, part * cut, cut, (n) => [
      ((firstToFirst[n] ?? 0) - (second[n] ?? 0)) / 2,
      ((firstToSecond?.[n] ?? 0) + (secondToFirst?.[n] ?? 0)) / 2,
    ]),
  )
  const isZero = ({ re, im }: Spectrum): boolean => re.every((value) => value === 0) && im.every((value) => value === 0)
  const line = parts.map(() => ({ re: new Float32Array(window), im: new Float32Array(window) }))
  return { channel, single: secondToSecond === undefined, p, q: q.every(isZero) ? [] : q, line }
}

/** Computed in double precision, so that only the signal's own transforms round. */
function spectrumOf(
  fft: ComplexFft,
  first: number,
  count: number,
  at: (n: number) => [re: number, im: number],
): Spectrum {
  const re = new Float64Array(fft.length)
  const im = new Float64Array(fft.length)
  for (let n = 0; n < count; n++) {
    const [real, imaginary] = at(first + n)
    re[n] = real
    im[n] = imaginary
  }
  fft.forward(re, im, re, im)
  return { re: new Float32Array(re), im: new Float32Array(im) }
}

/** out += P z */
function add(p: Spectrum, z: Spectrum, outRe: Float32Array, outIm: Float32Array): void {
  const [pr, pi, zr, zi] = [p.re, p.im, z.re, z.im]
  for (let k = 0; k < outRe.length; k++) {
    const a = zr[k]!
    const b = zi[k]!
    outRe[k]! += pr[k]! * a - pi[k]! * b
    outIm[k]! += pr[k]! * b + pi[k]! * a
  }
}

/** out += P z + Q conj(z), mirrored: two that mirror each other at a time, which need the same numbers. */
function addBoth(p: Spectrum, q: Spectrum, z: Spectrum, outRe: Float32Array, outIm: Float32Array): void {
  const [pr, pi, qr, qi, zr, zi] = [p.re, p.im, q.re, q.im, z.re, z.im]
  const { length } = outRe
  for (let k = 0; k <= length / 2; k++) {
    const m = k === 0 ? 0 : length - k
    const a = zr[k]!
    const b = zi[k]!
    const c = zr[m]!
    const d = -zi[m]!
    outRe[k]! += pr[k]! * a - pi[k]! * b + (qr[k]! * c - qi[k]! * d)
    outIm[k]! += pr[k]! * b + pi[k]! * a + (qr[k]! * d + qi[k]! * c)
    if (m === k) continue
    outRe[m]! += pr[m]! * c + pi[m]! * d + (qr[m]! * a + qi[m]! * b)
    outIm[m]! += pi[m]! * c - pr[m]! * d + (qi[m]! * a - qr[m]! * b)
  }
}
