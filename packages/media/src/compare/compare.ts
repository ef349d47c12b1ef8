import type { BlobRef } from '@colophon/core'
import { mainPicture, mainStream } from '../facts.ts'
import { naming, wrongKind } from '../failures.ts'
import { readReport } from '../probe/read-report.ts'
import type { AudioStreamReport, ProbeReport } from '../probe/report.ts'
import { type Media, openMedia } from '../stream/open-media.ts'
import { compareImages } from './images.ts'
import type { CompareParams, CompareReport } from './report.ts'
import { compareSounds, whyNotComparable } from './sounds.ts'
import { compareVideos } from './videos.ts'

const named = { image: 'a picture', audio: 'a sound recording', video: 'a video' } as const

/**
 * Compares two media files of one kind: pictures, videos with their sound, or sound recordings. What is wrong with the second is
 * told by its name.
 *
 * @throws ColophonError MEDIA_WRONG_KIND, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE
 */
export async function compareMedia(
  reference: BlobRef,
  test: BlobRef,
  params: CompareParams,
  { signal, progress }: { signal: AbortSignal; progress: (fraction: number) => void },
): Promise<CompareReport> {
  const kind = await naming(reference, async () => (await readReport(reference, signal)).kind)
  return naming(test, async () => {
    const found: ProbeReport = await readReport(test, signal)
    if (found.kind !== kind) throw wrongKind(named[found.kind], `${named[kind]}, as the reference is,`)
    if (kind === 'image') return compareImages(reference, test, params)
    const [a, b] = [await openMedia(reference, { signal }), await openMedia(test, { signal })]
    const watching = { signal, onProgress: progress }
    return kind === 'audio' ? compareRecordings(a, b, watching) : compareFilms(a, b, params, watching)
  })
}

type Watching = { readonly signal: AbortSignal; readonly onProgress: (fraction: number) => void }

const mainSound = ({ report }: Media): AudioStreamReport | undefined =>
  mainStream(report.streams, 'audio') as AudioStreamReport | undefined

async function compareRecordings(a: Media, b: Media, watching: Watching): Promise<CompareReport> {
  const streams = [mainSound(a), mainSound(b)] as [AudioStreamReport, AudioStreamReport]
  const { sound, identical } = await compareSounds(a, b, streams, watching)
  return { kind: 'audio', identical, sound, notes: [] }
}

/** Sounds that cannot be compared do not keep the pictures from it; the notes tell of them. */
async function compareFilms(a: Media, b: Media, { quick }: CompareParams, watching: Watching): Promise<CompareReport> {
  const streams = [mainPicture(a.report.streams)!, mainPicture(b.report.streams)!] as const
  const { picture, notes } = await compareVideos(a, b, streams, quick, watching)
  const same = picture.all.psnr === null && picture.left === 0 && picture.right === 0
  const [sound, other] = [mainSound(a), mainSound(b)]
  if (!sound && !other) return { kind: 'video', identical: same, picture, notes }
  if (!sound || !other)
    return { kind: 'video', identical: false, picture, notes: [...notes, 'Only one of them has sound.'] }
  const why = whyNotComparable(sound, other)
  if (why) {
    const note = `Their sounds were not compared: one has ${why.wanted}, the other ${why.found}.`
    return { kind: 'video', identical: false, picture, notes: [...notes, note] }
  }
  const heard = await compareSounds(a, b, [sound, other], { signal: watching.signal })
  return { kind: 'video', identical: same && heard.identical, picture, sound: heard.sound, notes }
}
