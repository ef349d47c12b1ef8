import type { Figure } from '../memo/figures.ts'
import type { Judgement } from './meter.ts'
import type { Row, Who } from './quality.ts'
import type { Speeds } from './speed.ts'

type Pick = (judged: Judgement) => number | null | undefined

const isNumber = (value: number | null | undefined): value is number =>
  value !== null && value !== undefined && Number.isFinite(value)

const valuesOf = (rows: readonly Row[], who: Who, pick: Pick): number[] =>
  rows.map(({ judged }) => judged[who] && pick(judged[who])).filter(isNumber)

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
/** As the values of a figure: none where there is nothing to take it of. */
const meanOf = (values: readonly number[]): number[] => (values.length === 0 ? [] : [mean(values)])
const mostOf = (values: readonly number[]): number[] => (values.length === 0 ? [] : [Math.max(...values)])

/** The mean of ours over the mean of another, over the pairs that both have done. */
function against(rows: readonly Row[], other: Who, pick: Pick, ours: Who = 'ours'): number[] {
  const both = rows.filter(({ judged }) =>
    [ours, other].every((who) => judged[who] !== undefined && isNumber(pick(judged[who]!))),
  )
  if (both.length === 0) return []
  return [mean(valuesOf(both, ours, pick)) / mean(valuesOf(both, other, pick))]
}

const size =
  (pick: Pick): Pick =>
  (judged) => {
    const value = pick(judged)
    return isNumber(value) ? Math.abs(value) : undefined
  }
const loudness = size((judged) => judged.loudness)
const range = size((judged) => judged.range)
const width = size((judged) => judged.width)
const crest = size((judged) => judged.crest)
const truePeak: Pick = (judged) => judged.truePeak
const mid: Pick = (judged) => judged.ltasMid
const side: Pick = (judged) => judged.ltasSide
const mel: Pick = (judged) => judged.melQuantile
const resolutions: Pick = (judged) => judged.paired?.logL1

type Bar = NonNullable<Figure['bar']>
const atMost = (value: number): Bar => ({ kind: 'at most', value })
const atLeast = (value: number): Bar => ({ kind: 'at least', value })

/** The figures that stand in `--json`, with the bars they are held to. */
export function namedFigures(rows: readonly Row[], speeds: Speeds | undefined): Figure[] {
  const of = (set: Row['pair']['set']) => rows.filter(({ pair }) => pair.set === set)
  const [music, chains] = [of('music'), of('chain')]
  const ours = (pick: Pick) => [...valuesOf(rows, 'ours', pick), ...valuesOf(rows, 'capped', pick)]
  const truths = (pick: (truth: NonNullable<Row['truth']>) => number | undefined) =>
    chains.flatMap(({ truth }) => (truth ? [pick(truth)] : [])).filter(isNumber)
  const figure = (
    name: string,
    label: string,
    unit: string,
    bar: Bar | undefined,
    values: readonly number[],
  ): Figure => ({
    name,
    label,
    unit,
    ...(bar && { bar }),
    values,
  })
  return [
    figure('lufsErrorMax', 'loudness off the reference, most of all pairs', 'LU', atMost(0.1), mostOf(ours(loudness))),
    figure('truePeakMax', 'true peak, most of all pairs', 'dBTP', atMost(-1), mostOf(ours(truePeak))),
    figure('ltasMid', 'spectrum of the mid off, mean', 'dB', atMost(1), meanOf(valuesOf(music, 'ours', mid))),
    figure('ltasSide', 'spectrum of the side off, mean', 'dB', atMost(1), meanOf(valuesOf(music, 'ours', side))),
    figure('ltasMidCapped', 'mid, EQ with its usual cap', 'dB', atMost(1.8), meanOf(valuesOf(music, 'capped', mid))),
    figure('ltasSideCapped', 'side, EQ with its usual cap', 'dB', undefined, meanOf(valuesOf(music, 'capped', side))),
    figure('ltasMidVsMatchering', 'mid, ours / Matchering', '', atMost(0.5), against(music, 'matchering', mid)),
    figure('ltasSideVsMatchering', 'side, ours / Matchering', '', atMost(0.5), against(music, 'matchering', side)),
    figure(
      'melQuantileVsMatchering',
      'mel bands, ours / Matchering',
      '',
      atMost(0.85),
      against(music, 'matchering', mel),
    ),
    figure('melQuantileVsGain', 'mel bands, ours / gain alone', '', atMost(0.55), against(music, 'gain', mel)),
    figure('lraErrorMean', 'loudness range off, mean', 'LU', atMost(1), meanOf(valuesOf(music, 'ours', range))),
    figure('lraErrorMax', 'loudness range off, most', 'LU', atMost(2.5), mostOf(valuesOf(music, 'ours', range))),
    figure('widthErrorMean', 'width off, mean', 'dB', atMost(0.7), meanOf(valuesOf(music, 'ours', width))),
    figure('crestErrorMean', 'crest factor off, mean', 'dB', atMost(1.2), meanOf(valuesOf(music, 'ours', crest))),
    figure('realtimeFactor', 'speed of a match', 'x realtime', atLeast(100), speeds?.match ?? []),
    figure('analysisRealtimeFactor', 'speed of an analysis', 'x realtime', atLeast(250), speeds?.analysis ?? []),
    figure('reverbRealtimeFactor', 'rendering, 3 s of reverberation', 'x realtime', atLeast(40), speeds?.reverb ?? []),
    figure('rssMb', 'peak memory of a match', 'MB', atMost(300), speeds?.matchRss ?? []),
    figure(
      'mrstftVsGain',
      'paired: spectrograms, ours / gain alone',
      '',
      atMost(0.65),
      against(chains, 'gain', resolutions),
    ),
    figure(
      'mrstftVsMatchering',
      'paired: spectrograms, ours / Matchering',
      '',
      atMost(0.8),
      against(chains, 'matchering', resolutions),
    ),
    figure('eqRms', 'paired: EQ off the truth, mean', 'dB rms', atMost(1), meanOf(truths(({ eqRms }) => eqRms))),
    figure(
      'thresholdError',
      'paired: threshold off the truth, most',
      'dB',
      atMost(2),
      mostOf(truths(({ threshold }) => threshold)),
    ),
  ]
}

/** What is worth knowing beside them. */
export function figuresBeside(rows: readonly Row[], speeds: Speeds | undefined): Figure[] {
  const of = (set: Row['pair']['set']) => rows.filter(({ pair }) => pair.set === set)
  const [music, speech, chains] = [of('music'), of('speech'), of('chain')]
  const compressed = chains.filter(({ pair, truth }) => pair.chain?.compressor && truth)
  const names: readonly (readonly [Who, string])[] = [
    ['capped', 'ours, EQ with its usual cap'],
    ['matchering', 'Matchering'],
    ['loudnorm', 'loudnorm'],
    ['gain', 'gain alone'],
  ]
  const quantities: readonly (readonly [string, string, Pick])[] = [
    ['loudness off', 'LU', loudness],
    ['true peak', 'dBTP', truePeak],
    ['spectrum of the mid off', 'dB', mid],
    ['spectrum of the side off', 'dB', side],
    ['mel bands off', 'dB', mel],
    ['loudness range off', 'LU', range],
    ['width off', 'dB', width],
    ['crest factor off', 'dB', crest],
  ]
  const each = (label: string, unit: string, values: readonly number[]): Figure => ({ label, unit, values })
  const speechNames = [['ours', 'ours'], ...names.filter(([who]) => who !== 'loudnorm')] as typeof names
  return [
    ...quantities.flatMap(([label, unit, pick]) =>
      names.map(([who, name]) => each(`music: ${label}, ${name}`, unit, valuesOf(music, who, pick))),
    ),
    ...speechNames.flatMap(([who, name]) => [
      each(`speech: spectrum of the mid off, ${name}`, 'dB', valuesOf(speech, who, mid)),
      each(`speech: mel bands off, ${name}`, 'dB', valuesOf(speech, who, mel)),
    ]),
    ...[['ours', 'ours'] as const, ...names.slice(1)].map(([who, name]) =>
      each(`paired: spectrograms off, ${name}`, 'dB', valuesOf(chains, who, resolutions)),
    ),
    each(
      'paired: compressors found, of those there were',
      '',
      meanOf(compressed.map(({ truth }) => (truth?.threshold === undefined ? 0 : 1))),
    ),
    each('paired: ratio, found / true', '', compressed.map(({ truth }) => truth?.ratio).filter(isNumber)),
    each('speed of a match, by processor time', 'x realtime', speeds?.matchCpu ?? []),
    each('the same, Matchering', 'x realtime', speeds?.matcheringCpu ?? []),
    each('speed, Matchering', 'x realtime', speeds?.matchering ?? []),
    each('peak memory, Matchering', 'MB', speeds?.matcheringRss ?? []),
  ].filter(({ values }) => values.length > 0)
}
