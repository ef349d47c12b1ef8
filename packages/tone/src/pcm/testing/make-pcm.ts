import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { SampleBlock } from '@colophon/media'
import type { Pcm } from '../pcm.ts'
import { PcmWriter } from '../pcm-writer.ts'

/** A folder of this test file's own, removed when its tests are over. Returns the paths of files in it. */
export function scratch(): (name: string) => string {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-tone-'))
  after(() => rmSync(folder, { recursive: true, force: true }))
  return (name) => join(folder, name)
}

/** FFmpeg's usual layouts. */
const layouts: Readonly<Record<number, string>> = { 1: 'mono', 2: 'stereo', 6: '5.1' }

/** Writes samples as they are. */
export function makePcm(path: string, channels: readonly Float32Array[], sampleRate = 44_100): Pcm {
  const layout = layouts[channels.length] ?? `${channels.length} channels`
  using writer = new PcmWriter({ path, sampleRate, layout, channels: channels.length })
  writer.write(channels)
  return writer.end()
}

/** Samples that a function of the time, in seconds, gives. */
export const sound = (
  seconds: number,
  at: (time: number, index: number) => number,
  sampleRate = 44_100,
): Float32Array =>
  Float32Array.from({ length: Math.round(seconds * sampleRate) }, (_, index) => at(index / sampleRate, index))

/** Noise, -1 to 1, the same for the same seed: a linear congruential generator (Numerical Recipes, 7.1). */
export function noise(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(1_664_525, state) + 1_013_904_223) >>> 0
    return state / 2 ** 31 - 1
  }
}

/** The samples as blocks that an encoder takes. */
export async function* blocksOf(
  channels: readonly (Float32Array | Float64Array)[],
  sampleRate = 44_100,
  size = 5000,
): AsyncGenerator<SampleBlock> {
  const layout = layouts[channels.length]!
  const length = channels[0]!.length
  for (let at = 0; at < length; at += size) {
    const part = channels.map((samples) => samples.slice(at, at + size))
    yield { time: at / sampleRate, sampleRate, layout, channels: part, length: part[0]!.length }
  }
}
