import type { Pcm } from './pcm.ts'

const half = Math.SQRT1_2

/** Weights of what lies in front, by FFmpeg's names of channels; what is not named here lies beside or behind. */
const front: Readonly<Record<string, number>> = { FL: 0.5, FR: 0.5, FC: half, LFE: 0, LFE2: 0 }

/** FFmpeg's order of channels in the layouts that are common. */
const layouts: Readonly<Record<string, readonly string[]>> = {
  '2.1': ['FL', 'FR', 'LFE'],
  '3.0': ['FL', 'FR', 'FC'],
  '3.0(back)': ['FL', 'FR', 'BC'],
  '3.1': ['FL', 'FR', 'FC', 'LFE'],
  '4.0': ['FL', 'FR', 'FC', 'BC'],
  quad: ['FL', 'FR', 'BL', 'BR'],
  'quad(side)': ['FL', 'FR', 'SL', 'SR'],
  '4.1': ['FL', 'FR', 'FC', 'LFE', 'BC'],
  '5.0': ['FL', 'FR', 'FC', 'BL', 'BR'],
  '5.0(side)': ['FL', 'FR', 'FC', 'SL', 'SR'],
  '5.1': ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR'],
  '5.1(side)': ['FL', 'FR', 'FC', 'LFE', 'SL', 'SR'],
  '6.1': ['FL', 'FR', 'FC', 'LFE', 'BC', 'SL', 'SR'],
  '7.1': ['FL', 'FR', 'FC', 'LFE', 'BL', 'BR', 'SL', 'SR'],
}

/**
 * What each channel is multiplied with where a recording is mixed down to one: the middle of a pair; of more, as ITU-R BS.775-4 (annex
 * 4) has it, then both sides' mean, without the channel of low frequencies. Channels of layouts that are not known count alike.
 */
export function monoWeights({ layout, channels }: Pick<Pcm, 'layout' | 'channels'>): number[] {
  if (channels === 1) return [1]
  if (channels === 2) return [0.5, 0.5]
  const names = layouts[layout]
  if (names?.length !== channels) return new Array<number>(channels).fill(1 / channels)
  return names.map((name) => front[name] ?? half / 2)
}
