import { type Markup, markup } from '../markup.ts'
import type { GainData, LoudnessData } from '../plot-data.ts'
import { decimals, linear, quantileOf, roundTicks, spanOf } from '../scale.ts'
import { coarser, durationOf, type Track } from '../track.ts'
import { filled } from '../words.ts'
import {
  area,
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
  timeAxis,
} from './chart.ts'

/** Loudness further below the loudest is pauses, not programme. */
const mostRange = 36

/** What passes within a step, as an area, and its mean as a line. */
function trackOn({ x, y, left, right }: Plane, track: Track, classes: string): Markup {
  const { step, least, mean, most } = coarser(track, right - left)
  const at = (i: number) => x.at((i + 0.5) * step)
  const colour = classes.split(' ')[0]!
  const wide = most.some((value, i) => value - least[i]! > 0.2)
  return markup`${
    wide &&
    markup`<path class="area ${colour}" d="${area(
      mean.length,
      at,
      (i) => y.at(most[i]!),
      (i) => y.at(least[i]!),
    )}"/>`
  }<path class="curve ${classes}" d="${path(mean.length, at, (i) => y.at(mean[i]!))}"/>`
}

const meanOf = ({ mean }: Track): number | null => {
  const there = mean.filter(Number.isFinite)
  return there.length > 0 ? there.reduce((sum, value) => sum + value, 0) / there.length : null
}

/**
 * Short-term loudness before and after, what is wanted as a line, and the reference: over the same time where it is a version of the
 * same recording, else below, over its own time.
 *
 * @returns an SVG
 */
export function loudnessPlot(data: LoudnessData, options: PlotOptions = {}): Markup {
  const { before, after, reference, sameTime } = data
  const target = data.target !== null && Math.abs(data.target) < 1000 ? data.target : null
  const setting = settingOf('loudness', options)
  const { width, wide, words } = setting
  const span = spanOf(before.most, after.most, reference?.most, target === null ? null : [target])
  const seconds = Math.max(durationOf(before), durationOf(after), (sameTime && reference && durationOf(reference)) || 0)
  if (!span || !(seconds > 0 && seconds < Number.POSITIVE_INFINITY)) return emptyDrawing(setting, words.loudness)

  const entries: Entry[] = [
    { classes: 'before', label: words.before },
    { classes: 'after', label: words.after },
    ...(reference ? [{ classes: 'wanted', label: words.wanted }] : []),
    ...(target === null
      ? []
      : [{ classes: 'wanted thin dashed', label: filled(words.targetLine, { value: decimals(target, 1) }) }]),
  ]
  const [left, right] = [46, width - 16]
  const key = legend(entries, left, right, 0)
  const ceiling = Math.ceil((span[1] + 1) / 3) * 3
  // Fades at the beginning and the end would press all else together.
  const usual =
    Math.min(...[before, after, reference].map((track) => (track && quantileOf(track.least, 0.03)) ?? ceiling)) - 2
  const floor = Math.min(ceiling - 9, Math.max(Math.floor(usual / 3) * 3, ceiling - mostRange))
  const planeAt = (top: number, height: number, lasts: number): Plane => ({
    left,
    right,
    top,
    bottom: top + height,
    x: linear(0, lasts, left, right),
    y: linear(floor, ceiling, top + height, top),
  })
  const targetOn = ({ y }: Plane) =>
    target !== null &&
    markup`<line class="curve wanted thin dashed" x1="${left}" x2="${right}" y1="${y.at(target)}" y2="${y.at(target)}"/>`
  const draw = (
    name: string,
    plane: Plane,
    lasts: number,
    yTitle: string,
    titled: boolean,
    tracks: unknown,
    most: number,
  ) =>
    markup`${axes(plane, {
      xTicks: timeAxis(lasts, wide ? 10 : 5, words).ticks,
      yTicks: numbered(roundTicks(floor, ceiling, most, [1, 2, 3, 6, 12])),
      yTitle,
      xTitle: titled ? timeAxis(lasts, 5, words).title : undefined,
    })}${inside(setting, name, plane, markup`${targetOn(plane)}${tracks as Markup}`)}`

  const main = planeAt(key.height + 24, wide ? 240 : 200, seconds)
  const apart = reference && !sameTime && durationOf(reference) > 0 ? reference : null
  const lower = apart && planeAt(main.bottom + 54, wide ? 130 : 110, durationOf(apart))
  const body = markup`${key.body}${draw(
    'main',
    main,
    seconds,
    words.lufs,
    !lower,
    markup`${trackOn(main, before, 'before')}${!apart && reference && trackOn(main, reference, 'wanted')}${trackOn(main, after, 'after')}`,
    8,
  )}${lower && apart && draw('reference', lower, durationOf(apart), `${words.wanted}, ${words.lufs}`, true, trackOn(lower, apart, 'wanted'), 5)}`
  const said = `${words.before} ${decimals(meanOf(before), 1)}, ${words.after} ${decimals(meanOf(after), 1)} ${words.lufs}`
  return drawing(setting, (lower ?? main).bottom + 48, words.loudness, said, body)
}

/**
 * Gain over time: that of dynamics, up and down, and what the limiter takes away.
 *
 * @returns an SVG
 */
export function gainPlot({ limiter, dynamics }: GainData, options: PlotOptions = {}): Markup {
  const setting = settingOf('gain', options)
  const { width, wide, words } = setting
  const [left, right] = [46, width - 16]
  const seconds = Math.max(durationOf(limiter), dynamics ? durationOf(dynamics) : 0)
  if (!(seconds > 0 && seconds < Number.POSITIVE_INFINITY)) return emptyDrawing(setting, words.gain)
  const key = legend(
    [
      { classes: 'after', label: words.mean },
      { classes: 'after', label: words.extremes, shape: 'area' },
    ],
    left,
    right,
    0,
  )
  const x = linear(0, seconds, left, right)
  const time = timeAxis(seconds, wide ? 10 : 5, words)
  const panel = (
    name: string,
    top: number,
    height: number,
    track: Track,
    yTitle: string,
    last: boolean,
    floor: number,
    ceiling: number,
  ) => {
    const plane: Plane = { left, right, top, bottom: top + height, x, y: linear(floor, ceiling, top + height, top) }
    const labels = last ? time.ticks : time.ticks.map(({ value }) => ({ value }))
    const axis = {
      xTicks: labels,
      yTicks: numbered(roundTicks(floor, ceiling, 6, [0.5, 1, 2, 3, 6, 12, 24])),
      yTitle,
      zero: 0,
    }
    return {
      plane,
      body: markup`${axes(plane, { ...axis, xTitle: last ? time.title : undefined })}${inside(setting, name, plane, trackOn(plane, track, 'after'))}`,
    }
  }
  let at = key.height + 24
  const parts: Markup[] = []
  if (dynamics) {
    const [low, high] = spanOf(dynamics.least, dynamics.most) ?? [0, 0]
    const reach = (value: number) => Math.ceil(Math.max(2, value + 0.5) / 2) * 2
    const { plane, body } = panel(
      'dynamics',
      at,
      wide ? 150 : 130,
      dynamics,
      words.dynamicsGain,
      false,
      -reach(-low),
      reach(high),
    )
    parts.push(body)
    at = plane.bottom + 36
  }
  const deepest = spanOf(limiter.least)?.[0] ?? 0
  const floor = -Math.ceil(Math.max(3, -deepest + 0.5) / 3) * 3
  const { plane, body } = panel('limiter', at, wide ? 130 : 110, limiter, words.limiterGain, true, floor, 0)
  parts.push(body)
  const said = deepest < -0.01 ? `${words.reductionMost} ${decimals(-deepest, 1)} dB` : words.nothingTaken
  return drawing(setting, plane.bottom + 48, words.gain, said, markup`${key.body}${parts}`)
}
