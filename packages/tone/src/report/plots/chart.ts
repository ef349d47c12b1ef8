import { inShort, type Markup, markup } from '../markup.ts'
import { clock, decimals, type Scale, timeTicks } from '../scale.ts'
import { type Language, type Words, wordsOf } from '../words.ts'
import { plotStyle, tokens, withFallbacks } from './style.ts'

/** How a plot is drawn. */
export interface PlotOptions {
  /** Units of the drawing, which is as many CSS pixels at its natural size; at least 240. Default 960. */
  readonly width?: number
  /** Default `en`. */
  readonly lang?: Language
  /** Leaves the style out, for pages that have it already. Default false: the drawing is a file that stands for itself. */
  readonly inline?: boolean
}

/** What draws on a plot need to know of it. */
export interface Setting {
  readonly width: number
  /** Whether there is space for all labels. */
  readonly wide: boolean
  readonly lang: Language
  readonly words: Words
  /** Begins the ids in the drawing. */
  readonly id: string
  readonly inline: boolean
}

export function settingOf(name: string, { width = 960, lang = 'en', inline = false }: PlotOptions): Setting {
  const size = Math.max(240, Math.min(4000, Math.round(width) || 960))
  return { width: size, wide: size >= 600, lang, words: wordsOf(lang), id: `${name}-${size}`, inline }
}

/** Space around a drawing that stands for itself. */
const margin = 12

/** The whole drawing. @param title says what it is @param description says what is to be seen in it, for those who do not see it */
export function drawing(setting: Setting, height: number, title: string, description: string, body: unknown): Markup {
  const { width, inline } = setting
  const around = inline ? 0 : margin
  const [left, wide, high] = [-around, width + 2 * around, height + 2 * around]
  const alone = inline
    ? null
    : markup`<style>${raw(tokens + withFallbacks(plotStyle))}</style><rect class="paper" x="${left}" y="${left}" width="${wide}" height="${high}"/>`
  return markup`<svg xmlns="http://www.w3.org/2000/svg" class="plot" viewBox="${left} ${left} ${wide} ${high}" width="${wide}" height="${high}" role="img" aria-label="${`${title}. ${description}`}"><title>${title}</title><desc>${description}</desc>${alone}${body as Markup}</svg>\n`
}

/** The house's own CSS holds nothing that would have to be escaped, and in SVG quotes must not be. */
const raw = (text: string): Markup => markup([text] as unknown as TemplateStringsArray)

/** A rectangle to plot in. */
export interface Plane {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  readonly x: Scale
  readonly y: Scale
}

export interface Tick {
  readonly value: number
  readonly label?: string
}

interface AxisOptions {
  readonly xTicks: readonly Tick[]
  readonly yTicks: readonly Tick[]
  readonly xTitle?: string | undefined
  readonly yTitle?: string | undefined
  /** A value of the vertical axis whose line is strong. */
  readonly zero?: number
}

/** Grid, axes and labels. */
export function axes(plane: Plane, { xTicks, yTicks, xTitle, yTitle, zero }: AxisOptions): Markup {
  const { left, right, top, bottom, x, y } = plane
  const across = yTicks.map(({ value, label }) => {
    const at = y.at(value)
    return markup`<line class="${value === zero ? 'zero' : 'grid'}" x1="${left}" x2="${right}" y1="${at}" y2="${at}"/>${
      label !== undefined && markup`<text class="end" x="${left - 8}" y="${at + 4.5}">${label}</text>`
    }`
  })
  const down = xTicks.map(({ value, label }) => {
    const at = x.at(value)
    return markup`<line class="grid" x1="${at}" x2="${at}" y1="${top}" y2="${bottom}"/>${
      label !== undefined &&
      markup`<line class="tick" x1="${at}" x2="${at}" y1="${bottom}" y2="${bottom + 5}"/><text class="middle" x="${at}" y="${bottom + 19}">${label}</text>`
    }`
  })
  return markup`${down}${across}<rect class="frame" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/>${
    xTitle && markup`<text class="middle" x="${(left + right) / 2}" y="${bottom + 38}">${xTitle}</text>`
  }${yTitle && markup`<text x="${left}" y="${top - 9}">${yTitle}</text>`}`
}

/** Ticks with their numbers. */
export const numbered = (values: readonly number[]): Tick[] => {
  const digits = values.some((value) => Math.abs(value - Math.round(value)) > 1e-6) ? 1 : 0
  return values.map((value) => ({ value, label: decimals(value, digits) }))
}

/** Ticks of an axis of time, and its title, which says how to read them. */
export function timeAxis(seconds: number, most: number, words: Words): { ticks: Tick[]; title: string } {
  const unit = seconds > 3600 ? 'h:min:s' : seconds > 60 ? 'min:s' : 's'
  const ticks = timeTicks(seconds, most).map((value) => ({
    value,
    label: unit === 's' ? inShort(value) : clock(value),
  }))
  return { ticks, title: `${words.time}, ${unit}` }
}

/** A place with a tenth of a pixel; what is far outside is cut off, as renderers have short numbers. */
const place = (value: number): string => String(Math.round(Math.min(1e5, Math.max(-1e5, value)) * 10) / 10 + 0)

/** A line through points; what is not finite makes a gap, and a point between two gaps a dot. */
export function path(length: number, x: (index: number) => number, y: (index: number) => number): string {
  let [text, drawing, alone] = ['', false, false]
  for (let i = 0; i < length; i++) {
    const [across, down] = [x(i), y(i)]
    if (!Number.isFinite(across) || !Number.isFinite(down)) {
      if (alone) text += 'h.1'
      drawing = alone = false
      continue
    }
    text += `${drawing ? 'L' : 'M'}${place(across)} ${place(down)}`
    alone = !drawing
    drawing = true
  }
  return alone ? `${text}h.1` : text
}

/** The area between two lines; what is not finite splits it. */
export function area(
  length: number,
  x: (index: number) => number,
  upper: (index: number) => number,
  lower: (index: number) => number,
): string {
  let text = ''
  for (let from = 0; from < length; from++) {
    const isThere = (i: number) => Number.isFinite(x(i)) && Number.isFinite(upper(i)) && Number.isFinite(lower(i))
    if (!isThere(from)) continue
    let end = from
    while (end < length && isThere(end)) end++
    text += path(
      end - from,
      (i) => x(from + i),
      (i) => upper(from + i),
    )
    for (let i = end - 1; i >= from; i--) text += `L${place(x(i))} ${place(lower(i))}`
    text += 'Z'
    from = end
  }
  return text
}

/** Draws what is inside of a plane and cuts off what is not. @param name of the clip, its own in the drawing */
export function inside(setting: Setting, name: string, { left, right, top, bottom }: Plane, body: unknown): Markup {
  const id = `${setting.id}-${name}`
  return markup`<clipPath id="${id}"><rect x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/></clipPath><g clip-path="url(#${id})">${body as Markup}</g>`
}

/** An entry of a legend: a line of these classes, or an area. */
export interface Entry {
  readonly classes: string
  readonly label: string
  readonly shape?: 'line' | 'area' | 'dot' | 'square'
}

/** Width of text at 12.5 px, rather more than less: fonts differ. */
export const widthOf = (text: string): number =>
  [...text].reduce((sum, character) => sum + (character.codePointAt(0)! >= 0x2e80 ? 13 : 7.2), 0)

/** A legend in as many lines as it needs, which never lies over the plot. @returns also how high it is */
export function legend(
  entries: readonly Entry[],
  left: number,
  right: number,
  top: number,
): { body: Markup; height: number } {
  let [x, y] = [left, top + 14]
  const drawn = entries.map(({ classes, label, shape = 'line' }) => {
    const width = 30 + widthOf(label) + 18
    if (x > left && x + width - 18 > right) [x, y] = [left, y + 22]
    const at = x
    x += width
    const middle = y - 4.5
    const symbol = {
      line: () => markup`<line class="curve ${classes}" x1="${at}" x2="${at + 22}" y1="${middle}" y2="${middle}"/>`,
      area: () => markup`<rect class="area ${classes}" x="${at}" y="${middle - 6}" width="22" height="12"/>`,
      dot: () => markup`<circle class="dot ${classes}" cx="${at + 11}" cy="${middle}" r="5"/>`,
      square: () => markup`<rect class="dot ${classes}" x="${at + 6}" y="${middle - 5}" width="10" height="10"/>`,
    }[shape]()
    return markup`${symbol}<text class="name" x="${at + 29}" y="${y}">${label}</text>`
  })
  return { body: markup`${drawn}`, height: entries.length > 0 ? y - top + 10 : 0 }
}

/** A drawing that says that there is nothing to draw. */
export function emptyDrawing(setting: Setting, title: string): Markup {
  const { width, words } = setting
  return drawing(
    setting,
    80,
    title,
    words.noData,
    markup`<rect class="frame" x="0.5" y="0.5" width="${width - 1}" height="79"/><text class="middle" x="${width / 2}" y="44">${words.noData}</text>`,
  )
}
