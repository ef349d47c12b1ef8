import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Preset } from '@colophon/tone'
import { type Chain, equalised } from './chain.ts'
import type { Meter } from './meter.ts'
import { doTask } from './ours.ts'
import type { Pair } from './pairs.ts'
import { readSound, writeSound } from './sound.ts'

/** LUFS of what the compressor of a chain hears, and of what that of a preset does. */
export interface Heard {
  readonly chain: number
  readonly preset: number
}

/** dB that a preset's sound is brought down by, so that what its equaliser raises is not cut off. */
const headroom = 18

/**
 * How loud the target is where the compressors stand: in a chain after its equaliser, in a preset after equaliser, width and
 * reverberation.
 */
export async function heardByCompressors(
  { target }: Pair,
  chain: Chain,
  preset: Preset,
  { folder, meter }: { readonly folder: string; readonly meter: Meter },
): Promise<Heard> {
  const loudnessOf = async (path: string) => {
    const { integrated } = await meter.reading({ ...target, path })
    rmSync(path)
    return integrated
  }
  const inChain = join(folder, 'heard-in-chain.wav')
  await writeSound(inChain, equalised(await readSound(target.path), chain), true)
  const inPreset = join(folder, 'heard-in-preset.wav')
  const { dynamics: _, ...others } = preset
  const open: Preset = {
    ...others,
    loudness: { on: true, drive: -headroom, target: null },
    limiter: { ...preset.limiter, on: false },
  }
  await doTask({ work: 'render', target: target.path, output: inPreset, preset: open }, folder)
  return { chain: await loudnessOf(inChain), preset: (await loudnessOf(inPreset)) + headroom }
}
