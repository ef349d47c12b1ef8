/**
 * Measures what becomes of media files and writes what was found into `docs/media.md` (`npm run docs:media`). The tests of
 * `packages/media/src/conformance` measure the same and compare.
 *
 *   npm run docs:media                  everything
 *   npm run docs:media -- sound h264    only these parts
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { clipPart } from '../packages/media/src/conformance/testing/clip-part.ts'
import { type Part, writePart } from '../packages/media/src/conformance/testing/part.ts'
import { picturePart } from '../packages/media/src/conformance/testing/picture-part.ts'
import { refusalPart } from '../packages/media/src/conformance/testing/refusal-part.ts'
import { soundPart } from '../packages/media/src/conformance/testing/sound-part.ts'
import { movePart, streamPart } from '../packages/media/src/conformance/testing/stream-part.ts'
import { videoPart } from '../packages/media/src/conformance/testing/video-part.ts'

/** Parts give what they found to no one but themselves. */
const parts = [
  ...(['h264', 'hevc', 'vp9', 'av1'] as const).map(videoPart),
  ...[streamPart, movePart, soundPart, picturePart, refusalPart, clipPart],
] as unknown as readonly Part<unknown>[]

const wanted = process.argv.slice(2)
const unknown = wanted.filter((name) => !parts.some((part) => part.name === name))
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(', ')}; there are ${parts.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}

const folder = mkdtempSync(join(tmpdir(), 'colophon-media-'))
try {
  for (const part of parts.filter(({ name }) => wanted.length === 0 || wanted.includes(name))) {
    if (part.skip) {
      console.log(`${part.name}: left as it is, since there are ${part.skip}`)
      continue
    }
    const found: unknown[] = []
    for (const [index, trial] of part.trials.entries())
      found.push(await trial.measure((name) => join(folder, `${part.name}-${index}-${name}`)))
    writePart(part, found)
    console.log(`${part.name}: ${found.length} measured`)
  }
} finally {
  rmSync(folder, { recursive: true })
}
