import type { Chapter } from '../probe/report.ts'

/** The times of chapters as a text track has them: each ends where the next begins. */
export interface Timeline {
  /** Units a second. */
  readonly scale: number
  /** Where each chapter begins, and at the end where the last one ends, in those units. */
  readonly times: readonly number[]
}

/** Scales that are tried, the usual ones first: milliseconds, MPEG's clock, rates of sound and of pictures, fine ones. */
const usual = [1000, 90_000, 48_000, 44_100, 60_000, 1e6, 1e7, 1e8, 1e9]

/** Where none holds the times exactly, the finest that has room. */
const finest = [1e9, 1e8, 1e7, 1e6, 1e5, 1e4, 1000]

/** Durations have 32 bits. */
const room = 2 ** 32

/**
 * The times of chapters for a text track, exact in its units where there are such.
 *
 * What a text track cannot tell is lost: a chapter that ends before the next begins is made longer, one that ends after that is made
 * shorter.
 *
 * @param chapters in order of their beginnings
 * @param duration of the film in seconds: the end of the last chapter if it does not say one
 * @param scale that is tried first: the source's own
 */
export function timelineOf(chapters: readonly Chapter[], duration: number, scale?: number): Timeline {
  const last = chapters.at(-1)!
  const seconds = [...chapters.map(({ start }) => start), Math.max(last.start, last.end ?? duration)]
  // The last sample may have to be longer by what lies before the first.
  const longest = Math.max(...chapters.map(({ start }, index) => seconds[index + 1]! - start)) + seconds[0]!
  const fits = (units: number) => longest * units < room - 2
  const isExact = (units: number) => seconds.every((time) => Math.round(time * units) / units === time)
  const known = scale === undefined ? usual : [scale, ...usual]
  const chosen = known.find((units) => fits(units) && isExact(units)) ?? finest.find(fits) ?? 1
  const times = seconds.map((time) => Math.round(time * chosen))
  // A sample lasts some time.
  times[times.length - 1] = Math.max(times.at(-1)!, times.at(-2)! + 1)
  return { scale: chosen, times }
}
