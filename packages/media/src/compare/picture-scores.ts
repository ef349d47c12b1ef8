import { blockSsim } from '../measure/block-ssim.ts'
import { ssimAndMsSsim } from '../measure/ms-ssim.ts'
import { type Plane, planeWeights, weighted } from '../measure/plane.ts'
import { PsnrMeter } from '../measure/psnr.ts'
import { ssimWindow } from '../measure/ssim.ts'
import type { PictureComparison, Scores } from './report.ts'

export type PlaneName = PictureComparison['planes'][number]['plane']

/** A channel of a picture by its name. */
export interface NamedPlane extends Plane {
  readonly plane: PlaneName
}

const measures = ['ssim', 'msSsim', 'blockSsim'] as const

type Likeness = { readonly [M in (typeof measures)[number]]?: number }

/** The measures of two planes that can be taken of their size. */
function likenessOf(a: Plane, b: Plane, peak: number, quick: boolean): Likeness {
  const side = Math.min(a.width, a.height)
  const gaussian = quick || side < ssimWindow ? undefined : ssimAndMsSsim(a, b, peak)
  return {
    ...(gaussian && { ssim: gaussian.ssim }),
    ...(gaussian?.msSsim !== undefined && { msSsim: gaussian.msSsim }),
    ...(side >= 8 && { blockSsim: blockSsim(a, b, peak) }),
  }
}

/** Of several planes, each by its share of the pixels; what one of them is too small for is left out. */
function together(planes: readonly Likeness[], weights: readonly number[]): Likeness {
  const known = measures.filter((measure) => planes.every((plane) => plane[measure] !== undefined))
  const mean = (measure: (typeof measures)[number]) =>
    weighted(
      planes.map((plane) => plane[measure]!),
      weights,
    )
  return Object.fromEntries(known.map((measure) => [measure, mean(measure)]))
}

const finite = (psnr: number): number | null => (psnr === Number.POSITIVE_INFINITY ? null : psnr)

/** Measures frames one after the other: PSNR from the mean error of all, likeness as its mean over the frames. */
export class PictureScores {
  readonly #peak: number
  readonly #quick: boolean
  readonly #psnr: PsnrMeter
  #names: PlaneName[] = []
  #sums: Record<string, number>[] = []
  #sumOfAll: Record<string, number> = {}
  #frames = 0
  #worst: PictureComparison['worst']

  constructor(peak: number, quick: boolean) {
    this.#peak = peak
    this.#quick = quick
    this.#psnr = new PsnrMeter(peak)
  }

  get frames(): number {
    return this.#frames
  }

  /**
   * Takes in a frame of each. Planes must have the same names in the same order.
   *
   * @param time seconds
   */
  add(reference: readonly NamedPlane[], test: readonly NamedPlane[], time: number): void {
    const psnr = this.#psnr.add(reference, test)
    const planes = reference.map((plane, index) => likenessOf(plane, test[index]!, this.#peak, this.#quick))
    const all = together(planes, planeWeights(reference))
    if (this.#frames === 0) {
      this.#names = reference.map(({ plane }) => plane)
      this.#sums = planes.map(() => ({}))
    }
    planes.forEach((plane, index) => {
      addTo(this.#sums[index]!, plane)
    })
    addTo(this.#sumOfAll, all)
    const scores = { frame: this.#frames, time, psnr: finite(psnr.all), ...all }
    if (!this.#worst || isWorse(scores, this.#worst)) this.#worst = scores
    this.#frames++
  }

  get result(): Pick<PictureComparison, 'all' | 'planes'> & { worst: NonNullable<PictureComparison['worst']> } {
    const { all, planes } = this.#psnr.result
    const mean = (sums: Record<string, number>): Likeness =>
      Object.fromEntries(Object.entries(sums).map(([measure, sum]) => [measure, sum / this.#frames]))
    return {
      all: { psnr: finite(all), ...mean(this.#sumOfAll) },
      planes: planes.map((psnr, index) => ({
        plane: this.#names[index]!,
        psnr: finite(psnr),
        ...mean(this.#sums[index]!),
      })),
      worst: this.#worst!,
    }
  }
}

function addTo(sums: Record<string, number>, values: Likeness): void {
  for (const measure of measures) {
    const value = values[measure]
    if (value !== undefined) sums[measure] = (sums[measure] ?? 0) + value
  }
}

/** By the best measure that there is of both: SSIM, else that by blocks, else PSNR. */
function isWorse(a: Scores, b: Scores): boolean {
  for (const measure of ['ssim', 'blockSsim'] as const) {
    const [one, other] = [a[measure], b[measure]]
    if (one !== undefined && other !== undefined && one !== other) return one < other
  }
  return (a.psnr ?? Number.POSITIVE_INFINITY) < (b.psnr ?? Number.POSITIVE_INFINITY)
}
