import { bandsResponse } from '../design/bands.ts'
import { curveAt } from '../design/curves.ts'
import { pairedDistance } from '../measure/distances.ts'
import type { Pcm } from '../pcm/pcm.ts'
import { PcmReader } from '../pcm/pcm-reader.ts'
import type { Preset } from '../preset/preset.ts'
import type { Profile } from '../profile.ts'
import { GainCurve } from '../render/gain.ts'
import { gainReport } from '../report/gain-data.ts'
import { type EqData, levelsData, type PlotData, spectrumData } from '../report/plot-data.ts'
import { type QuantityName, quantityOf } from '../report/quantities.ts'
import type { MatchReport } from '../report/report.ts'
import { spectrogramOf } from '../report/spectrogram-image.ts'
import type { Composition } from './compose.ts'
import { Likeness } from './likeness.ts'
import type { MatchParams } from './params.ts'
import { courseOf, type Recording } from './recording.ts'
import type { Settled } from './settle.ts'
import { stagesOf } from './stages-of.ts'

/** All that a report is made of. */
export interface Account {
  readonly source: Recording
  readonly models: readonly Recording[]
  readonly weights: readonly number[]
  readonly params: MatchParams
  readonly composition: Composition
  readonly settled: Settled
}

/** Seconds under which a loudness range says little (EBU Tech 3342, section 3). */
const stableRange = 60

/** The heaviest of the references: the one that is shown. */
export const mainOf = (models: readonly Recording[], weights: readonly number[]): Recording =>
  models[weights.indexOf(Math.max(...weights))]!

/** What came of a match, in numbers. */
export function reportOf(account: Account): { report: MatchReport; plots: PlotData } {
  const { source, models, weights, params, composition, settled } = account
  const { preset, solved } = settled
  const [before, after, wanted] = [source.analysis.profile, settled.analysis.profile, composition.wanted]
  const gains = gainsOf(settled)
  const { kind } = preset
  const report: MatchReport = {
    colophon: 'tone-match-report',
    version: 1,
    mode: preset.mode,
    kind: { value: kind, confidence: params.kind === 'auto' ? Math.max(0.5, before.kindConfidence) : 1 },
    target: { name: params.title, ...formOf(before) },
    references: models.map(({ analysis: { profile } }, at) => ({
      name: models.length === 1 ? 'Reference' : `Reference ${at + 1}`,
      ...formOf(profile),
      weight: weights[at]!,
    })),
    quantities: quantitiesOf(account),
    limits: [...composition.limits, ...limitsOf(account)],
    confidence: composition.confidence,
    gainReduction: { limiter: preset.limiter.on ? gains.limiter : null, dynamics: gains.dynamics },
    stages: stagesOf(preset),
    warnings: warningsOf(before, after, wanted, solved.heavy),
  }
  return { report, plots: plotsOf(account, gains.data) }
}

const formOf = ({ duration, sampleRate, layout }: Profile) => ({ duration, sampleRate, layout })

function gainsOf({ control, preset }: Settled) {
  using curve = new GainCurve(control, preset)
  const drive = preset.loudness.on ? preset.loudness.drive : 0
  const dynamics = preset.dynamics?.on === true
  return gainReport(curve.pages(), control.blocks + 1, control.sampleRate / control.block, drive, dynamics)
}

function quantitiesOf({ source, models, weights, composition, settled }: Account): MatchReport['quantities'] {
  const [before, after, wanted] = [source.analysis.profile, settled.analysis.profile, composition.wanted]
  const { preset } = settled
  const speech = preset.kind === 'speech'
  const told = (name: QuantityName, of: (profile: Profile) => number | null, aim = of(wanted)) =>
    quantityOf(name, { before: of(before), after: of(after), wanted: aim })
  const alike = models.map((model) => new Likeness(source.analysis, model.analysis))
  const apart = (name: QuantityName, distance: (model: Likeness, sound: Recording['analysis']) => number | null) => {
    const mean = (sound: Recording['analysis']) => {
      let [sum, total] = [0, 0]
      for (const [at, model] of alike.entries()) {
        const found = distance(model, sound)
        if (found === null) continue
        sum += weights[at]! * found
        total += weights[at]!
      }
      return total > 0 ? sum / total : null
    }
    return quantityOf(name, { before: mean(source.analysis), after: mean(settled.analysis), wanted: 0 })
  }
  return [
    told('integratedLoudness', ({ loudness }) => loudness.integrated, preset.loudness.target),
    ...(speech ? [told('speechLoudness', ({ loudness }) => loudness.speech)] : []),
    told('loudnessRange', ({ loudness }) => loudness.range),
    told('maxShortTerm', ({ loudness }) => loudness.maxShortTerm, null),
    told('maxMomentary', ({ loudness }) => loudness.maxMomentary, null),
    told('truePeak', ({ loudness }) => loudness.truePeak, preset.limiter.on ? preset.limiter.ceiling : null),
    told('crest', ({ crest }) => crest),
    apart('spectrumMid', (model, sound) => model.spectrum(sound, 'mid')),
    // Of speech the sides are not matched.
    ...(speech ? [] : [apart('spectrumSide', (model, sound) => model.spectrum(sound, 'side'))]),
    apart('melDistance', (model, sound) => model.mel(sound)),
    ...(composition.paired ? [pairedQuantity(source, models[0]!, settled.sound, composition)] : []),
    ...(speech ? [] : [told('width', ({ width }) => width)]),
    told('correlation', ({ correlation }) => correlation, null),
    apart('decay', (model, sound) => model.decay(sound)),
    told('noiseFloor', ({ noiseFloor }) => noiseFloor, speech ? noiseFloorAt(wanted, preset.loudness.target) : null),
  ].filter(({ before, after }) => before !== null || after !== null)
}

/** LUFS of the noise of a recording once it is brought to a loudness. */
const noiseFloorAt = ({ noiseFloor, loudness }: Profile, target: number | null): number | null =>
  noiseFloor === null || loudness.integrated === null || target === null
    ? noiseFloor
    : noiseFloor + target - loudness.integrated

function pairedQuantity(source: Recording, model: Recording, sound: Pcm, composition: Composition) {
  const distance = (pcm: Pcm) =>
    pcm.sampleRate === model.pcm.sampleRate ? pairedDistance(pcm, model.pcm, composition.paired?.offset).logL1 : null
  return quantityOf('resolutions', { before: distance(source.pcm), after: distance(sound), wanted: 0 })
}

function limitsOf({ settled: { solved, preset, dynamics } }: Account): MatchReport['limits'] {
  const limits: MatchReport['limits'] = []
  if (dynamics?.limited)
    limits.push({
      stage: 'dynamics',
      what: 'Levels are not brought all the way to those of the reference',
      why: 'gains or slopes would have to go beyond their limits',
    })
  const { limiter, integrated } = solved.predicted
  if (solved.heavy)
    limits.push({
      stage: 'limiter',
      what: `The loudness that is wanted needs ${limiter.most.toFixed(1)} dB of limiting at the loudest moments`,
      why: 'more than 8 dB is heard; ask for less loudness or a higher ceiling',
    })
  if (!solved.reached && integrated !== null)
    limits.push({
      stage: 'loudness',
      what: `The loudness comes to ${integrated.toFixed(1)} LUFS instead of ${preset.loudness.target?.toFixed(1)} LUFS`,
      why: 'more gain would ask for more than 16 dB of limiting',
    })
  return limits
}

function warningsOf(before: Profile, after: Profile, wanted: Profile, heavy: boolean): string[] {
  const warnings: string[] = []
  const shortest = Math.min(before.duration, wanted.duration)
  if (shortest < stableRange)
    warnings.push(
      `The loudness range of recordings under ${stableRange} s says little (EBU Tech 3342); the shorter one here has ${shortest.toFixed(0)} s.`,
    )
  const bandwidth = Math.min(before.spectrum.bandwidth, wanted.spectrum.bandwidth)
  if (bandwidth < 15_000)
    warnings.push(
      `One of the recordings has nothing above ${(bandwidth / 1000).toFixed(1)} kHz, so nothing is matched there.`,
    )
  if (before.kindConfidence < 0.7 && before.kind !== after.kind)
    warnings.push('It is not clear whether the recording is speech or music; say so with the param "kind".')
  if (heavy) warnings.push('The limiter works hard; listen for pumping.')
  return warnings
}

function plotsOf({ source, models, weights, composition, settled }: Account, gain: PlotData['gain']): PlotData {
  const { preset, control, sound } = settled
  const [before, after, wanted] = [source.analysis, settled.analysis, composition.wanted]
  const model = mainOf(models, weights)
  return {
    spectrum: spectrumData(before.profile, after.profile, wanted),
    ...(preset.eq && { eq: eqOf(preset.eq, control.sampleRate) }),
    loudness: {
      before: source.course,
      after: courseOf(after),
      reference: model.course,
      sameTime: preset.mode === 'paired',
      target: preset.loudness.target,
    },
    ...(gain && { gain }),
    spectrograms: {
      before: spectrogram(source.pcm),
      after: spectrogram(sound),
      reference: spectrogram(model.pcm),
    },
    levels: levelsData(before.profile, after.profile, wanted),
  }
}

function spectrogram(pcm: Pcm) {
  using reader = new PcmReader(pcm)
  return spectrogramOf((from, to) => reader.read(from, to), pcm.length, pcm.sampleRate)
}

function eqOf({ mid, side }: NonNullable<Preset['eq']>, sampleRate: number): NonNullable<PlotData['eq']> {
  const frequency = mid.curve.frequency
  const data = (part: typeof mid): EqData => ({
    frequency,
    exact: curveAt(part.curve, frequency),
    ofBands: part.bands.length > 0 ? bandsResponse(part.bands, frequency, sampleRate) : null,
    bands: part.bands,
  })
  return { mid: data(mid), side: side && data(side) }
}
