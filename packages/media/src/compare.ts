import { json, op } from '@colophon/core'
import { type CompareReport, compareParams, compareReport } from './compare/report.ts'
import { media } from './types.ts'

/** One line that says how alike they are. */
export function likenessSummary({ identical, picture, sound }: CompareReport): string {
  if (identical) return 'identical'
  const decibels = (value: number | null) => (value === null ? 'no difference' : `${value.toFixed(2)} dB`)
  const parts: string[] = []
  if (picture) {
    const { all, worst, frames, left, right } = picture
    parts.push(`PSNR ${decibels(all.psnr)}`)
    if (all.ssim !== undefined) parts.push(`SSIM ${all.ssim.toFixed(4)}`)
    else if (all.blockSsim !== undefined) parts.push(`SSIM by blocks ${all.blockSsim.toFixed(4)}`)
    if (all.msSsim !== undefined) parts.push(`MS-SSIM ${all.msSsim.toFixed(4)}`)
    if (worst) parts.push(`worst frame at ${worst.time.toFixed(2)} s`)
    if (left + right > 0) parts.push(`${frames} frames in common, ${left + right} in one alone`)
  }
  if (sound) {
    parts.push(`SNR ${decibels(sound.snr)}`)
    if (sound.lsd !== null) parts.push(`log-spectral distance ${decibels(sound.lsd)}`)
  }
  return parts.join(', ')
}

/**
 * Measures how much a picture, video or sound recording differs from a reference of the same size and rate: PSNR, SSIM and MS-SSIM
 * of each plane and of all, with the worst frame of a video; the signal-to-noise ratio and the log-spectral distance of sound.
 *
 * @example
 * const { report } = await compare({ reference: file('master.mkv'), test: file('encoded.mp4') })
 * console.log((await report.value()).picture?.all.ssim)
 * @throws ColophonError MEDIA_WRONG_KIND, MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE
 */
export const compare = op({
  name: 'media.compare',
  version: 1,
  summary: 'Measure how alike two pictures, videos or sound recordings are',
  description:
    'PSNR, SSIM and MS-SSIM of each plane and of all, with the worst frame of a video; the signal-to-noise ratio and the log-spectral distance of sound. Both must have the same size, frame rate, sample rate and channels.',
  inputs: { reference: media(), test: media() },
  params: compareParams,
  outputs: { report: json(compareReport, { name: 'comparison' }) },
  metrics: {
    psnr: { unit: 'dB', from: ({ report }) => report.picture?.all.psnr ?? undefined },
    ssim: { unit: '1', from: ({ report }) => report.picture?.all.ssim },
    msSsim: { unit: '1', from: ({ report }) => report.picture?.all.msSsim },
    snr: { unit: 'dB', from: ({ report }) => report.sound?.snr ?? undefined },
    lsd: { unit: 'dB', from: ({ report }) => report.sound?.lsd ?? undefined },
  },
  needs: { cpu: 1, memory: '512MiB' },
  cost: ({ reference: { facts }, quick }) => {
    const [megapixels, duration, rate] = [facts.megapixels, facts.duration, facts.frameRate].map((fact) =>
      Number(fact ?? 0),
    )
    const frames = facts.kind === 'video' ? duration! * rate! : 1
    return { cpuSeconds: 0.1 + frames * megapixels! * (quick ? 0.05 : 0.25) }
  },
  outcome: ({ report }) => ({ summary: likenessSummary(report) }),
  examples: [
    'colophon media compare master.mkv encoded.mp4',
    'colophon media compare photo.png photo.webp --json',
    'colophon media compare master.mkv encoded.mp4 --quick',
  ],
  async run({ reference, test, ...params }, { signal, progress }) {
    const { compareMedia } = await import('./compare/compare.ts')
    return { report: await compareMedia(reference, test, params, { signal, progress }) }
  },
})
