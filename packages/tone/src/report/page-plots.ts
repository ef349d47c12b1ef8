import type { Band } from '../preset/preset.ts'
import { type Markup, markup } from './markup.ts'
import type { PlotData } from './plot-data.ts'
import type { PlotOptions } from './plots/chart.ts'
import { eqPlot } from './plots/eq.ts'
import { levelsPlot } from './plots/levels.ts'
import { gainPlot, loudnessPlot } from './plots/loudness.ts'
import { spectrogramsPlot } from './plots/spectrograms.ts'
import { spectrumPlot } from './plots/spectrum.ts'
import { decimals } from './scale.ts'
import type { Language, Words } from './words.ts'

/** Names of the plots, in the order in which a page shows them. */
export const plotNames = ['spectrum-mid', 'spectrum-side', 'eq', 'loudness', 'gain', 'levels', 'spectrograms'] as const
export type PlotName = (typeof plotNames)[number]

/** A plot by its name; null where there are no data for it. */
export function plotOf(name: PlotName, plots: PlotData, options: PlotOptions = {}): Markup | null {
  const { spectrum, eq, loudness, gain, levels, spectrograms } = plots
  switch (name) {
    case 'spectrum-mid':
      return spectrum ? spectrumPlot('mid', spectrum.frequency, spectrum.mid, options) : null
    case 'spectrum-side':
      return spectrum?.side ? spectrumPlot('side', spectrum.frequency, spectrum.side, options) : null
    case 'eq':
      return eq ? eqPlot(eq.mid, eq.side, options) : null
    case 'loudness':
      return loudness ? loudnessPlot(loudness, options) : null
    case 'gain':
      return gain ? gainPlot(gain, options) : null
    case 'levels':
      return levels && levels.length > 0 ? levelsPlot(levels, options) : null
    case 'spectrograms':
      return spectrograms
        ? spectrogramsPlot(spectrograms.before, spectrograms.after, spectrograms.reference, options)
        : null
  }
}

/**
 * All plots that there are data for, each an SVG file that stands for itself.
 *
 * @example
 * for (const { name, svg } of reportPlots(plots)) await writeFile(`${name}.svg`, svg)
 */
export const reportPlots = (plots: PlotData, options: PlotOptions = {}): { name: PlotName; svg: string }[] =>
  plotNames.flatMap((name) => {
    const plot = plotOf(name, plots, options)
    return plot ? [{ name, svg: plot.text }] : []
  })

/** Widths for screens and paper, and for telephones. */
const [wide, narrow] = [960, 380]

/** The section of a page with all plots, each for both kinds of screens: text keeps its size, and style shows one of them. */
export function plotSection(plots: PlotData, words: Words, lang: Language): Markup | null {
  const said: Readonly<Record<PlotName, readonly [string, string]>> = {
    'spectrum-mid': [words.spectrumMid, words.spectrumHelp],
    'spectrum-side': [words.spectrumSide, words.spectrumHelp],
    eq: [words.eq, words.eqHelp],
    loudness: [words.loudness, words.loudnessHelp],
    gain: [words.gain, words.gainHelp],
    levels: [words.levels, words.levelsHelp],
    spectrograms: [words.spectrograms, words.spectrogramsHelp],
  }
  const figures = plotNames.flatMap((name) => {
    const drawn = [wide, narrow].map((width) => plotOf(name, plots, { width, lang, inline: true }))
    if (!drawn[0] || !drawn[1]) return []
    const [title, help] = said[name]
    const more = name === 'eq' && plots.eq ? bandTables(plots.eq, words) : null
    return markup`<figure><figcaption><h3>${title}</h3><p class="help">${help}</p></figcaption><div class="wide">${drawn[0]}</div><div class="narrow">${drawn[1]}</div>${more}</figure>`
  })
  if (figures.length === 0) return null
  return markup`<section aria-labelledby="plots"><h2 id="plots">${words.plots}</h2>${figures}</section>`
}

function bandTables({ mid, side }: NonNullable<PlotData['eq']>, words: Words): Markup | null {
  const table = (title: string, bands: readonly Band[]) =>
    bands.length > 0 &&
    markup`<table><caption>${title}</caption><thead><tr>${[words.band, words.bandType, 'Hz', 'dB', words.quality].map(
      (head) => markup`<th scope="col">${head}</th>`,
    )}</tr></thead><tbody>${bands.map(
      ({ type, frequency, gain, q }, index) =>
        markup`<tr><th scope="row">${index + 1}</th><td>${words[type]}</td><td>${decimals(frequency, frequency < 100 ? 1 : 0)}</td><td>${decimals(gain, 1, true)}</td><td>${decimals(q, 2)}</td></tr>`,
    )}</tbody></table>`
  if (mid.bands.length === 0 && !side?.bands.length) return null
  return markup`<details><summary>${words.eqBandsMid}${side && side.bands.length > 0 && ` · ${words.eqBandsSide}`}</summary><div class="bands">${table(words.eqBandsMid, mid.bands)}${table(words.eqBandsSide, side?.bands ?? [])}</div></details>`
}
