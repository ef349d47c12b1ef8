import { wrongKind } from '../failures.ts'
import { SnrMeter } from '../measure/snr.ts'
import { LogSpectralMeter } from '../measure/spectral-distance.ts'
import type { AudioStreamReport } from '../probe/report.ts'
import type { Media } from '../stream/open-media.ts'
import type { SampleBlock, Samples } from '../stream/samples.ts'
import type { SoundComparison } from './report.ts'

/** Why the sounds of two recordings cannot be compared; undefined if they can. */
export function whyNotComparable(
  a: AudioStreamReport,
  b: AudioStreamReport,
): { found: string; wanted: string } | undefined {
  const described = ({ sampleRate, channels }: AudioStreamReport) =>
    `${channels} ${channels === 1 ? 'channel' : 'channels'} at ${sampleRate} Hz`
  if (a.sampleRate === b.sampleRate && a.channels === b.channels) return undefined
  return { found: described(b), wanted: described(a) }
}

/**
 * Compares the main sounds of two recordings, sample by sample from their beginnings.
 *
 * @throws ColophonError MEDIA_WRONG_KIND if their sample rates or numbers of channels differ
 */
export async function compareSounds(
  reference: Media,
  test: Media,
  streams: readonly [AudioStreamReport, AudioStreamReport],
  watching: { readonly signal?: AbortSignal; readonly onProgress?: (fraction: number) => void },
): Promise<{ sound: SoundComparison; identical: boolean }> {
  const why = whyNotComparable(...streams)
  if (why) throw wrongKind(`a recording of ${why.found}`, `one of ${why.wanted}, as the reference has,`)
  const [{ sampleRate, channels }] = streams
  const all = new SnrMeter()
  const meters = Array.from({ length: channels }, () => ({ snr: new SnrMeter(), lsd: new LogSpectralMeter() }))
  let [compared, left, right] = [0, 0, 0]
  const { onProgress, ...watched } = watching
  const blocks = reference.samples({ ...watching, precision: 'float64', stream: streams[0].index })
  const others = test.samples({ ...watched, precision: 'float64', stream: streams[1].index })
  for await (const { a, b, length } of abreast(blocks, others)) {
    if (!a) right += length
    else if (!b) left += length
    else {
      compared += length
      a.forEach((samples, channel) => {
        all.add(samples, b[channel]!)
        meters[channel]!.snr.add(samples, b[channel]!)
        meters[channel]!.lsd.add(samples, b[channel]!)
      })
    }
  }
  if (compared === 0) throw wrongKind('a recording without samples', 'one with samples')
  return {
    identical: all.result === Number.POSITIVE_INFINITY && left === 0 && right === 0,
    sound: {
      sampleRate,
      seconds: compared / sampleRate,
      left: left / sampleRate,
      right: right / sampleRate,
      snr: finite(all.result),
      lsd: finite(meters.reduce((sum, { lsd }) => sum + lsd.result, 0) / channels),
      channels: meters.map(({ snr, lsd }) => ({ snr: finite(snr.result), lsd: finite(lsd.result) })),
    },
  }
}

const finite = (ratio: number): number | null => (Number.isFinite(ratio) ? ratio : null)

/** The next samples of two recordings, as many of one as of the other; of the longer alone beyond the end of the other. */
interface Stretch {
  readonly a: readonly Samples[] | undefined
  readonly b: readonly Samples[] | undefined
  /** Samples in each channel. */
  readonly length: number
}

/** Goes through two rows of blocks side by side, however they are cut. Gaps in time are passed over. */
async function* abreast(
  left: AsyncIterable<SampleBlock>,
  right: AsyncIterable<SampleBlock>,
): AsyncGenerator<Stretch, void, void> {
  const rows = [left, right].map((row) => row[Symbol.asyncIterator]())
  const held: { block: SampleBlock; used: number }[] = []
  const rest = (index: number) => (held[index] ? held[index].block.length - held[index].used : 0)
  const taken = (index: number, length: number): Samples[] | undefined => {
    const part = held[index]
    if (!part || rest(index) === 0) return undefined
    part.used += length
    return part.block.channels.map((samples) => samples.subarray(part.used - length, part.used))
  }
  try {
    for (;;) {
      for (const [index, row] of rows.entries())
        while (rest(index) === 0) {
          const { done, value } = await row.next()
          if (done) break
          held[index] = { block: value, used: 0 }
        }
      const lengths = [rest(0), rest(1)].filter((length) => length > 0)
      if (lengths.length === 0) return
      const length = Math.min(...lengths)
      yield { a: taken(0, length), b: taken(1, length), length }
    }
  } finally {
    for (const row of rows) await row.return?.()
  }
}
