import { mkdirSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { type BlobRef, ColophonError, type OpContext, type TempFile } from '@colophon/core'
import { forgetPower } from '../analysis/analysis.ts'
import type { Preset } from '../preset/preset.ts'
import { startThreads } from '../render/slices.ts'
import { writeSound } from '../render/write-sound.ts'
import { reportPage } from '../report/page.ts'
import type { MatchReport } from '../report/report.ts'
import { compose } from './compose.ts'
import { Excerpts } from './excerpts.ts'
import { extensionFor } from './extension.ts'
import type { MatchParams } from './params.ts'
import { readRecording } from './recording.ts'
import { mainOf, reportOf } from './report-of.ts'
import { settle } from './settle.ts'
import { together } from './together.ts'

/** What a match gives. */
export interface Matched {
  readonly media: TempFile
  readonly report: TempFile
  readonly preset: Preset
  readonly measured: MatchReport
}

/** Parts of the work, as they are told: where each begins, 0 to 1. */
const parts = { design: 0.3, render: 0.35, write: 0.85, report: 0.95 }

/**
 * Matches a recording to its references, from files to files.
 *
 * @throws ColophonError TONE_*, MEDIA_*; the signal's reason
 */
export async function matchMedia(
  references: readonly BlobRef[],
  target: BlobRef,
  params: MatchParams,
  { signal, progress, tempFile, workFolder }: Pick<OpContext, 'signal' | 'progress' | 'tempFile' | 'workFolder'>,
): Promise<Matched> {
  const weights = weightsOf(references.length, params)
  const folder = await workFolder()
  mkdirSync(folder, { recursive: true })
  await using workers = startThreads()
  const common = { folder, workers, signal }
  const during = (from: number, to: number, note: string) => (fraction: number, what?: string) =>
    progress(from + (to - from) * fraction, what ?? note)

  // Decoding takes one core, so recordings are read at the same time.
  const files = [target, ...references]
  const done = files.map(() => 0)
  const [source, ...models] = await together(
    files.map((file, at) => (stop: AbortSignal) => {
      const name = at === 0 ? 'The target' : references.length === 1 ? 'The reference' : `Reference ${at}`
      return readRecording(file, {
        folder,
        workers,
        signal: stop,
        name: file.name ?? name,
        file: `recording-${at}.pcm`,
        ...(at === 0 ? { kind: params.kind, track: params.track } : { kind: params.kind }),
        onProgress: (fraction) => {
          done[at] = fraction
          progress((parts.design * done.reduce((sum, each) => sum + each, 0)) / files.length, 'measuring')
        },
      })
    }),
    signal,
  )

  progress(parts.design, 'designing')
  const composition = compose(source!, models, weights, params, signal)
  const excerpts = params.players
    ? new Excerpts(source!, mainOf(models, weights), params.mode === 'paired', signal)
    : undefined
  // What follows goes by the result's.
  forgetPower(source!.analysis)
  try {
    const settled = await settle(source!.pcm, composition.draft, composition.aim, {
      ...common,
      kind: composition.draft.kind,
      onProgress: during(parts.render, parts.write, 'rendering'),
    })
    const media = await tempFile(extensionFor(target.facts, params.format))
    await writeSound(settled.sound, {
      source: target,
      target: media.path,
      folder,
      ...(params.track !== undefined && { track: params.track }),
      signal,
      onProgress: during(parts.write, parts.report, 'writing'),
    })

    progress(parts.report, 'reporting')
    const account = { source: source!, models, weights, params, composition, settled }
    const { report: measured, plots } = reportOf(account)
    const report = await tempFile('.html')
    const sounds = (await excerpts?.with({ pcm: settled.sound, power: settled.analysis.power })) ?? null
    const page = reportPage(measured, plots, sounds, { lang: params.language === 'zh-CN' ? 'zh' : 'en' })
    await writeFile(report.path, page)
    return { media, report, preset: settled.preset, measured }
  } finally {
    await excerpts?.end()
  }
}

function weightsOf(count: number, { mode, weight }: MatchParams): number[] {
  const wrong = (why: string) => new ColophonError('TONE_REFERENCES_WRONG', { why })
  if (count === 0) throw wrong('there is none; give at least one')
  if (mode === 'paired' && count > 1) throw wrong(`mode "paired" takes one, and there are ${count}`)
  if (weight.length > count) throw wrong(`there are ${weight.length} weights for ${count} of them`)
  const weights = Array.from({ length: count }, (_, at) => weight[at] ?? 1)
  if (weights.every((each) => each === 0)) throw wrong('all have weight 0; give one of them more')
  return weights
}
