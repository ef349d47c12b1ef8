import { checkSameCount, type Plane, planeWeights, weighted } from './plane.ts'

/** Structural similarity of a picture, or its mean over a row of frames. */
export interface Ssim {
  readonly planes: readonly number[]
  /** Of all planes, each by its share of the pixels. */
  readonly all: number
}

/**
 * A measure of planes such as {@link ssim}, {@link blockSsim} or {@link msSsim} over the frames of a video: the mean over the
 * frames, and over the planes by their numbers of pixels, as FFmpeg's filter `ssim` has it.
 *
 * @example
 * const meter = new SsimMeter((a, b) => blockSsim(a, b))
 * for (const [a, b] of frames) meter.add(a.planes, b.planes)
 * console.log(meter.result.all)
 */
export class SsimMeter {
  readonly #measure: (a: Plane, b: Plane) => number
  #sums: number[] = []
  #all = 0
  #frames = 0

  constructor(measure: (a: Plane, b: Plane) => number) {
    this.#measure = measure
  }

  /**
   * Takes in a frame.
   *
   * @returns the measure of this frame
   * @throws RangeError if sizes or numbers of planes differ, from each other or from earlier frames
   */
  add(a: readonly Plane[], b: readonly Plane[]): Ssim {
    checkSameCount(a, b)
    if (this.#frames > 0 && a.length !== this.#sums.length)
      throw new RangeError(`A frame has ${a.length} planes, and those before had ${this.#sums.length}.`)
    if (this.#frames === 0) this.#sums = a.map(() => 0)
    const planes = a.map((plane, index) => this.#measure(plane, b[index]!))
    const all = weighted(planes, planeWeights(a))
    planes.forEach((value, index) => {
      this.#sums[index]! += value
    })
    this.#all += all
    this.#frames++
    return { planes, all }
  }

  /** Mean of all frames so far. `NaN` where there were none. */
  get result(): Ssim {
    return { planes: this.#sums.map((sum) => sum / this.#frames), all: this.#all / this.#frames }
  }
}
