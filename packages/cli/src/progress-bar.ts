import { formatDuration } from './units.ts'

/** A moment of a run, as the bar shows it. */
export interface Moment {
  /** The op that runs. */
  readonly label: string
  /** 0 to 1, or undefined before anything is known. */
  readonly fraction: number | undefined
  readonly note: string
  readonly elapsedMs: number
}

const eighths = ' ▏▎▍▌▋▊▉'

const bar = (fraction: number, width: number): string => {
  const filled = Math.floor(fraction * width * 8)
  const whole = Math.floor(filled / 8)
  if (whole >= width) return '█'.repeat(width)
  return `${'█'.repeat(whole)}${eighths[filled % 8]}`.padEnd(width)
}

const clamp = (fraction: number): number => (Number.isFinite(fraction) ? Math.min(1, Math.max(0, fraction)) : 0)

/** A text without line breaks and control characters. */
export const oneLine = (text: string): string => text.replaceAll(/[\p{Cc}\s]+/gu, ' ').trim()

/** Time left if work goes on as it did, or nothing while that is a guess. */
const left = (fraction: number, elapsedMs: number): string =>
  fraction >= 0.05 && fraction < 1 && elapsedMs >= 1000
    ? `, ${formatDuration((elapsedMs / fraction) * (1 - fraction))} left`
    : ''

/**
 * One line of a progress bar, at most `width` columns wide:
 * `media.thumbnail ████▌     45 % decoding (1.2 s, 1.5 s left)`. What does not fit is left out, the note first.
 */
export const renderBar = ({ label, fraction, note, elapsedMs }: Moment, width: number): string => {
  const done = fraction === undefined ? undefined : clamp(fraction)
  const time = `(${formatDuration(elapsedMs)}${done === undefined ? '' : left(done, elapsedMs)})`
  const percent = done === undefined ? '' : `${String(Math.floor(done * 100)).padStart(3)} %`
  const columns = Math.max(0, width)
  const barWidth = columns >= 60 ? 20 : 10
  const head = [oneLine(label), done === undefined ? '' : `▕${bar(done, barWidth)}▏`, percent].filter(Boolean).join(' ')
  for (const words of [[head, oneLine(note), time], [head, time], [head], [percent]]) {
    const line = words.filter(Boolean).join(' ')
    if ([...line].length <= columns) return line
  }
  return ''
}

/** The same as a plain line for a log: `media.thumbnail 45 % decoding`. */
export const progressLine = ({ label, fraction, note }: Moment): string =>
  [oneLine(label), fraction !== undefined && `${Math.floor(clamp(fraction) * 100)} %`, oneLine(note)]
    .filter(Boolean)
    .join(' ')
