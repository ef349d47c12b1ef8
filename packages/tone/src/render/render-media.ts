import { join } from 'node:path'
import type { BlobRef, OpContext, TempFile } from '@colophon/core'
import { extensionFor } from '../match/extension.ts'
import { decodeToPcm } from '../pcm/decode-to-pcm.ts'
import type { Preset } from '../preset/preset.ts'
import type { RenderParams } from '../render.ts'
import { controlPass } from './control.ts'
import { GainCurve } from './gain.ts'
import { predict } from './predict.ts'
import { renderPcm } from './render-pcm.ts'
import type { RenderReport } from './render-report.ts'
import { startThreads } from './slices.ts'
import { heavyReduction, solveGain } from './solve.ts'
import { writeSound } from './write-sound.ts'

/** Parts of the work, as they are told: where each ends. */
const parts = { decoded: 0.2, heard: 0.4, rendered: 0.8 }

/**
 * Treats a recording as a preset says, from file to file.
 *
 * @throws ColophonError TONE_NOT_FINITE, TONE_TOO_SHORT, MEDIA_*; the signal's reason
 */
export async function renderMedia(
  recording: BlobRef,
  given: Preset,
  { track, format, float, fit }: RenderParams,
  { signal, progress, tempFile, workFolder }: Pick<OpContext, 'signal' | 'progress' | 'tempFile' | 'workFolder'>,
): Promise<{ media: TempFile; report: RenderReport }> {
  const folder = await workFolder()
  const during = (from: number, to: number, note: string) => (fraction: number) =>
    progress(from + (to - from) * fraction, note)
  await using workers = startThreads()
  const { pcm } = await decodeToPcm(recording, join(folder, 'target.pcm'), {
    ...(track !== undefined && { stream: track }),
    signal,
    onProgress: during(0, parts.decoded, 'decoding'),
  })
  const control = await controlPass(pcm, given, {
    folder,
    workers,
    signal,
    onProgress: during(parts.decoded, parts.heard, 'listening'),
  })
  const wanted = fit ? given.loudness.target : null
  const preset = wanted === null ? given : solveGain(control, given, { integrated: wanted }).preset
  const predicted = predictedOf(control, preset)
  const sound = await renderPcm(pcm, preset, {
    folder,
    workers,
    control,
    signal,
    onProgress: during(parts.heard, parts.rendered, 'rendering'),
  })
  const media = await tempFile(extensionFor(recording.facts, format))
  const written = await writeSound(sound, {
    source: recording,
    track,
    target: media.path,
    folder,
    float,
    signal,
    onProgress: during(parts.rendered, 1, 'writing'),
  })
  const streamOf = ({ index, kind, codec }: { index: number; kind: string; codec: string }) => ({ index, kind, codec })
  const report: RenderReport = {
    container: written.container,
    codec: written.codec,
    sampleRate: written.sampleRate,
    layout: pcm.layout,
    duration: pcm.length / pcm.sampleRate,
    loudness: predicted.integrated,
    range: predicted.range,
    crest: predicted.crest,
    truePeak: sound.truePeak > 0 ? 20 * Math.log10(sound.truePeak) : null,
    drive: preset.loudness.on ? preset.loudness.drive : 0,
    limiter: { ...predicted.limiter, heavy: predicted.limiter.most > heavyReduction },
    corrections: sound.corrections,
    copied: written.copied.map(streamOf),
    left: written.left.map((stream) => ({ ...streamOf(stream), why: stream.why })),
  }
  return { media, report }
}

function predictedOf(...[control, preset]: ConstructorParameters<typeof GainCurve>) {
  using curve = new GainCurve(control, preset)
  return predict(curve)
}
