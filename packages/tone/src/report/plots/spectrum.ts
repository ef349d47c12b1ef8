import { type Markup, markup } from '../markup.ts'
import type { Compared, Levels } from '../plot-data.ts'
import {
  decimals,
  heardRange,
  hertz,
  labelledHertz,
  linear,
  logarithmic,
  quantileOf,
  roundTicks,
  spanOf,
  thirds,
} from '../scale.ts'
import {
  axes,
  drawing,
  type Entry,
  emptyDrawing,
  inside,
  legend,
  numbered,
  type Plane,
  type PlotOptions,
  path,
  settingOf,
} from './chart.ts'

/** Levels further below the highest one are not worth the space. */
const mostRange = 90

/**
 * Spectra before and after and of the reference over the logarithm of frequency, and below them how far both are from the reference.
 *
 * @param which channel they are of
 * @returns an SVG
 */
export function spectrumPlot(
  which: 'mid' | 'side',
  frequency: Levels,
  { before, after, wanted }: Compared,
  options: PlotOptions = {},
): Markup {
  const setting = settingOf(`spectrum-${which}`, options)
  const { width, wide, words } = setting
  const title = which === 'mid' ? words.spectrumMid : words.spectrumSide
  const [low, high] = heardRange(frequency)
  const seen = [before, after, wanted].map((levels) => levels && withinRange(frequency, levels, low, high))
  const span = spanOf(...seen)
  if (!span || !(high > low)) return emptyDrawing(setting, title)

  const entries: Entry[] = [
    { classes: 'before', label: words.before },
    { classes: 'after', label: words.after },
    ...(wanted ? [{ classes: 'wanted dashed', label: words.wanted }] : []),
  ]
  const [left, right] = [46, width - 12]
  const key = legend(entries, left, right, 0)
  const top = key.height + 24
  const x = logarithmic(low, high, left, right)
  const ceiling = Math.ceil((span[1] + 4) / 10) * 10
  // Cliffs of low-pass filters would press all else together.
  const usual = Math.min(...seen.map((levels) => (levels && quantileOf(levels, 0.06)) ?? ceiling)) - 6
  const floor = Math.min(ceiling - 20, Math.max(Math.floor(usual / 10) * 10, ceiling - mostRange))
  const bottom = top + (wide ? 280 : 220)
  const main: Plane = { left, right, top, bottom, x, y: linear(floor, ceiling, bottom, top) }
  const labels = labelledHertz(wide)
  const grid = (labelled: boolean) =>
    thirds
      .filter((value) => value >= low && value <= high)
      .map((value) => ({ value, ...(labelled && labels.includes(value) && { label: hertz(value) }) }))
  const line = (plane: Plane, levels: ArrayLike<number>, classes: string) =>
    markup`<path class="curve ${classes}" d="${path(
      frequency.length,
      (i) => (frequency[i]! >= low * 0.97 && frequency[i]! <= high * 1.03 ? x.at(frequency[i]!) : Number.NaN),
      (i) => plane.y.at(levels[i]!),
    )}"/>`
  const curves = markup`${line(main, before, 'before')}${line(main, after, 'after')}${wanted && line(main, wanted, 'wanted dashed')}`

  const away = wanted && { before: difference(before, wanted), after: difference(after, wanted) }
  const lower = away && lowerPlane(main, bottom + 40, wide ? 110 : 90, away)
  const end = lower ?? main
  const body = markup`${key.body}${axes(main, {
    xTicks: grid(!lower),
    yTicks: numbered(roundTicks(floor, ceiling, wide ? 8 : 6)),
    yTitle: words.levelReLoudness,
    xTitle: lower ? undefined : words.frequency,
  })}${inside(setting, 'main', main, curves)}${
    lower &&
    away &&
    markup`${axes(lower, {
      xTicks: grid(true),
      yTicks: numbered(roundTicks(lower.y.from, lower.y.to, 4, [3, 6, 12])),
      yTitle: words.fromReference,
      xTitle: words.frequency,
      zero: 0,
    })}${inside(setting, 'away', lower, markup`${line(lower, away.before, 'before')}${line(lower, away.after, 'after')}`)}`
  }`
  const described = away
    ? `${words.before} ${decimals(spread(away.before), 1)} dB, ${words.after} ${decimals(spread(away.after), 1)} dB (rms ${words.fromReference})`
    : words.spectrumHelp
  return drawing(setting, end.bottom + 48, title, described, body)
}

function withinRange(frequency: Levels, levels: Levels, low: number, high: number): Float64Array {
  return Float64Array.from(levels, (level, i) => (frequency[i]! >= low && frequency[i]! <= high ? level : Number.NaN))
}

const difference = (levels: Levels, from: Levels): Float64Array =>
  Float64Array.from(levels, (level, i) => level - from[i]!)

function lowerPlane(main: Plane, top: number, height: number, away: { before: Levels; after: Levels }): Plane {
  const usual = Math.max(
    ...[away.before, away.after].map((levels) => quantileOf(Float64Array.from(levels, Math.abs), 0.94) ?? 0),
  )
  const reach = [6, 12].find((size) => usual < size) ?? 24
  return { ...main, top, bottom: top + height, y: linear(-reach, reach, top + height, top) }
}

/** Root mean square of what is finite. */
function spread(values: Levels): number | null {
  let [sum, count] = [0, 0]
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i]!)) continue
    sum += values[i]! ** 2
    count++
  }
  return count > 0 ? Math.sqrt(sum / count) : null
}
