import { openMedia, Resampler, writeMedia } from '@colophon/media'

/** Sound in memory: excerpts of a minute or two. */
export interface Sound {
  readonly sampleRate: number
  readonly channels: readonly Float32Array[]
}

export const lengthOf = ({ channels }: Sound): number => channels[0]!.length
export const secondsOf = (sound: Sound): number => lengthOf(sound) / sound.sampleRate

/**
 * At the most so many seconds from the middle of a recording.
 *
 * @throws Error where there is no sound
 */
export async function readSound(path: string, most = Number.POSITIVE_INFINITY): Promise<Sound> {
  const media = await openMedia(path)
  const { duration = 0 } = media.report
  const from = Math.max(0, (duration - most) / 2)
  const blocks: (readonly Float32Array[])[] = []
  let sampleRate = 0
  for await (const block of media.samples({ precision: 'float32', from, to: from + most })) {
    sampleRate = block.sampleRate
    blocks.push(block.channels as Float32Array[])
  }
  if (blocks.length === 0) throw new Error('it holds no sound')
  const length = blocks.reduce((sum, [first]) => sum + first!.length, 0)
  const channels = blocks[0]!.map((_, channel) => {
    const whole = new Float32Array(length)
    let at = 0
    for (const block of blocks) {
      whole.set(block[channel]!, at)
      at += block[channel]!.length
    }
    return whole
  })
  return { sampleRate, channels }
}

/** Writes a WAV file of 24 bits, which every candidate reads; `float` for levels that may lie above full scale. */
export async function writeSound(path: string, { sampleRate, channels }: Sound, float = false): Promise<void> {
  const layout = channels.length === 1 ? 'mono' : 'stereo'
  async function* blocks() {
    for (let at = 0; at < channels[0]!.length; at += 65_536) {
      const parts = channels.map((samples) => samples.slice(at, at + 65_536))
      yield { time: at / sampleRate, sampleRate, layout, channels: parts, length: parts[0]!.length }
    }
  }
  await writeMedia(path, { audio: { blocks: blocks(), encoding: { codec: float ? 'pcm_f32le' : 'pcm_s24le' } } })
}

/** The sound again and again until it is as long; each repetition fades into the one before, over 10 ms. */
export function looped({ sampleRate, channels }: Sound, seconds: number): Sound {
  const length = Math.round(seconds * sampleRate)
  const fade = Math.min(Math.round(sampleRate / 100), channels[0]!.length >> 1)
  const step = channels[0]!.length - fade
  return {
    sampleRate,
    channels: channels.map((samples) => {
      if (samples.length >= length) return samples
      const whole = new Float32Array(length)
      for (let at = 0; at < length; at += step)
        for (let i = 0; i < samples.length && at + i < length; i++) {
          const rising = at > 0 && i < fade ? i / fade : 1
          const falling = i >= step ? (samples.length - i) / fade : 1
          whole[at + i]! += samples[i]! * rising * falling
        }
      return whole
    }),
  }
}

export function atRate(sound: Sound, sampleRate: number): Sound {
  if (sound.sampleRate === sampleRate) return sound
  const resampler = new Resampler(sound.channels.length, sound.sampleRate, sampleRate)
  const [body, rest] = [resampler.push(sound.channels), resampler.flush()]
  return {
    sampleRate,
    channels: body.map((samples, channel) => {
      const whole = new Float32Array(samples.length + rest[channel]!.length)
      whole.set(samples)
      whole.set(rest[channel]!, samples.length)
      return whole
    }),
  }
}

/** Brought to a sample peak, in dBFS. */
export function withPeak({ sampleRate, channels }: Sound, peak: number): Sound {
  let most = 0
  for (const samples of channels) for (const value of samples) if (Math.abs(value) > most) most = Math.abs(value)
  const gain = most > 0 ? 10 ** (peak / 20) / most : 1
  return { sampleRate, channels: channels.map((samples) => samples.map((value) => value * gain)) }
}

/** Mono as both of two channels, or the mean of two as one. */
export function withChannels({ sampleRate, channels }: Sound, count: 1 | 2): Sound {
  const [left, right] = channels
  if (channels.length === count) return { sampleRate, channels }
  if (count === 2) return { sampleRate, channels: [left!, left!] }
  return { sampleRate, channels: [left!.map((value, i) => (value + right![i]!) / 2)] }
}
