/** A run of samples of the target, `from` up to, not including, `to`. */
export interface Run {
  readonly from: number
  readonly to: number
}

/** A long recording is looked at in as many runs. */
const mostRuns = 8

/** What to look at of `from` to `to`: all of it, or of a long recording runs that lie evenly in it, so many seconds together. */
export function runsOf(from: number, to: number, sampleRate: number, seconds: number): Run[] {
  const length = to - from
  const most = Math.round(seconds * sampleRate)
  if (length <= most) return [{ from, to }]
  const run = Math.floor(most / mostRuns)
  return Array.from({ length: mostRuns }, (_, i) => {
    const start = from + Math.round(((length - run) * i) / (mostRuns - 1))
    return { from: start, to: start + run }
  })
}
