import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { plotNames, plotOf, reportPlots } from '../page-plots.ts'
import type { PlotData } from '../plot-data.ts'
import { linear, logarithmic } from '../scale.ts'
import { image, samplePlots } from '../testing/sample.ts'
import { outsideOf, wrongIn } from '../testing/well-formed.ts'
import { decimate } from '../track.ts'
import { wordsOf } from '../words.ts'
import { bandMarks } from './band-marks.ts'
import { area, legend, path, widthOf } from './chart.ts'

const settings = [{}, { width: 380 }, { width: 380, lang: 'zh' as const }, { inline: true }]

/** All drawings of some data are fit to be shown. */
function check(plots: PlotData, names = plotNames as readonly string[]): void {
  for (const options of settings) {
    const drawn = reportPlots(plots, options)
    assert.deepEqual(
      drawn.map(({ name }) => name),
      [...names],
    )
    for (const { name, svg } of drawn) {
      assert.deepEqual(wrongIn(svg.trim()), [], name)
      assert.deepEqual(outsideOf(svg), [], name)
      assert.doesNotMatch(svg.replace(/base64,[^"]*/g, ''), /NaN|Infinity|undefined|null|\[object/, name)
      assert.match(svg, /^<svg [^>]*role="img" aria-label="[^"]+"><title>[^<]+<\/title><desc>[^<]*<\/desc>/)
    }
  }
}

test('plots are well-formed, need nothing from elsewhere, and say what they are', () => check(samplePlots()))

test('a plot is the same each time', () => {
  assert.deepEqual(reportPlots(samplePlots()), reportPlots(samplePlots()))
})

test('plots of one point, of silence, of 10 hours and of no reference are drawn', () => {
  check(samplePlots(36_000))
  check(samplePlots(0.05))
  const silent = Number.NEGATIVE_INFINITY
  for (const [count, level] of [
    [0, 0],
    [1, -20],
    [1, silent],
    [50, silent],
    [50, Number.NaN],
    [50, 1e300],
    [50, -1e300],
    [50, 0],
  ] as const) {
    const frequency = Array.from({ length: count }, (_, i) => 100 * 1.1 ** i)
    const levels = frequency.map(() => level)
    const compared = { before: levels, after: levels, wanted: null }
    const eq = { frequency, exact: levels, ofBands: null, bands: [] }
    const track = decimate(levels, 10)
    const picture = { ...image(1, 0), columns: count, levels: new Uint8Array(count * 12) }
    check({
      spectrum: { frequency, mid: compared, side: compared },
      eq: { mid: eq, side: eq },
      loudness: { before: track, after: track, reference: null, target: null },
      gain: { limiter: track, dynamics: track },
      spectrograms: { before: picture, after: picture, reference: null },
      levels: [{ window: 3, quantiles: compared }],
    })
  }
})

test('whatever the numbers are, a drawing has none that are not', () => {
  const level = fc.oneof(
    fc.double(),
    fc.double({ min: -120, max: 20 }),
    fc.constantFrom(0, Number.NaN, Number.NEGATIVE_INFINITY),
  )
  const levels = fc.array(level, { maxLength: 30 })
  fc.assert(
    fc.property(
      levels,
      levels,
      levels,
      fc.option(level),
      fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
      (a, b, c, target, rate) => {
        const compared = { before: b, after: c, wanted: b }
        const eq = { frequency: a, exact: b, ofBands: c, bands: [] }
        check(
          {
            spectrum: { frequency: a.map(Math.abs).sort((x, y) => x - y), mid: compared, side: compared },
            eq: { mid: eq, side: eq },
            loudness: {
              before: decimate(a, rate),
              after: decimate(b, rate),
              reference: decimate(c, rate),
              target,
              sameTime: a.length % 2 > 0,
            },
            gain: { limiter: decimate(b, rate), dynamics: decimate(c, rate) },
            levels: [{ window: 0.4, quantiles: compared }],
          },
          plotNames.filter((name) => name !== 'spectrograms'),
        )
      },
    ),
    { numRuns: 60 },
  )
})

test('what there are no data for is not drawn', () => {
  assert.deepEqual(reportPlots({}), [])
  const plots = samplePlots()
  assert.equal(plotOf('spectrum-side', { spectrum: { ...plots.spectrum!, side: null } }), null)
})

test('gaps in a line stay gaps, and a lone point is a dot', () => {
  const y = [1, 2, Number.NaN, 4, Number.NaN, 6, 7]
  assert.equal(
    path(
      7,
      (i) => i * 10,
      (i) => y[i]!,
    ),
    'M0 1L10 2M30 4h.1M50 6L60 7',
  )
  assert.equal(
    path(
      1,
      () => 0,
      () => 5,
    ),
    'M0 5h.1',
  )
  assert.equal(
    area(
      3,
      (i) => i,
      (i) => [1, 2, Number.NaN][i]!,
      () => 0,
    ),
    'M0 1L1 2L1 0L0 0Z',
  )
})

test('entries of a legend do not overlap and stay inside', () => {
  const labels = ['Before', 'After, which is rather long', '参考录音', 'Wanted −14.0 LUFS']
  for (const right of [240, 380, 960]) {
    const { body, height } = legend(
      labels.map((label) => ({ classes: 'after', label })),
      40,
      right,
      0,
    )
    const places = [...body.text.matchAll(/<text class="name" x="([\d.]+)" y="([\d.]+)">/g)].map(
      ([, x, y]) => [Number(x), Number(y)] as const,
    )
    assert.equal(places.length, labels.length)
    for (const [index, [x, y]] of places.entries()) {
      const next = places[index + 1]
      assert.ok(y < height && x + widthOf(labels[index]!) <= Math.max(right, 69 + widthOf(labels[index]!)))
      if (next && next[1] === y) assert.ok(next[0] - 29 > x + widthOf(labels[index]!))
    }
  }
})

test('numbers of bands that lie close together do not lie on each other', () => {
  const bands = Array.from({ length: 8 }, (_, i) => ({
    type: 'peak' as const,
    frequency: 1000 * 1.12 ** i,
    gain: i % 2 ? 3 : 4,
    q: 1,
  }))
  const plane = {
    left: 0,
    right: 900,
    top: 0,
    bottom: 300,
    x: logarithmic(20, 20_000, 0, 900),
    y: linear(-12, 12, 300, 0),
  }
  const { text } = bandMarks(plane, [{ bands, colour: 'after', square: false }], wordsOf('en'))
  const places = [...text.matchAll(/<text [^>]*x="([\d.]+)" y="([\d.]+)">/g)].map(
    (match) => [Number(match[1]), Number(match[2])] as const,
  )
  assert.equal(places.length, 8)
  for (const [i, [x, y]] of places.entries())
    for (const [x2, y2] of places.slice(i + 1)) assert.ok(Math.abs(x - x2) >= 9 || Math.abs(y - y2) >= 12)
})

test('a drawing by itself has its colours without variables as well, and paper behind it', () => {
  const svg = plotOf('eq', samplePlots())!.text
  assert.match(svg, /stroke:#0067a8;stroke:var\(--after\)/)
  assert.ok((svg.match(/var\(--/g)?.length ?? 0) > 10 && !/[{;][\w-]+:undefined/.test(svg))
  assert.match(svg, /<rect class="paper" x="-12" y="-12" width="984"/)
  assert.doesNotMatch(plotOf('eq', samplePlots(), { inline: true })!.text, /<style>|class="paper"/)
})
