import { type Markup, markup } from './markup.ts'
import { digitsOf, distanceOf } from './quantities.ts'
import type { MatchReport, Quantity } from './report.ts'
import { decimals, linear } from './scale.ts'
import { filled, type Language, quantityLabel, type Words } from './words.ts'

/** How many goals were met, in a sentence; nothing where there were none. */
export function verdict({ quantities }: MatchReport, words: Words): Markup | null {
  const held = quantities.filter(({ ok }) => ok !== null)
  if (held.length === 0) return null
  const met = held.filter(({ ok }) => ok).length
  const all = met === held.length
  const text = filled(all ? words.allMet : words.someMet, { count: held.length, met })
  return markup`<p class="verdict ${all ? 'good' : ''}">${all && '✓ '}${text}</p>`
}

/** What people ask first. */
const first = ['integratedLoudness', 'truePeak', 'spectrumMid', 'loudnessRange', 'crest', 'width', 'decay']
const mostTiles = 4

/** The most asked for quantities, large. */
export function tiles({ quantities }: MatchReport, words: Words, lang: Language): Markup | null {
  const chosen = first
    .flatMap((name) => quantities.find((quantity) => quantity.name === name && quantity.after !== null) ?? [])
    .slice(0, mostTiles)
  if (chosen.length === 0) return null
  const items = chosen.map((quantity) => {
    const { name, unit, before, after, wanted, ok } = quantity
    const digits = Math.min(digitsOf(name), 1)
    const said = (value: number | null) => decimals(value, digits)
    return markup`<li class="tile"><div class="what">${quantityLabel(lang, quantity)}</div><div class="value">${said(after)} <small>${unit}</small></div><div class="from"><span>${words.before} ${said(before)}</span>${wanted !== null && markup`<span>${words.wantedColumn} ${aimOf(quantity)}${said(wanted)} ${mark(ok)}</span>`}</div></li>`
  })
  return markup`<ul class="tiles">${items}</ul>`
}

const mark = (ok: boolean | null): Markup | null =>
  ok === null
    ? null
    : ok
      ? markup`<span class="good" aria-hidden="true">✓</span>`
      : markup`<span class="bad" aria-hidden="true">△</span>`

/** A sign where what is wanted is a line that must not be crossed. */
const aimOf = ({ aim, wanted, tolerance }: Quantity): string =>
  wanted === null || tolerance !== 0 ? '' : { near: '', atMost: '≤ ', atLeast: '≥ ' }[aim]

/** The table of what was measured. */
export function measures({ quantities }: MatchReport, words: Words, lang: Language): Markup {
  const heads = [words.quantity, words.before, words.after, words.wantedColumn, words.course, words.tolerance]
  const rows = quantities.map((quantity) => {
    const { name, unit, before, after, wanted, tolerance } = quantity
    const said = (value: number | null) => decimals(value, digitsOf(name))
    const allowed = tolerance !== null && tolerance > 0 && wanted !== null ? tolerance : null
    const sign = quantity.aim === 'near' ? '±' : quantity.aim === 'atMost' ? '+' : '−'
    return markup`<tr role="row"><th role="rowheader" scope="row">${quantityLabel(lang, quantity)} <small>${unit}</small></th><td role="cell" data-label="${words.before}">${said(before)}</td><td role="cell" class="now" data-label="${words.after}">${said(after)}</td><td role="cell" data-label="${words.wantedColumn}">${aimOf(quantity)}${said(wanted)}</td><td role="cell" class="course">${course(quantity)}</td><td role="cell" class="tolerance ${allowed === null ? 'none' : ''}" data-label="${words.tolerance}">${allowed === null ? '–' : `${sign}${decimals(allowed, allowed % 1 === 0 ? 0 : 1)}`}</td><td role="cell" class="result">${result(quantity, words)}</td></tr>
`
  })
  return markup`<section aria-labelledby="measured"><h2 id="measured">${words.measured}</h2><p class="help">${words.measuredHelp}</p>
<table class="measures" role="table" aria-labelledby="measured"><thead role="rowgroup"><tr role="row">${heads.map(
    (head) => markup`<th role="columnheader" scope="col">${head}</th>`,
  )}<th role="columnheader" scope="col" class="result">${words.result}</th></tr></thead>
<tbody role="rowgroup">${rows}</tbody></table></section>`
}

function result(quantity: Quantity, words: Words): Markup {
  const { ok, wanted, before, after } = quantity
  if (wanted === null || after === null) return markup`<span class="quiet">${words.onlyTold}</span>`
  if (ok) return markup`<span class="good">✓ ${words.met}</span>`
  const [was, is] = [distanceOf(quantity, before), distanceOf(quantity, after)]
  const way = was === null || is === null ? null : is < was ? words.closer : words.farther
  if (ok === null) return markup`<span class="quiet">${way ?? words.onlyTold}</span>`
  return markup`<span class="bad">△ ${words.notMet}</span>${way && markup`<small>${way}</small>`}`
}

/** The way from before to after beside what is wanted, drawn to the scale of its row. */
function course({ before, after, wanted, aim, tolerance }: Quantity): Markup | null {
  if (after === null || before === null) return null
  const [width, height, edge] = [140, 20, 8]
  const some = tolerance ?? 0
  const ends = wanted === null ? [] : [wanted - (aim === 'atMost' ? 0 : some), wanted + (aim === 'atLeast' ? 0 : some)]
  const [low, high] = [Math.min(before, after, ...ends), Math.max(before, after, ...ends)]
  const room = high - low || 1
  if (!(room < 1e9)) return null
  const scale = linear(low - room * 0.04, high + room * 0.04, edge, width - edge)
  const [from, to, middle] = [scale.at(before), scale.at(after), height / 2]
  const band =
    wanted !== null && (tolerance !== null || aim !== 'near')
      ? [aim === 'atMost' ? 0 : scale.at(wanted - some), aim === 'atLeast' ? width : scale.at(wanted + some)]
      : null
  return markup`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true">${
    band &&
    markup`<rect class="tolerated" x="${band[0]!}" y="2" width="${Math.max(3, band[1]! - band[0]!)}" height="${height - 4}" rx="3"/>`
  }<line class="rail" x1="0" x2="${width}" y1="${middle}" y2="${middle}"/>${
    wanted !== null &&
    markup`<line class="aim" x1="${scale.at(wanted)}" x2="${scale.at(wanted)}" y1="2" y2="${height - 2}"/>`
  }<line class="way" x1="${from}" x2="${to}" y1="${middle}" y2="${middle}"/><circle class="ring" cx="${from}" cy="${middle}" r="4"/><circle class="dot" cx="${to}" cy="${middle}" r="5"/></svg>`
}
