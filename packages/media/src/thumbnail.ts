import { json, op } from '@colophon/core'
import { naming } from './failures.ts'
import { thumbnailParams, thumbnailReport } from './thumbnail/report.ts'
import { image, pictorial } from './types.ts'

/** Seconds that choosing and scaling take, from a few measurements on one core. */
function estimate(facts: { kind?: unknown; megapixels?: unknown; duration?: unknown; frameRate?: unknown }): number {
  const [megapixels, duration, rate] = [facts.megapixels, facts.duration, facts.frameRate].map((fact) =>
    Number(fact ?? 0),
  )
  if (facts.kind !== 'video') return 0.05 + 0.03 * megapixels!
  return 0.1 + 0.007 * Math.min(600, megapixels! * duration! * rate!)
}

/**
 * Makes a small picture of a picture, of a good frame of a video, or of the cover art of a sound recording.
 *
 * @example
 * const { image, report } = await thumbnail({ media: file('episode.mkv'), width: 480 })
 * await image.saveTo('episode.jpg')
 * console.log((await report.value()).at) // the second that was chosen
 * @throws ColophonError MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE, MEDIA_WRONG_KIND
 */
export const thumbnail = op({
  name: 'media.thumbnail',
  version: 1,
  summary: 'Make a small picture of a picture or a video',
  description:
    'The thumbnail lies within a box and keeps the proportions. Orientation, rotation, pixel shape and colour profile are applied. Of a video a good frame is chosen: neither black nor blurred, and full of detail.',
  inputs: { media: pictorial() },
  params: thumbnailParams,
  outputs: { image: image(), report: json(thumbnailReport, { name: 'thumbnail report' }) },
  metrics: { score: { unit: '1', from: ({ report }) => report.looks?.score } },
  needs: { cpu: 1, memory: '512MiB' },
  cost: ({ media }) => ({ cpuSeconds: estimate(media.facts) }),
  outcome: ({ report }) => ({
    summary: `thumbnail ${report.width}x${report.height}${report.at === undefined ? '' : ` from ${report.at.toFixed(1)} s`}`,
  }),
  examples: [
    'colophon media thumbnail clip.mp4 -o thumbnail.jpg',
    'colophon media thumbnail photo.jpg --width 640 --height 640 --format webp -o small.webp',
    'colophon media thumbnail clip.mp4 --at 12.5 -o frame.png --format png',
  ],
  async run({ media, ...params }, { signal, progress, tempFile }) {
    const { makeThumbnail } = await import('./thumbnail/make.ts')
    const { extensionOf } = await import('./thumbnail/encode.ts')
    const target = await tempFile(extensionOf[params.format])
    const report = await naming(media, () => makeThumbnail(media, params, target.path, { signal, progress }))
    return { image: target, report }
  },
})
