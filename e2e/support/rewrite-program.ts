/**
 * Rewrites a recording without changing it, and measures the memory of this process meanwhile. Its argument is a {@link RewriteJob};
 * its last line is a {@link Rewritten}.
 */
import { getHeapSpaceStatistics } from 'node:v8'
import { type MediaTarget, type RewriteReport, rewriteMedia, type TimeRange } from '@colophon/media'
import { longWav } from './long-wav.ts'
import { PeakMemory } from './peak-memory.ts'

export type RewriteJob = {
  /** Path, or nothing for parts that are only counted. */
  readonly target?: string
} & (
  | { readonly kind: 'video'; readonly source: string; readonly preset: string; readonly only?: readonly TimeRange[] }
  | { readonly kind: 'wav'; readonly source: string }
  | { readonly kind: 'computed wav'; readonly hours: number; readonly sampleRate: number }
)

export interface Rewritten {
  readonly report: RewriteReport
  readonly seconds: number
  /** Bytes handed to a target of parts. */
  readonly counted: number
  /** Seconds since the beginning, resident bytes then, and how many of them are V8's young generation. */
  readonly memory: readonly (readonly [seconds: number, bytes: number, young: number])[]
  readonly peak: number
}

/** Milliseconds between two looks at the memory. */
const often = 250

if (import.meta.main) {
  const job = JSON.parse(process.argv[2]!) as RewriteJob
  const memory: [number, number, number][] = []
  const began = performance.now()
  const secondsSoFar = () => (performance.now() - began) / 1000
  const young = () => {
    const spaces = getHeapSpaceStatistics().filter(({ space_name }) => /^new/.test(space_name))
    return spaces.reduce((sum, { physical_space_size }) => sum + physical_space_size, 0)
  }
  const looking = setInterval(() => memory.push([secondsSoFar(), process.memoryUsage.rss(), young()]), often)
  const peak = new PeakMemory()
  let counted = 0
  const target: MediaTarget = job.target ?? {
    write: (bytes) => {
      counted += bytes.length
    },
  }
  const report =
    job.kind === 'video'
      ? await rewriteMedia(job.source, target, {
          video: {
            onFrame: () => {},
            encoding: { codec: 'h264', preset: job.preset },
            ...(job.only && { only: job.only }),
          },
        })
      : await rewriteMedia(job.kind === 'wav' ? job.source : longWav(job.hours, job.sampleRate), target, {
          container: job.target ? 'wav' : 'matroska',
          audio: { transform: (blocks) => blocks },
        })
  clearInterval(looking)
  const rewritten: Rewritten = { report, seconds: secondsSoFar(), counted, memory, peak: peak.peak }
  peak.end()
  console.log(JSON.stringify(rewritten))
}
