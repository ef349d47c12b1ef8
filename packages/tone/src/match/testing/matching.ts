import { type BlobRef, file } from '@colophon/core'
import { curveAt } from '../../design/curves.ts'
import { match } from '../../match.ts'
import type { LoudnessAndPeaks } from '../../measure/loudness-meter.ts'
import { loudnessOfPcm } from '../../measure/loudness-of-pcm.ts'
import { decodeToPcm } from '../../pcm/decode-to-pcm.ts'
import type { Pcm } from '../../pcm/pcm.ts'
import { PcmReader } from '../../pcm/pcm-reader.ts'
import type { Preset } from '../../preset/preset.ts'
import type { QuantityName } from '../../report/quantities.ts'
import type { MatchReport, Quantity } from '../../report/report.ts'
import type { MatchParams } from '../params.ts'

/** What a match gave, read. */
export interface Result {
  readonly media: BlobRef
  readonly page: BlobRef
  readonly preset: Preset
  readonly measured: MatchReport
  /** The result, decoded. */
  readonly pcm: Pcm
  readonly samples: Float32Array[]
  /** Measured on it anew. */
  readonly loudness: LoudnessAndPeaks
}

let made = 0

/**
 * Calls `tone.match` without a store, for music without players in the report, and reads what it gives.
 *
 * @param path of a file for the test's own use
 */
export async function matched(
  path: (name: string) => string,
  target: string,
  references: string | readonly string[],
  params: Partial<MatchParams> = {},
): Promise<Result> {
  const models = typeof references === 'string' ? [references] : references
  const found = await match({
    target: file(target),
    references: models.map((each) => file(each)),
    kind: 'music',
    players: false,
    ...params,
  })
  const pcm = await decoded(path, await found.media.path(), params.track)
  return {
    media: found.media,
    page: found.report,
    preset: await found.preset.value(),
    measured: await found.measured.value(),
    pcm,
    samples: samplesOf(pcm),
    loudness: await loudnessOfPcm(pcm),
  }
}

/** A file's sound: of a stream, or of the main one. */
export async function decoded(path: (name: string) => string, source: string, stream?: number): Promise<Pcm> {
  const options = stream === undefined ? {} : { stream }
  return (await decodeToPcm(source, path(`decoded-${made++}.pcm`), options)).pcm
}

export function samplesOf(pcm: Pcm): Float32Array[] {
  using reader = new PcmReader(pcm)
  return reader.read(0, pcm.length).map((samples) => samples.slice())
}

/** A line of a report. */
export function quantity({ measured }: Pick<Result, 'measured'>, name: QuantityName): Quantity {
  const found = measured.quantities.find((each) => each.name === name)
  if (!found) throw new Error(`The report has no ${name}.`)
  return found
}

/** dB of the EQ of a result at six points an octave from 50 Hz to 12.8 kHz. */
export const eqOf = ({ preset }: Pick<Result, 'preset'>): Float64Array =>
  curveAt(
    preset.eq!.mid.curve,
    Array.from({ length: 49 }, (_, i) => 50 * 2 ** (i / 6)),
  )

/** How much of one curve is in another, by least squares. */
export function shareOf(curve: Float64Array, whole: Float64Array): number {
  const product = (values: Float64Array) => values.reduce((sum, value, i) => sum + value * whole[i]!, 0)
  return product(curve) / product(whole)
}
