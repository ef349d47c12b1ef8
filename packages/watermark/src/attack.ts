import { json, op } from '@colophon/core'
import { image } from '@colophon/media'
import { attackParams, attackReport, attackSummary } from './attack/report.ts'

/**
 * Does to a picture what happens to copies on their way: encoders, scaling, cropping, turning, tones, noise, screenshots. `attacks` lists all by
 * name. What is left to chance, such as where a crop lies, follows the seed.
 *
 * @example
 * const { image } = await attack({ image: file('marked.png'), attack: ['crop71', 'jpeg50'] })
 * await image.saveTo('copy.jpg')
 * @throws ColophonError MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, MEDIA_TOO_LARGE, MEDIA_WRONG_KIND, MEDIA_NOT_WRITTEN
 */
export const attack = op({
  name: 'watermark.attack',
  version: 1,
  summary: 'Do to a picture what happens to copies',
  description:
    'Makes an attacked copy of a picture, to see what a mark survives: encoders, scaling, cropping, turning, tones, noise, lettering. An attack that ends with an encoder gives that encoder’s file.',
  inputs: { image: image() },
  params: attackParams,
  outputs: { image: image(), report: json(attackReport, { name: 'attack report' }) },
  needs: { cpu: 1, memory: '768MiB' },
  cost: ({ image }) => ({ cpuSeconds: 0.1 + 0.3 * Number(image.facts.megapixels ?? 0) }),
  outcome: ({ report }) => ({ summary: attackSummary(report) }),
  examples: [
    'colophon watermark attack marked.png --attack jpeg50 -o copy.jpg',
    'colophon watermark attack marked.png --attack rotate10 --attack crop71 --attack jpeg70 -o copy.jpg',
    'colophon watermark attack marked.png --attack rotateAny --seed 7 -o copy.png',
  ],
  async run({ image, attack, seed, format }, { tempFile, signal, progress }) {
    const { attackFile } = await import('./attack/attack-file.ts')
    return attackFile(image, { names: attack, seed, format }, { tempFile, signal, progress })
  },
})
