import type { BlobRef, OpContext } from '@colophon/core'
import type { AnalyzeParams } from '../analyze.ts'
import { decodeToPcm } from '../pcm/decode-to-pcm.ts'
import type { Profile } from '../profile.ts'
import { startThreads } from '../render/slices.ts'
import { analyse } from './analyse.ts'

/** Decoding takes about this part of the time. */
const decoding = 0.5

/** Decodes a recording and analyses it on all cores. */
export async function analyzeMedia(
  recording: BlobRef,
  { kind, track }: AnalyzeParams,
  { signal, progress, tempFile }: Pick<OpContext, 'signal' | 'progress' | 'tempFile'>,
): Promise<Profile> {
  const scratch = await tempFile('.pcm')
  const { pcm, hops } = await decodeToPcm(recording, scratch.path, {
    ...(track !== undefined && { stream: track }),
    signal,
    onProgress: (fraction) => progress(fraction * decoding, 'decoding'),
  })
  await using workers = startThreads()
  const { profile } = await analyse(pcm, {
    kind,
    workers,
    hops,
    signal,
    onProgress: (fraction) => progress(decoding + fraction * (1 - decoding), 'measuring'),
  })
  return profile
}
