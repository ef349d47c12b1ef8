import { basename } from 'node:path'
import { ColophonError } from '@colophon/core'
import type { ProbeReport } from '../probe/report.ts'
import { probeReport } from '../probe/report.ts'
import { type ThumbnailParams, type ThumbnailReport, thumbnailParams, thumbnailReport } from '../thumbnail/report.ts'
import { rebuilt } from './failures.ts'
import type { Counted, CountedStream, DecodeLimits } from './jobs.ts'
import type { Sandbox, SandboxRun } from './sandbox.ts'

// The emitted JavaScript has another extension than the source.
const jobs = new URL(`./jobs${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url)

/** What came out when all of a stream was decoded, and what stopped it if it did not come to the end. */
export interface DecodedStream extends Omit<CountedStream, 'error'> {
  readonly error?: ColophonError
}

/** What a file holds, and what of it can be decoded. */
export interface Decoded {
  readonly report: ProbeReport
  /** Those of pictures and sound; of a still picture a single one. */
  readonly streams: readonly DecodedStream[]
}

const called = (path: string, run: SandboxRun): SandboxRun => ({ name: basename(path), ...run })

/** A child that was taken over may say anything, so what it says is checked. */
function believable<T>(schema: { safeParse(value: unknown): { data?: T; success: boolean } }, answer: unknown): T {
  const { success, data } = schema.safeParse(answer)
  if (!success) throw new ColophonError('SANDBOX_FAILED', { why: 'its answer is not what was asked for' })
  return data as T
}

/**
 * Reads the headers of an untrusted media file, in a sandbox.
 *
 * @throws ColophonError MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE, and what {@link Sandbox.run} throws
 */
export async function probeUntrusted(sandbox: Sandbox, path: string, run: SandboxRun = {}): Promise<ProbeReport> {
  return believable(probeReport, await sandbox.run(jobs, 'probeFile', [path], called(path, run)))
}

/**
 * Decodes an untrusted media file from beginning to end, in a sandbox, and tells how much came out of each stream. An error in
 * one stream does not keep the others from being decoded.
 *
 * @param run with the frames and samples of each stream after which it is enough; default: all
 * @throws ColophonError MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE, and what {@link Sandbox.run} throws
 */
export async function decodeUntrusted(
  sandbox: Sandbox,
  path: string,
  {
    frames = Number.POSITIVE_INFINITY,
    samples = Number.POSITIVE_INFINITY,
    ...run
  }: SandboxRun & Partial<DecodeLimits> = {},
): Promise<Decoded> {
  const named = called(path, run)
  const { report, streams } = await sandbox.run<Counted>(jobs, 'decodeFile', [path, { frames, samples }], named)
  return {
    report: believable(probeReport, report),
    streams: streams.map(({ error, ...stream }) => ({
      ...stream,
      ...(error && { error: rebuilt(error, named.name!) }),
    })),
  }
}

/**
 * Makes a thumbnail of an untrusted media file, in a sandbox that may write where the thumbnail is to be.
 *
 * @param target file to write
 * @throws ColophonError MEDIA_WRONG_KIND, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE, and what {@link Sandbox.run} throws
 */
export async function thumbnailUntrusted(
  sandbox: Sandbox,
  path: string,
  target: string,
  { params = {}, ...run }: SandboxRun & { readonly params?: Partial<ThumbnailParams> } = {},
): Promise<ThumbnailReport> {
  const args = [path, target, thumbnailParams.parse(params)]
  return believable(thumbnailReport, await sandbox.run(jobs, 'thumbnailFile', args, called(path, run)))
}
