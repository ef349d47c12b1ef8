import { openMedia, Resampler, writeMedia } from '@colophon/media'
import { Random } from './random.ts'

export interface LongSound {
  readonly seconds: number
  readonly sampleRate: number
  /** One or two. */
  readonly channels: number
  /** Recordings that are joined; notes over noise where there are none. */
  readonly recordings: readonly string[]
}

/** At most so much of each recording is held. */
const most = 180
/** Loudness of a piece beside another, in dB. */
const spread = 12

/**
 * Writes a long WAV file of 16 bits as a stream: pieces of a few seconds, from recordings in any order, some loud and some soft, so that
 * no stretch is like another. The same bytes every time.
 */
export async function longSound(path: string, sound: LongSound): Promise<void> {
  const { sampleRate, channels } = sound
  const sources =
    sound.recordings.length > 0 ? await Promise.all(sound.recordings.map((each) => read(each, sound))) : [notes(sound)]
  const length = Math.round(sound.seconds * sampleRate)
  const random = new Random(1)
  async function* blocks() {
    for (let at = 0; at < length; ) {
      const source = sources[random.below(sources.length)]!
      const whole = source[0]!.length
      const count = Math.min(length - at, whole, Math.round(sampleRate * (2 + random.below(8000) / 1000)))
      const from = random.below(whole - count + 1)
      const gain = 10 ** (-random.below(spread * 100) / 100 / 20)
      // Without a click where pieces meet.
      const fade = Math.min(count >> 1, Math.round(sampleRate / 200))
      const piece = source.map((samples) =>
        samples.slice(from, from + count).map((value, i) => value * gain * Math.min(1, i / fade, (count - i) / fade)),
      )
      yield {
        time: at / sampleRate,
        sampleRate,
        layout: channels === 1 ? 'mono' : 'stereo',
        channels: piece,
        length: count,
      }
      at += count
    }
  }
  await writeMedia(path, { audio: { blocks: blocks(), encoding: { codec: 'pcm_s16le' } } })
}

async function read(path: string, { sampleRate, channels }: LongSound): Promise<Float32Array[]> {
  const parts: Float32Array[][] = []
  let resampler: Resampler | undefined
  for await (const block of (await openMedia(path)).samples({ precision: 'float32', to: most })) {
    const [left, right] = block.channels as readonly Float32Array[]
    const wanted =
      channels === 2 ? [left!, right ?? left!] : [left!.map((value, i) => (value + (right ?? left!)[i]!) / 2)]
    resampler ??= new Resampler(channels, block.sampleRate, sampleRate)
    parts.push(resampler.push(wanted))
  }
  if (resampler) parts.push(resampler.flush())
  return Array.from({ length: channels }, (_, channel) => {
    const whole = new Float32Array(parts.reduce((sum, part) => sum + part[channel]!.length, 0))
    let at = 0
    for (const part of parts) {
      whole.set(part[channel]!, at)
      at += part[channel]!.length
    }
    return whole
  })
}

function notes({ sampleRate, channels }: LongSound): Float32Array[] {
  const random = new Random(7)
  return Array.from({ length: channels }, (_, channel) => {
    let low = 0
    return Float32Array.from({ length: 120 * sampleRate }, (_, i) => {
      const time = i / sampleRate
      const since = time % 0.4
      const note = 110 * 2 ** (Math.floor((time / 0.4) % 23) / 12 + channel / 1200)
      low = 0.9 * low + 0.1 * (random.below(2001) / 1000 - 1)
      return 0.4 * Math.exp(-5 * since) * Math.sin(2 * Math.PI * note * time) + 0.1 * low
    })
  })
}
