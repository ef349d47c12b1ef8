import { magmaAt, magmaPalette } from '../colours.ts'
import { type Markup, markup } from '../markup.ts'
import { palettePng } from '../png.ts'
import { hertz, linear, logarithmic, roundTicks } from '../scale.ts'
import { levelOf, type SpectrogramImage } from '../spectrogram-image.ts'
import {
  axes,
  drawing,
  emptyDrawing,
  numbered,
  type Plane,
  type PlotOptions,
  type Setting,
  settingOf,
  timeAxis,
} from './chart.ts'

/** dB from the darkest colour to the lightest. */
const range = 70

/**
 * Spectrograms one above the other, over the logarithm of frequency, all with one scale of colours.
 *
 * @param reference null where there is none
 * @returns an SVG with pictures in it
 */
export function spectrogramsPlot(
  before: SpectrogramImage,
  after: SpectrogramImage,
  reference: SpectrogramImage | null,
  options: PlotOptions = {},
): Markup {
  const setting = settingOf('spectrograms', options)
  const { width, wide, words } = setting
  const all = [
    { name: words.before, image: before },
    { name: words.after, image: after },
    ...(reference ? [{ name: words.wanted, image: reference }] : []),
  ].filter(({ image }) => image.levels.length > 0 && image.seconds > 0)
  if (all.length === 0) return emptyDrawing(setting, words.spectrograms)
  const loudest = Math.ceil(Math.max(...all.map(({ image }) => usualTop(image))) / 10) * 10
  const [left, right] = [46, width - (wide ? 76 : 68)]
  const height = wide ? 150 : 120
  let top = 26
  const parts = all.map(({ name, image }, index) => {
    const plane: Plane = {
      left,
      right,
      top,
      bottom: top + height,
      x: linear(0, image.seconds, left, right),
      y: logarithmic(image.low, image.high, top + height, top),
    }
    top = plane.bottom + 56
    return onePlane(setting, plane, image, name, loudest, index === all.length - 1)
  })
  const bottom = top - 56
  return drawing(
    setting,
    bottom + 48,
    words.spectrograms,
    words.spectrogramsHelp,
    markup`${parts}${scaleBar(setting, right + 18, 26, bottom, loudest)}`,
  )
}

/** The level that all but one in 500 points stay below: a single click is no measure for the rest. */
function usualTop({ levels }: SpectrogramImage): number {
  const histogram = new Uint32Array(256)
  for (const level of levels) histogram[level]!++
  let [value, above] = [255, 0]
  while (value > 0 && above + histogram[value]! <= levels.length / 500) above += histogram[value--]!
  return levelOf(value)
}

function onePlane(
  setting: Setting,
  plane: Plane,
  image: SpectrogramImage,
  name: string,
  loudest: number,
  last: boolean,
): Markup {
  const { left, right, top, bottom } = plane
  const { wide, words } = setting
  const picture = markup`<image x="${left}" y="${top}" width="${right - left}" height="${bottom - top}" preserveAspectRatio="none" href="data:image/png;base64,${pictureOf(image, loudest).toString('base64')}"/>`
  const time = timeAxis(image.seconds, wide ? 10 : 4, words)
  const axis = axes(plane, {
    xTicks: time.ticks,
    yTicks: [50, 200, 1000, 5000, 15_000]
      .filter((value) => value >= image.low && value <= image.high)
      .map((value) => ({ value, label: hertz(value) })),
    xTitle: last ? time.title : undefined,
  })
  return markup`${axis}${picture}<text class="strong" x="${left}" y="${top - 9}">${name}</text><text class="end" x="${left - 8}" y="${top - 9}">Hz</text>`
}

function pictureOf({ columns, rows, levels }: SpectrogramImage, loudest: number): Buffer {
  const colours = Uint8Array.from({ length: 256 }, (_, value) =>
    Math.round(Math.min(1, Math.max(0, (levelOf(value) - loudest + range) / range)) * 255),
  )
  const pixels = new Uint8Array(columns * rows)
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      pixels[(rows - 1 - row) * columns + column] = colours[levels[row * columns + column]!]!
    }
  }
  return palettePng(columns, rows, pixels, magmaPalette)
}

function scaleBar({ id, words }: Setting, x: number, top: number, bottom: number, loudest: number): Markup {
  const y = linear(loudest - range, loudest, bottom, top)
  const stops = Array.from(
    { length: 16 },
    (_, i) => markup`<stop offset="${i / 15}" stop-color="${magmaAt(1 - i / 15)}"/>`,
  )
  const labels = numbered(roundTicks(loudest - range, loudest, 8, [10])).map(
    ({ value, label }) =>
      markup`<text x="${x + 18}" y="${Math.min(bottom, Math.max(top + 9, y.at(value) + 4.5))}">${label}</text>`,
  )
  return markup`<linearGradient id="${id}-scale" x1="0" x2="0" y1="0" y2="1">${stops}</linearGradient><rect x="${x}" y="${top}" width="12" height="${bottom - top}" fill="url(#${id}-scale)"/>${labels}<text x="${x - 4}" y="${top - 9}">${words.dbfs}</text>`
}
