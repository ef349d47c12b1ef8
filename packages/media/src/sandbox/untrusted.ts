import { basename } from 'node:path'
import { ColophonError } from '@colophon/core'
import type { ProbeReport } from '../probe/report.ts'
import { probeReport } from '../probe/report.ts'
import { type ThumbnailParams, type ThumbnailReport, thumbnailParams, thumbnailReport } from '../thumbnail/report.ts'
import type { Decoded, DecodeLimits } from './jobs.ts'
import type { Sandbox, SandboxRun } from './sandbox.ts'

// The emitted JavaScript has another extension than the source.
const jobs = new URL(`./jobs${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url)

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
  return await sandbox.run(jobs, 'decodeFile', [path, { frames, samples }], called(path, run))
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
