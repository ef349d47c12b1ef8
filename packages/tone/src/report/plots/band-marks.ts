import type { Band } from '../../preset/preset.ts'
import { type Markup, markup } from '../markup.ts'
import { decimals, hertz } from '../scale.ts'
import type { Words } from '../words.ts'
import type { Plane } from './chart.ts'

/** Bands to be marked, in a colour of theirs: circles, or squares. */
export interface BandSet {
  readonly bands: readonly Band[]
  readonly colour: string
  readonly square: boolean
}

interface Box {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

const box = (x: number, y: number, width: number, height: number): Box => ({
  left: x - width / 2,
  right: x + width / 2,
  top: y - height / 2,
  bottom: y + height / 2,
})

/** The area that two have in common. */
const common = (a: Box, b: Box): number =>
  Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) *
  Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top))

/**
 * A mark for each band at its frequency and gain, with its number beside it, where it covers the least of other marks, of other numbers
 * and of what is outside of the plane. Each says what the band is.
 */
export function bandMarks({ x, y, left, right, top, bottom }: Plane, sets: readonly BandSet[], words: Words): Markup {
  const all = sets.flatMap(({ bands, colour, square }) =>
    bands.map((band, index) => ({
      band,
      colour,
      square,
      number: index + 1,
      across: Math.min(right - 6, Math.max(left + 6, x.at(band.frequency))),
      down: Math.min(bottom - 6, Math.max(top + 6, y.at(band.gain))),
    })),
  )
  const taken: Box[] = all.map(({ across, down }) => box(across, down, 12, 12))
  const shapes: Markup[] = []
  const numbers: Markup[] = []
  for (const { band, colour, square, number, across, down } of all) {
    const width = number > 9 ? 17 : 10
    const side = 9 + width / 2
    const places = [
      [0, band.gain >= 0 ? -15 : 15],
      [0, band.gain >= 0 ? 15 : -15],
      [side, 0],
      [-side, 0],
      [side, -11],
      [-side, -11],
      [side, 11],
      [-side, 11],
    ] as const
    let [best, least] = [box(across, down - 15, width, 13), Number.POSITIVE_INFINITY]
    for (const [aside, below] of places) {
      const here = box(across + aside, down + below, width, 13)
      const out = width * 13 - common(here, { left, right, top, bottom })
      const cost = out * 4 + taken.reduce((sum, other) => sum + common(here, other), 0)
      if (cost < least - 1e-6) [best, least] = [here, cost]
    }
    taken.push(best)
    const what = `${number}: ${words[band.type]}, ${hertz(band.frequency)} Hz, ${decimals(band.gain, 1, true)} dB, ${words.quality} ${decimals(band.q, 2)}`
    shapes.push(
      square
        ? markup`<rect class="dot ${colour}" x="${across - 5}" y="${down - 5}" width="10" height="10"><title>${what}</title></rect>`
        : markup`<circle class="dot ${colour}" cx="${across}" cy="${down}" r="5.5"><title>${what}</title></circle>`,
    )
    numbers.push(
      markup`<text class="middle number halo fill-${colour}" x="${(best.left + best.right) / 2}" y="${best.bottom - 2}">${number}</text>`,
    )
  }
  return markup`${shapes}${numbers}`
}
