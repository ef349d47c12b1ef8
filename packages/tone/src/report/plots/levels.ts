import { type Markup, markup } from '../markup.ts'
import type { LevelsData } from '../plot-data.ts'
import { linear, quantileOf, roundTicks, spanOf } from '../scale.ts'
import { filled } from '../words.ts'
import {
  axes,
  drawing,
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
 * How levels are distributed that are taken over windows of several lengths: one panel each, with the share of the time that is quieter
 * than a level.
 *
 * @returns an SVG
 */
export function levelsPlot(all: readonly LevelsData[], options: PlotOptions = {}): Markup {
  const setting = settingOf('levels', options)
  const { width, wide, words } = setting
  const span = spanOf(...all.flatMap(({ quantiles: { before, after, wanted } }) => [before, after, wanted]))
  if (!span) return emptyDrawing(setting, words.levels)
  const isThere = all.some(({ quantiles }) => quantiles.wanted)
  const key = legend(
    [
      { classes: 'before', label: words.before },
      { classes: 'after', label: words.after },
      ...(isThere ? [{ classes: 'wanted dashed', label: words.wanted }] : []),
    ],
    46,
    width - 12,
    0,
  )
  // The quietest hundredths are fades, which would press all else together.
  const quiet = all.flatMap(({ quantiles: { before, after, wanted } }) =>
    [before, after, wanted].map((levels) => (levels && quantileOf(levels, 0.02)) ?? span[1]),
  )
  const [low, high] = [Math.max(span[1] - 60, Math.min(...quiet)), span[1]]
  const [floor, ceiling] = [Math.floor((low - 0.5) / 3) * 3, Math.ceil((high + 0.5) / 3) * 3]
  const columns = wide ? all.length : 1
  const gap = columns > 1 ? 28 : 0
  const space = (width - 12 - 46 - gap * (columns - 1)) / columns
  const height = wide ? 230 : 170
  const first = key.height + 44
  const parts = all.map(({ window, quantiles }, index) => {
    const left = 46 + (index % columns) * (space + gap)
    const top = first + Math.floor(index / columns) * (height + 90)
    const right = left + space
    const plane: Plane = {
      left,
      right,
      top,
      bottom: top + height,
      x: linear(floor, ceiling, left, right),
      y: linear(0, 100, top + height, top),
    }
    const line = (levels: ArrayLike<number>, classes: string) =>
      markup`<path class="curve ${classes}" d="${path(
        levels.length,
        (i) => plane.x.at(levels[i]!),
        (i) => plane.y.at((100 * i) / Math.max(1, levels.length - 1)),
      )}"/>`
    const { before, after, wanted } = quantiles
    const labelled = index % columns === 0
    const yTicks = [0, 25, 50, 75, 100].map((value) => ({ value, ...(labelled && { label: String(value) }) }))
    return markup`<text class="strong" x="${left}" y="${top - 27}">${filled(words.levelWindow, { seconds: window })}</text>${axes(
      plane,
      {
        xTicks: numbered(roundTicks(floor, ceiling, 5, [1, 2, 3, 6, 12, 24])),
        yTicks,
        xTitle: words.levelLufs,
        yTitle: labelled ? words.shareQuieter : undefined,
      },
    )}${inside(setting, `w${index}`, plane, markup`${line(before, 'before')}${line(after, 'after')}${wanted && line(wanted, 'wanted dashed')}`)}`
  })
  const bottom = first + Math.ceil(all.length / columns) * (height + 90) - 90
  return drawing(setting, bottom + 48, words.levels, words.levelsHelp, markup`${key.body}${parts}`)
}
