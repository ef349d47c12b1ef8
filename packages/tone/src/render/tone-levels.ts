import { BlockMeter } from '../measure/block-meter.ts'
import type { Preset } from '../preset/preset.ts'
import { RoomTone } from '../room/room-tone.ts'
import type { SoundFormat } from './chain.ts'
import { controlBlock } from './grid.ts'

/** How loud room tone is, which is the same at all times. */
export interface ToneLevels {
  /** K-weighted power, channels weighted and added up. */
  readonly loudness: number
  /** Mean square over samples and channels. */
  readonly plain: number
  /** What it adds to a peak, with few exceptions; linear. */
  readonly peak: number
}

/** Seconds that are looked at. */
const seconds = 2
/** Standard deviations that a peak of noise has, mostly: where it is more, the last look at the result finds it. */
const deviations = 3

/** Levels of a preset's room tone; none where it has none. */
export function toneLevels({ roomTone }: Preset, { sampleRate, layout, channels }: SoundFormat): ToneLevels {
  if (!roomTone?.on) return { loudness: 0, plain: 0, peak: 0 }
  const block = controlBlock(sampleRate)
  const meter = new BlockMeter(sampleRate, layout, channels, block)
  const count = Math.ceil((seconds * sampleRate) / block)
  const samples = Array.from({ length: channels }, () => new Float32Array(meter.warmUp + count * block + meter.reach))
  new RoomTone(roomTone, sampleRate, channels).fill(0, samples)
  const measured = new Float32Array(count * BlockMeter.values)
  meter.measure(samples, meter.warmUp, count, measured)
  let [loudness, plain] = [0, 0]
  for (let at = 0; at < measured.length; at += BlockMeter.values) {
    loudness += measured[at + 1]! / count
    plain += measured[at + 2]! / count
  }
  return { loudness, plain, peak: deviations * Math.sqrt(plain) }
}
