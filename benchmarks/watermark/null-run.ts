import type { WorkerPool } from '@colophon/media'
import type { NullJob, NullResult } from './null.ts'
import { claimedAt, type Sample } from './qq-plot.ts'
import type { NamedFigure } from './rows.ts'

/** Everything that was searched for a mark that is not there. */
export interface Nulls {
  readonly whole: number
  readonly blocks: number
  readonly found: { readonly whole: readonly number[]; readonly blocks: readonly number[] }
  readonly greatestZ: number
  readonly samples: readonly Sample[]
}

/** Searches pictures and blocks, over all threads. */
export async function runNull({
  whole,
  blocks,
  sources,
  pool,
  tell,
}: {
  readonly whole: number
  readonly blocks: number
  readonly sources: readonly string[]
  readonly pool: WorkerPool
  readonly tell: (line: string) => void
}): Promise<Nulls> {
  const search = async (kind: NullJob['kind'], count: number, size: number) => {
    tell(`${count} ${kind === 'whole' ? 'pictures' : 'blocks'} without a mark`)
    const starts = Array.from({ length: Math.ceil(count / size) }, (_, index) => index * size)
    let done = 0
    const parts = await Promise.all(
      starts.map(async (from) => {
        const job: NullJob = { kind, from, to: Math.min(count, from + size), sources }
        const part = await pool.run<NullResult>(new URL('./null.ts', import.meta.url), 'nullOf', [job])
        done += job.to - from
        if (part.found.length > 0) tell(`found in ${kind} ${part.found.join(', ')}, where there is nothing`)
        if (done % (size * 25) === 0) tell(`${done} of ${count}`)
        return part
      }),
    )
    return {
      pValues: Float64Array.from(parts.flatMap(({ pValues }) => [...pValues])),
      z: parts.flatMap(({ z }) => [...z]),
      found: parts.flatMap(({ found }) => found),
    }
  }
  const pictures = await search('whole', whole, 20)
  const parts = await search('block', blocks, 100)
  return {
    whole,
    blocks,
    found: { whole: pictures.found, blocks: parts.found },
    greatestZ: [...pictures.z, ...parts.z].reduce((most, z) => Math.max(most, z), 0),
    samples: [
      { name: 'whole pictures', pValues: pictures.pValues, colour: '#1f5fa8' },
      { name: 'blocks of 256x256', pValues: parts.pValues, colour: '#c1502e' },
    ],
  }
}

/**
 * What is claimed of them. With nothing found in n pictures the rate is below 3 / n with a confidence of 95 % (the rule of three).
 * A claimed p-value is true or careful if at most a share p of the pictures is at or below p: the claim at a share is at least that share.
 */
export function nullFigures({ whole, blocks, found, greatestZ, samples }: Nulls): NamedFigure[] {
  const positives = found.whole.length + found.blocks.length
  const bound = (count: number, hits: number): number | null =>
    count === 0 ? null : hits === 0 ? 1 - 0.05 ** (1 / count) : (hits + 1.645 * Math.sqrt(hits) + 1.5) / count
  return [
    { name: 'image.falsePositives', value: positives, bar: { kind: 'at most', value: 0 } },
    { name: 'image.nullPictures', value: whole },
    { name: 'image.nullBlocks', value: blocks },
    { name: 'image.falsePositiveBoundPictures', value: bound(whole, found.whole.length) },
    { name: 'image.falsePositiveBoundBlocks', value: bound(blocks, found.blocks.length) },
    { name: 'image.nullGreatestZ', value: greatestZ },
    ...samples.flatMap(({ name, pValues }) =>
      [0.1, 0.01, 0.001].flatMap((share) =>
        share * pValues.length < 5
          ? []
          : [
              {
                name: `image.null${name.startsWith('whole') ? 'Pictures' : 'Blocks'}ClaimAt${share}`,
                value: claimedAt(pValues, share) / share,
                bar: { kind: 'at least' as const, value: 0.5 },
              },
            ],
      ),
    ),
  ]
}
