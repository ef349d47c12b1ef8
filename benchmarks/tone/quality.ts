import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Candidate, OutputCache } from './candidates.ts'
import { heardByCompressors } from './heard.ts'
import type { Judgement, Meter } from './meter.ts'
import { matched, uncapped } from './ours.ts'
import type { Pair } from './pairs.ts'
import { type NearTruth, nearTruth } from './truth.ts'

/** Who is measured; `ours` with the equaliser as free as it can be, `capped` as it is without being asked. */
export type Who = 'ours' | 'capped' | 'gain' | 'matchering' | 'loudnorm'

/** What was found of one pair. */
export interface Row {
  readonly pair: Pair
  /** Those who refused are not there. */
  readonly judged: Readonly<Partial<Record<Who, Judgement>>>
  readonly truth?: NearTruth
}

export interface QualityOptions {
  readonly peers: readonly Candidate[]
  readonly cache: OutputCache
  readonly meter: Meter
  readonly folder: string
  readonly tell: (line: string) => void
}

/** Has every candidate do every pair, one after the other, and measures what comes out. */
export async function qualityOf(pairs: readonly Pair[], options: QualityOptions): Promise<Row[]> {
  const { peers, cache, meter, folder, tell } = options
  const rows: Row[] = []
  for (const [index, pair] of pairs.entries()) {
    tell(`pair ${index + 1} of ${pairs.length}: ${pair.name}`)
    const judged: Partial<Record<Who, Judgement>> = {}
    for (const peer of peers) {
      const { path, refused } = await cache.made(peer, pair)
      if (path) judged[peer.name as Who] = await cache.judged(peer, pair, () => meter.judge(path, pair))
      else tell(`${peer.name} refuses it: ${refused}`)
    }
    let truth: NearTruth | undefined
    for (const who of ['ours', 'capped'] as const) {
      const output = join(folder, 'output.wav')
      const { path, refused, preset } = await matched(pair, output, folder, who === 'ours' ? uncapped : undefined)
      if (path) judged[who] = await meter.judge(path, pair)
      else tell(`${who} refuses it: ${refused}`)
      if (who === 'ours' && pair.chain && preset) {
        const both = pair.chain.compressor && preset.dynamics?.compressor
        const heard = both && (await heardByCompressors(pair, pair.chain, preset, { folder, meter }))
        truth = nearTruth(preset, pair.chain, pair.target.sampleRate, heard)
      }
      rmSync(output, { force: true })
    }
    if (judged.ours) tell(`  ${lineOf(judged.ours)}`)
    if (truth) tell(`  ${lineOfTruth(truth)}`)
    rows.push({ pair, judged, ...(truth && { truth }) })
  }
  return rows
}

const lineOfTruth = ({ eqRms, threshold, ratio }: NearTruth): string =>
  [
    ...(eqRms === undefined ? [] : [`equaliser ${eqRms.toFixed(2)} dB rms off`]),
    ...(threshold === undefined ? [] : [`threshold ${threshold.toFixed(2)} dB off`]),
    ...(ratio === undefined ? [] : [`ratio ${ratio.toFixed(2)} times what it was`]),
  ].join(', ')

/** Ours in short, for whoever looks on. */
const lineOf = ({ loudness, truePeak, ltasMid, ltasSide, melQuantile, paired }: Judgement): string =>
  [
    `${loudness.toFixed(2)} LU off, peak ${truePeak.toFixed(2)} dBTP`,
    `mid ${ltasMid.toFixed(2)}, side ${ltasSide?.toFixed(2) ?? '-'}, mel ${melQuantile.toFixed(2)} dB off`,
    ...(paired ? [`spectrograms ${paired.logL1.toFixed(2)} dB off`] : []),
  ].join(', ')
