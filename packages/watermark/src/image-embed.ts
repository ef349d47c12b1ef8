import { blob, json, op, optional } from '@colophon/core'
import { image } from '@colophon/media'
import { keyRead } from './key-read.ts'
import { embedParams } from './params.ts'
import { embedReport, embedSummary } from './report/embed-report.ts'

/** A picture that is written as PNG. */
const residual = () => optional(blob({ ...image().blob, name: 'residual picture', extensions: ['.png'] }))

/**
 * Hides a payload in a picture so that it survives copying, scaling, cropping, turning and coding, and is not seen. Size, colours, alpha, bit
 * depth, colour profile and EXIF stay; the file is written in its own format unless another is asked for, read again, and looked through:
 * what is given back is known to carry the payload.
 *
 * A short text is hidden itself. A longer one gets an id, a keyed digest of message, recipient and picture; `registerMark` enters it into the
 * registry, as the command line does.
 *
 * @example
 * await store.run(async () => {
 *   const { image, report } = await embedImage({ image: file('photo.jpg'), message: 'hello' })
 *   await image.saveTo('marked.jpg')
 *   console.log((await report.value()).quality.psnr)
 * })
 * @throws ColophonError WATERMARK_NO_CAPACITY, WATERMARK_NOTHING_TO_HIDE, WATERMARK_KEY_INVALID, SECRET_NOT_FOUND, MEDIA_WRONG_KIND,
 *   MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE, MEDIA_NOT_WRITTEN
 */
export const embedImage = op({
  name: 'watermark.image.embed',
  version: 1,
  summary: 'Hide a message in a picture',
  description:
    'The mark is not seen, and is found again in copies that were scaled, cropped, turned, mirrored, recoloured and compressed, with the key alone. The file that was written is read again and looked through before it is given back.',
  inputs: { image: image() },
  params: embedParams,
  reads: { key: keyRead },
  outputs: { image: image(), residual: residual(), report: json(embedReport, { name: 'embedding report' }) },
  metrics: {
    psnr: { unit: 'dB', from: ({ report }) => report.quality.psnr ?? undefined },
    ssim: { unit: '1', from: ({ report }) => report.quality.ssim ?? undefined },
    success: { unit: '1', from: () => 1 },
    accuracy: { unit: '1', from: ({ report }) => report.check.accuracy },
  },
  needs: { cpu: 1, memory: '768MiB' },
  cost: ({ image }) => ({ cpuSeconds: 0.4 + 0.25 * Number(image.facts.megapixels ?? 0) }),
  outcome: ({ report }) => ({ summary: embedSummary(report) }),
  async afterwards({ image, report }, call) {
    const { registerMark } = await import('./registry/register-mark.ts')
    return registerMark(report, image, call)
  },
  examples: [
    'colophon watermark image embed photo.jpg --message "hello" -o marked.jpg',
    'colophon watermark image embed photo.png --message "For the press, 12 May" --recipient alice -o alice.png',
    'colophon watermark image embed photo.tif --message hello --psnr 45 --residual -o marked.tif',
  ],
  async run({ image, ...params }, context) {
    const { embedPicture } = await import('./embed/embed-picture.ts')
    return embedPicture(image, params, context)
  },
})
