import { type Markup, markup } from '../markup.ts'
import type { EqData } from '../plot-data.ts'
import {
  decimals,
  heardRange,
  hertz,
  labelledHertz,
  linear,
  logarithmic,
  roundTicks,
  spanOf,
  thirds,
} from '../scale.ts'
import { bandMarks } from './band-marks.ts'
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

/**
 * Curves of the equaliser over frequency: as applied, and what the bands make together; each band is a numbered mark at its frequency and
 * gain: circles for the mid, squares for the side.
 *
 * @param side where the side has a curve of its own
 * @returns an SVG
 */
export function eqPlot(mid: EqData, side: EqData | null, options: PlotOptions = {}): Markup {
  const setting = settingOf('eq', options)
  const { width, wide, words } = setting
  const [low, high] = heardRange(mid.frequency)
  const sides = side ? [mid, side] : [mid]
  const heard = sides.flatMap(({ frequency, exact, ofBands }) =>
    [exact, ofBands].map(
      (levels) =>
        levels &&
        Float64Array.from(levels, (level, i) => (frequency[i]! >= low && frequency[i]! <= high ? level : Number.NaN)),
    ),
  )
  const gains = sides.map(({ bands }) =>
    bands.filter(({ frequency }) => frequency >= low && frequency <= high).map(({ gain }) => gain),
  )
  const span = spanOf(...heard, ...gains)
  if (!span || !(high > low)) return emptyDrawing(setting, words.eq)

  const entries: Entry[] = [
    { classes: 'after', label: words.eqMid },
    ...(mid.ofBands ? [{ classes: 'after thin dotted', label: words.eqBandsMid }] : []),
    ...(side ? [{ classes: 'other dashed', label: words.eqSide }] : []),
    ...(side?.ofBands ? [{ classes: 'other thin dotted', label: words.eqBandsSide }] : []),
  ]
  const [left, right] = [46, width - 12]
  const key = legend(entries, left, right, 0)
  const top = key.height + 24
  const bottom = top + (wide ? 300 : 240)
  const step = Math.max(-span[0], span[1]) > 15 ? 6 : 3
  const [floor, ceiling] = [
    Math.min(-step * 2, Math.floor((span[0] - 1.5) / step) * step),
    Math.max(step * 2, Math.ceil((span[1] + 1.5) / step) * step),
  ]
  const plane: Plane = {
    left,
    right,
    top,
    bottom,
    x: logarithmic(low, high, left, right),
    y: linear(floor, ceiling, bottom, top),
  }
  const sets = [
    { bands: mid.bands, colour: 'after', square: false },
    ...(side ? [{ bands: side.bands, colour: 'other', square: true }] : []),
  ]
  const labels = labelledHertz(wide)
  const body = markup`${key.body}${axes(plane, {
    xTicks: thirds
      .filter((value) => value >= low && value <= high)
      .map((value) => ({ value, ...(labels.includes(value) && { label: hertz(value) }) })),
    yTicks: numbered(roundTicks(floor, ceiling, 9, [1, 3, 6, 12, 24, 48])),
    yTitle: words.gainAxis,
    xTitle: words.frequency,
    zero: 0,
  })}${inside(setting, 'curves', plane, markup`${side && curves(plane, side, 'other', ' dashed')}${curves(plane, mid, 'after', '')}`)}${bandMarks(plane, sets, words)}`
  const said = mid.bands.map((band) => `${hertz(band.frequency)} Hz ${decimals(band.gain, 1, true)} dB`).join(', ')
  return drawing(setting, bottom + 48, words.eq, said || words.eqHelp, body)
}

function curves({ x, y }: Plane, { frequency, exact, ofBands }: EqData, colour: string, dash: string): Markup {
  const line = (levels: ArrayLike<number>, classes: string) =>
    markup`<path class="curve ${classes}" d="${path(
      frequency.length,
      (i) => x.at(frequency[i]!),
      (i) => y.at(levels[i]!),
    )}"/>`
  return markup`${line(exact, colour + dash)}${ofBands && line(ofBands, `${colour} thin dotted`)}`
}
