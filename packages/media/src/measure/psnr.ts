import { checkPlanes, checkSameCount, type Plane, planeWeights, strideOf, weighted } from './plane.ts'

/** The sum of the squared differences of two planes. Of whole numbers it is exact up to 2^53. */
export function squaredError(a: Plane, b: Plane): number {
  checkPlanes(a, b)
  const { width, height } = a
  const [left, right] = [a.data, b.data]
  const [leftStep, rightStep] = [a.step ?? 1, b.step ?? 1]
  let sum = 0
  for (let y = 0; y < height; y++) {
    let at = (a.offset ?? 0) + y * strideOf(a)
    let to = (b.offset ?? 0) + y * strideOf(b)
    let row = 0
    for (let x = 0; x < width; x++, at += leftStep, to += rightStep) {
      const difference = left[at]! - right[to]!
      row += difference * difference
    }
    sum += row
  }
  return sum
}

/** Mean squared error of two planes. */
export const mse = (a: Plane, b: Plane): number => squaredError(a, b) / (a.width * a.height)

/**
 * Peak signal-to-noise ratio in dB: 10 log10(peak² / mse). `Infinity` for an error of 0.
 *
 * @param peak the largest value that a sample can have: 255 for 8 bits, 1023 for 10
 */
export const psnrOf = (meanSquaredError: number, peak: number): number =>
  meanSquaredError === 0 ? Number.POSITIVE_INFINITY : 10 * Math.log10((peak * peak) / meanSquaredError)

/** PSNR of two planes in dB; see {@link psnrOf}. */
export const psnr = (a: Plane, b: Plane, peak = 255): number => psnrOf(mse(a, b), peak)

/** PSNR of a picture or of a row of frames, in dB. */
export interface Psnr {
  /** Of each plane. */
  readonly planes: readonly number[]
  /** From the mean squared error of all planes, each by its share of the pixels. */
  readonly all: number
}

/**
 * PSNR over the frames of a video, as FFmpeg's filter `psnr` has it: errors are averaged over the frames, and over the planes by
 * their numbers of pixels, before the logarithm is taken.
 */
export class PsnrMeter {
  readonly #peak: number
  #errors: number[] = []
  #weights: number[] = []
  #frames = 0

  /** @param peak the largest value that a sample can have */
  constructor(peak = 255) {
    this.#peak = peak
  }

  /**
   * Takes in a frame.
   *
   * @returns the PSNR of this frame
   * @throws RangeError if sizes or numbers of planes differ, from each other or from earlier frames
   */
  add(a: readonly Plane[], b: readonly Plane[]): Psnr {
    checkSameCount(a, b)
    if (this.#frames > 0 && a.length !== this.#errors.length)
      throw new RangeError(`A frame has ${a.length} planes, and those before had ${this.#errors.length}.`)
    if (this.#frames === 0) {
      this.#weights = planeWeights(a)
      this.#errors = a.map(() => 0)
    }
    const errors = a.map((plane, index) => mse(plane, b[index]!))
    errors.forEach((error, index) => {
      this.#errors[index]! += error
    })
    this.#frames++
    return this.#psnr(errors, 1)
  }

  /** PSNR of all frames so far. `NaN` where there were none. */
  get result(): Psnr {
    return this.#frames === 0 ? { planes: [], all: Number.NaN } : this.#psnr(this.#errors, this.#frames)
  }

  #psnr(errors: readonly number[], frames: number): Psnr {
    const of = (error: number) => psnrOf(error / frames, this.#peak)
    return { planes: errors.map(of), all: of(weighted(errors, this.#weights)) }
  }
}
