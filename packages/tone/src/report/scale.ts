import { inShort } from './markup.ts'

/** From values to places on the page. */
export interface Scale {
  readonly from: number
  readonly to: number
  at(value: number): number
}

/** @param from value at `start` @param to value at `end` */
export const linear = (from: number, to: number, start: number, end: number): Scale => ({
  from,
  to,
  at: (value) => start + ((value - from) / (to - from || 1)) * (end - start),
})

/** Equal ratios take equal space. @param from above 0 */
export const logarithmic = (from: number, to: number, start: number, end: number): Scale => ({
  from,
  to,
  at: (value) => start + (Math.log(value / from) / Math.log(to / from || 1)) * (end - start),
})

/** Round values between two, at most so many: steps of 1, 2 or 5 times a power of ten, or of `steps`. */
export function roundTicks(from: number, to: number, most: number, steps?: readonly number[]): number[] {
  const width = to - from
  if (!(width > 0)) return [from]
  const tens = 10 ** Math.floor(Math.log10(width / most))
  const step = (steps ?? [1, 2, 5, 10, 20].map((unit) => unit * tens)).find((size) => width / size <= most) ?? width
  const ticks: number[] = []
  for (let index = Math.ceil(from / step - 1e-9); index * step <= to + 1e-9 * width; index++) ticks.push(index * step)
  return ticks
}

/** Steps of time that people count in, seconds. */
const timeSteps = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 28_800, 86_400]
export const timeTicks = (seconds: number, most: number): number[] => roundTicks(0, seconds, most, timeSteps)

/** Seconds as 1:30 or 2:05:00. */
export function clock(seconds: number): string {
  const whole = Math.round(seconds)
  const two = (value: number) => String(value).padStart(2, '0')
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)]
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`
}

/** Hertz as musicians and engineers read it: 50, 2k. */
export const hertz = (value: number): string => (value < 1000 ? inShort(value) : `${inShort(value / 1000)}k`)

/** Nominal centres of thirds of an octave (IEC 61260-1) from 20 Hz to 20 kHz. */
export const thirds: readonly number[] = [
  20, 25, 31.5, 40, 50, 63, 80, 100, 125, 160, 200, 250, 315, 400, 500, 630, 800, 1000, 1250, 1600, 2000, 2500, 3150,
  4000, 5000, 6300, 8000, 10_000, 12_500, 16_000, 20_000,
]

/** From 20 Hz to 20 kHz, as far as frequencies go: a grid that nearly reaches an end is taken to reach it. */
export function heardRange(frequency: ArrayLike<number>): [low: number, high: number] {
  const [first, last] = [frequency[0] ?? Number.NaN, frequency[frequency.length - 1] ?? Number.NaN]
  return [first < 22 ? 20 : first, last > 18_500 ? 20_000 : last]
}

/** Frequencies that get a label, where there is space for all, or for few. */
export const labelledHertz = (wide: boolean): readonly number[] =>
  wide ? [20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000] : [20, 100, 500, 2000, 10_000]

/** A number with a true minus and a fixed number of digits; "–" for what is not known. */
export function decimals(value: number | null, digits: number, plus = false): string {
  if (value === null || !Number.isFinite(value)) return '–'
  const text = Math.abs(value).toFixed(digits)
  const sign = Number(text) === 0 ? '' : value < 0 ? '−' : plus ? '+' : ''
  return sign + text
}

/** The value that a share of the finite ones stays below; null where there are none. @param share 0 to 1 */
export function quantileOf(values: ArrayLike<number>, share: number): number | null {
  const sorted = Float64Array.from(values).filter(isThere).sort()
  return sorted.length > 0 ? sorted[Math.round(share * (sorted.length - 1))]! : null
}

/** No level and no time of a report is this large; what is counts as not known, so that nothing overflows. */
const most = 1e9
const isThere = (value: number): boolean => value > -most && value < most

/** The least and the greatest of finite values; null where there are none. */
export function spanOf(...lists: readonly (ArrayLike<number> | null | undefined)[]): [number, number] | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const values of lists) {
    for (let i = 0; values && i < values.length; i++) {
      const value = values[i]!
      if (!isThere(value)) continue
      if (value < low) low = value
      if (value > high) high = value
    }
  }
  return low <= high ? [low, high] : null
}
