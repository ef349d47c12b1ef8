import { readPicture } from '@colophon/media'
import { attackPicture } from '@colophon/watermark'
import type { CorpusFile } from './corpus.ts'
import { ours } from './ours.ts'
import { resized } from './pictures.ts'
import { idOf } from './random.ts'

/** Milliseconds of processor time, one value a round. */
export interface Speeds {
  readonly embed: readonly number[]
  readonly detectUpright: readonly number[]
  /** An upright picture without a mark: everything is searched. */
  readonly detectFull: readonly number[]
  /** A turned copy, which is found. */
  readonly detectTurned: readonly number[]
}

/**
 * Times one 1920x1080 picture after another on this thread, from pixels to pixels: no file is read or written.
 *
 * @param rounds after one that is not counted
 */
export async function speedOf(files: readonly CorpusFile[], rounds: number): Promise<Speeds> {
  const result = { embed: [], detectUpright: [], detectFull: [], detectTurned: [] } as Record<keyof Speeds, number[]>
  const large = files.filter(({ size }) => size === 'large')
  const photographs = large.filter(({ origin }) => origin === 'photograph')
  const chosen = photographs.length > 0 ? photographs : large
  for (let round = 0; round <= rounds; round++) {
    const picture = resized(await readPicture(chosen[round % chosen.length]!.path), 1920, 1080)
    const key = `speed key ${round}`
    const timed = <T>(name: keyof Speeds, work: () => T): T => {
      const before = process.cpuUsage()
      const made = work()
      const { user, system } = process.cpuUsage(before)
      if (round > 0) result[name].push((user + system) / 1000)
      return made
    }
    const marked = timed('embed', () => ours.embed(picture, idOf(key), key))
    timed('detectUpright', () => ours.detect(marked, key))
    timed('detectFull', () => ours.detect(picture, key))
    const turned = await attackPicture(marked, 'rotate10')
    timed('detectTurned', () => ours.detect(turned, key))
  }
  return result
}
