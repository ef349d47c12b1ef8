/** Tone: measure a recording, make it sound like another, bring it to a loudness. */
export { type AnalyseOptions, analyse } from './analysis/analyse.ts'
export type { Analysis, Sketch, Spectrum } from './analysis/analysis.ts'
export { type AnalyzeParams, analyze, analyzeParams } from './analyze.ts'
export { bandsResponse } from './design/bands.ts'
export { firOf, type Phase } from './design/fir.ts'
export { type BandFit, fitBands } from './design/fit-bands.ts'
export { editParams, editPresets } from './edit-presets.ts'
export { type MatchParams, matchParams } from './match/params.ts'
export { match } from './match.ts'
export { channelWeights } from './measure/channel-weights.ts'
export {
  measureSound,
  type PairedDistance,
  pairedDistance,
  type SoundDistance,
  type SoundMeasures,
  soundDistance,
} from './measure/distances.ts'
export { KPower } from './measure/k-power.ts'
export { type Loudness, loudnessOf } from './measure/loudness.ts'
export { type LoudnessAndPeaks, LoudnessMeter } from './measure/loudness-meter.ts'

export { TruePeakMeter, truePeak } from './measure/true-peak-meter.ts'
export { type NormalizeParams, type NormalizeReport, normalizeParams, normalizeReport } from './normalize/report.ts'
export { type LoudnessTarget, type LoudnessTargetName, loudnessTargets } from './normalize/targets.ts'
export { normalize } from './normalize.ts'
export { type DecodedPcm, type DecodeOptions, decodeToPcm } from './pcm/decode-to-pcm.ts'
export type { Pcm } from './pcm/pcm.ts'
export { PcmReader } from './pcm/pcm-reader.ts'
export { PcmWriter } from './pcm/pcm-writer.ts'
export { checkPreset } from './preset/check-preset.ts'
export { type Band, band, type Preset, preset, type Transfer } from './preset/preset.ts'
export { type Curve, levelWindows, type Profile, profile } from './profile.ts'
export { type RenderParams, render, renderParams } from './render.ts'
export { reportPage } from './report/page.ts'
export { reportPlots } from './report/page-plots.ts'
export type { PlotData } from './report/plot-data.ts'
export { type MatchReport, matchReport, type Quantity } from './report/report.ts'
