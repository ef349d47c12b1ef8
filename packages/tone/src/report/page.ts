import { createHash } from 'node:crypto'
import { type Markup, markup } from './markup.ts'
import { measures, tiles, verdict } from './page-measures.ts'
import { plotSection } from './page-plots.ts'
import { pageScript } from './page-script.ts'
import { pageStyle } from './page-style.ts'
import type { PlotData } from './plot-data.ts'
import type { MatchReport } from './report.ts'
import { clock, decimals } from './scale.ts'
import type { ReportSounds, Sound } from './sounds.ts'
import { filled, type Language, numberLabel, stageLabel, type Words, wordsOf } from './words.ts'

export interface PageOptions {
  /** Default `en`. */
  readonly lang?: Language
}

/**
 * The report of a match as one page of HTML that needs nothing else: no script, font, picture or sound is loaded from anywhere, and its
 * policy (CSP) forbids the browser to. The same data give the same page, to the byte. Names are escaped, whatever is in them.
 *
 * @param sounds what can be listened to; left out where not given
 *
 * @example
 * await writeFile('report.html', reportPage(report, plots, await reportSounds(before, after, reference)))
 */
export function reportPage(
  report: MatchReport,
  plots: PlotData,
  sounds?: ReportSounds | null,
  { lang = 'en' }: PageOptions = {},
): string {
  const words = wordsOf(lang)
  const script = sounds ? markup`<script>${house(pageScript)}</script>` : null
  const policy = [
    `default-src 'none'`,
    `style-src '${hashOf(pageStyle)}'`,
    `img-src data:`,
    ...(sounds ? [`script-src '${hashOf(pageScript)}'`, `media-src data:`] : []),
    `base-uri 'none'`,
    `form-action 'none'`,
  ].join('; ')
  const page = markup`<!doctype html>
<html lang="${words.htmlLanguage}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${house(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${filled(words.pageTitle, { name: report.target.name })}</title>
<style>${house(pageStyle)}</style>
</head>
<body>
<main>
${header(report, words, lang)}
${sounds && listen(report, sounds, words)}
${measures(report, words, lang)}
${limits(report, words, lang)}
${warnings(report, words, lang)}
${plotSection(plots, words, lang)}
${confidence(report, words, lang)}
${stages(report, words, lang)}
<footer>${words.footer}</footer>
</main>
${script}
</body>
</html>
`
  return page.text
}

/** Text of the house's own that is markup already. */
const house = (text: string): Markup => markup([text] as unknown as TemplateStringsArray)

const hashOf = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`

/** With a capital at its beginning and a full stop at its end, whatever was given. */
const sentence = (text: string): string => {
  const trimmed = text.trim()
  const begun = trimmed.charAt(0).toUpperCase() + trimmed.slice(1)
  return /[.!?…]$/.test(begun) || begun === '' ? begun : `${begun}.`
}

/** Sentences come in English; other pages say so, for whoever reads them aloud. */
const english = (lang: Language): Markup | null => (lang === 'en' ? null : markup` lang="en"`)

function header(report: MatchReport, words: Words, lang: Language): Markup {
  const { target, references, kind } = report
  const weights = references.reduce((sum, { weight }) => sum + weight, 0)
  const names = references.map(({ name, weight }, index) => {
    const share = Math.round((100 * weight) / (weights || 1))
    const text = references.length > 1 ? filled(words.weight, { name, share }) : name
    return markup`${index > 0 && words.and}<strong>${text}</strong>`
  })
  const [before, after] = words.matchedTo.split('{references}')
  const facts = [clock(target.duration), `${decimals(target.sampleRate / 1000, 1)} kHz`, target.layout]
  const sure = filled(words.sure, { share: Math.round(kind.confidence * 100) })
  return markup`<header>
<p class="eyebrow">${words[report.mode]} · ${words[kind.value]} (${sure}) · ${facts.join(' · ')}</p>
<h1>${target.name}</h1>
<p class="lead">${before}${names}${after}</p>
${verdict(report, words)}
${tiles(report, words, lang)}
</header>`
}

function listen(report: MatchReport, sounds: ReportSounds, words: Words): Markup {
  const reference = report.references[0]?.name ?? words.wanted
  const all: { label: string; name: string; sound: Sound }[] = [
    { label: words.before, name: report.target.name, sound: sounds.before },
    { label: words.after, name: report.target.name, sound: sounds.after },
    ...(sounds.reference ? [{ label: words.wanted, name: reference, sound: sounds.reference }] : []),
  ]
  const where = ({ from, seconds, loudness }: Sound) =>
    [
      filled(words.excerpt, { from: clock(Math.floor(from)), seconds: decimals(seconds, 0) }),
      loudness === null ? null : filled(words.now, { loudness: decimals(loudness, 1) }),
    ]
      .filter(Boolean)
      .join(' · ')
  const seconds = Math.min(...all.map(({ sound }) => sound.seconds))
  return markup`<section id="listen" aria-labelledby="listen-title">
<h2 id="listen-title">${words.listen}</h2>
<div class="player" hidden>
<div class="choices" role="group" aria-labelledby="listen-title">${all.map(
    ({ label, sound }, index) =>
      markup`<button type="button" aria-pressed="${index === 1 ? 'true' : 'false'}" aria-keyshortcuts="${index + 1}"><b><kbd>${index + 1}</kbd>${label}</b><small>${where(sound)}</small></button>`,
  )}</div>
<div class="transport"><button type="button" class="start" aria-keyshortcuts="Space" data-play="▶ ${words.play}" data-pause="■ ${words.pause}">▶ ${words.play}</button>
<input type="range" class="place" min="0" max="${seconds}" step="0.01" value="0" aria-label="${words.place}">
<output aria-live="off">0:00</output>
<label title="${words.listenMatchedHelp}"><input type="checkbox" class="same" checked>${words.listenMatched}</label></div>
<p class="help">${words.listenHelp} ${words.listenMatchedHelp}</p>
</div>
<div class="natives">${all.map(
    ({ label, name, sound }) =>
      markup`<figure><figcaption><b>${label}</b> · ${name} · ${where(sound)}</figcaption><audio controls preload="metadata" data-loudness="${sound.loudness}" aria-label="${label}" src="${sound.uri}"></audio></figure>`,
  )}</div>
</section>`
}

function limits({ limits: all }: MatchReport, words: Words, lang: Language): Markup {
  const items = all.map(
    ({ stage, what, why }) =>
      markup`<li><b>${stageLabel(lang, stage)}</b><p${english(lang)}>${sentence(what)}</p><p class="why"${english(lang)}>${sentence(why)}</p></li>`,
  )
  return markup`<section aria-labelledby="limits"><h2 id="limits">${words.limits}</h2>${
    items.length > 0 ? markup`<ul class="listing">${items}</ul>` : markup`<p class="help">${words.noLimits}</p>`
  }</section>`
}

function confidence({ confidence: all }: MatchReport, words: Words, lang: Language): Markup | null {
  if (all.length === 0) return null
  const rows = all.map(({ stage, value, why }) => {
    const width = Math.round(value * 100)
    return markup`<b>${stageLabel(lang, stage)}</b><svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="rail" width="100" height="8"/><rect class="bar" width="${width}" height="8"/></svg><i>${width} %</i><span${english(lang)}>${sentence(why)}</span>`
  })
  return markup`<section aria-labelledby="confidence"><h2 id="confidence">${words.confidence}</h2><div class="sure">${rows}</div></section>`
}

function stages(report: MatchReport, words: Words, lang: Language): Markup | null {
  const { limiter } = report.gainReduction
  const taken = limiter && [
    { label: words.reductionMost, unit: 'dB', value: limiter.most },
    { label: words.reductionMean, unit: 'dB', value: limiter.mean },
    { label: words.reductionOver, unit: '%', value: limiter.overThree * 100 },
  ]
  if (report.stages.length === 0) return null
  const cards = report.stages.map(({ stage, on, numbers }) => {
    const all = [...numbers, ...((stage === 'limiter' && taken) || [])]
    const list = all.map(
      ({ label, unit, value }) =>
        markup`<dt>${numberLabel(lang, label)}</dt><dd>${value !== null && Number.isInteger(value) ? decimals(value, 0) : decimals(value, Math.abs(value ?? 0) < 1 ? 2 : 1)} ${unit}</dd>`,
    )
    return markup`<div class="stage ${on ? '' : 'off'}"><h3>${stageLabel(lang, stage)}<small>${on ? words.on : words.off}</small></h3>${
      list.length > 0 && markup`<dl>${list}</dl>`
    }</div>`
  })
  return markup`<section aria-labelledby="stages"><h2 id="stages">${words.stages}</h2><div class="stages">${cards}</div></section>`
}

function warnings({ warnings: all }: MatchReport, words: Words, lang: Language): Markup | null {
  if (all.length === 0) return null
  const items = all.map((text) => markup`<li${english(lang)}>${sentence(text)}</li>`)
  return markup`<section aria-labelledby="warnings"><h2 id="warnings">${words.warnings}</h2><ul class="listing plain">${items}</ul></section>`
}
