import { json, op } from '@colophon/core'
import { naming } from './failures.ts'
import { type ProbeReport, probeReport } from './probe/report.ts'
import { media } from './types.ts'

/** One line that says what a file is. */
export function summaryOf(report: ProbeReport): string {
  const { format, kind } = report
  if (report.kind === 'image') {
    const pages = report.frames > 1 ? `, ${report.frames} frames` : ''
    return `${format} image, ${report.displayWidth}x${report.displayHeight}${pages}`
  }
  const parts = report.streams.flatMap((stream) => {
    if (stream.kind === 'video' && !stream.cover)
      return [
        `${stream.codec} ${stream.displayWidth}x${stream.displayHeight}${stream.frameRate ? ` at ${stream.frameRate} fps` : ''}`,
      ]
    return stream.kind === 'audio'
      ? [`${stream.codec} ${stream.sampleRate} Hz ${stream.layout ?? `${stream.channels} ch`}`]
      : []
  })
  const length = report.duration === undefined ? '' : `, ${report.duration.toFixed(2)} s`
  return `${format} ${kind}${length}: ${parts.join(', ')}`
}

/**
 * Reads the headers of a media file: container, streams, tags and chapters of audio and video; size, orientation and colour of
 * pictures.
 *
 * @example
 * const { report } = await probe({ file: file('episode.mkv') })
 * console.log((await report.value()).kind)
 * @throws ColophonError MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE
 */
export const probe = op({
  name: 'media.probe',
  version: 1,
  summary: 'Tell what a media file holds',
  description:
    'Reads the headers of a picture, a sound recording or a video: container, streams, sizes, rates, colours, tags and chapters. Nothing but the headers is decoded.',
  inputs: { file: media() },
  outputs: { report: json(probeReport, { name: 'probe report' }) },
  needs: { cpu: 1, memory: '128MiB' },
  cost: () => ({ cpuSeconds: 0.05 }),
  outcome: ({ report }) => ({ summary: summaryOf(report) }),
  examples: ['colophon media probe clip.mp4', 'colophon media probe photo.jpg --json'],
  async run({ file }, { signal }) {
    const { readReport } = await import('./probe/read-report.ts')
    return { report: await naming(file, () => readReport(file, signal)) }
  },
})
