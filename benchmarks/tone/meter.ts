/**
 * The meter that all candidates are held to: their outputs are decoded and measured alike, whoever made them and whatever they say of
 * themselves.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { openMedia, Resampler, type SampleBlock } from '@colophon/media'
import {
  channelWeights,
  KPower,
  loudnessOf,
  measureSound,
  type PairedDistance,
  type Pcm,
  PcmWriter,
  pairedDistance,
  type SoundMeasures,
  soundDistance,
  TruePeakMeter,
} from '@colophon/tone'
import type { Pair, SoundFile } from './pairs.ts'

/** What is measured of a file alone. */
export interface Reading {
  /** LUFS; -70 where all is silent. */
  readonly integrated: number
  /** LU */
  readonly range: number
  /** dBTP */
  readonly truePeak: number
  readonly sound: SoundMeasures
}

/** What is measured of an output beside its reference. */
export interface Judgement {
  /** LU, LU, dB, dB: of the output less of the reference. */
  readonly loudness: number
  readonly range: number
  readonly width: number | null
  readonly crest: number
  /** dBTP of the output. */
  readonly truePeak: number
  /** dB */
  readonly ltasMid: number
  readonly ltasSide: number | null
  readonly melQuantile: number
  /** For a reference that is the target itself, changed. */
  readonly paired?: PairedDistance
}

/** Measures files; what it has once decoded it keeps for as long as it lives. */
export class Meter {
  readonly #folder: string
  readonly #references = new Map<string, Promise<Reading>>()
  #files = 0

  /** @param folder for decoded sound */
  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * Measures the output of a pair beside its reference, both at the lower of the rates that target and reference have. What was made
   * of a mono target counts as mono: Matchering gives it two channels.
   */
  async judge(output: string, { target, reference, chain }: Pair): Promise<Judgement> {
    const rate = Math.min(target.sampleRate, reference.sampleRate)
    const found = await this.#read(output, rate, target.channels)
    const wanted = await this.reference(reference, rate)
    const { mid, side, melQuantile, width, crest } = soundDistance(found.sound, wanted.sound)
    return {
      loudness: found.integrated - wanted.integrated,
      range: found.range - wanted.range,
      width,
      crest,
      truePeak: found.truePeak,
      ltasMid: mid,
      ltasSide: side,
      melQuantile,
      ...(chain && { paired: await this.#paired(output, reference.path, rate, target.channels) }),
    }
  }

  /** @param rate that spectra are taken at */
  reference({ path, channels, sampleRate }: SoundFile, rate = sampleRate): Promise<Reading> {
    const key = `${rate} ${path}`
    const reading = this.#references.get(key) ?? this.#read(path, rate, channels)
    this.#references.set(key, reading)
    return reading
  }

  /** What is measured of a file that is read once. */
  reading({ path, channels, sampleRate }: SoundFile): Promise<Reading> {
    return this.#read(path, sampleRate, channels)
  }

  async #read(path: string, rate: number, count: number): Promise<Reading> {
    const { pcm, powers, truePeak } = await this.#decode(path, rate, count)
    try {
      const { integrated, range } = loudnessOf(powers)
      return { integrated: integrated ?? -70, range, truePeak, sound: await measureSound(pcm) }
    } finally {
      rmSync(pcm.path)
    }
  }

  async #paired(output: string, reference: string, rate: number, count: number): Promise<PairedDistance> {
    const decoded = [
      (await this.#decode(output, rate, count)).pcm,
      (await this.#decode(reference, rate, count)).pcm,
    ] as const
    try {
      return pairedDistance(...decoded)
    } finally {
      for (const { path } of decoded) rmSync(path)
    }
  }

  /** Sound at a rate; loudness and peak at the file's own. @param count channels: one is the mean of those there are */
  async #decode(path: string, rate: number, count: number): Promise<{ pcm: Pcm; powers: number[]; truePeak: number }> {
    const powers: number[] = []
    let meters: { power: KPower; peak: PeakOfBlocks; resampler: Resampler; writer: PcmWriter } | undefined
    const layout = count === 1 ? 'mono' : 'stereo'
    const target = join(this.#folder, `${this.#files++}.pcm`)
    for await (const { channels, sampleRate } of (await openMedia(path)).samples({ precision: 'float32' })) {
      const block = count === 1 ? [monoOf(channels)] : (channels as readonly Float32Array[])
      meters ??= {
        power: new KPower(sampleRate, channelWeights(layout, block.length)),
        peak: new PeakOfBlocks(sampleRate),
        resampler: new Resampler(block.length, sampleRate, rate),
        writer: new PcmWriter({ path: target, sampleRate: rate, layout, channels: block.length }),
      }
      for (const power of meters.power.push(block)) powers.push(power)
      meters.peak.push(block)
      meters.writer.write(meters.resampler.push(block))
    }
    if (!meters) throw new Error(`${path} holds no sound.`)
    meters.writer.write(meters.resampler.flush())
    return { pcm: meters.writer.end(), powers, truePeak: 20 * Math.log10(Math.max(1e-6, meters.peak.end())) }
  }
}

/** The true peak of sound that comes in blocks: each is looked at once what follows it is there. */
class PeakOfBlocks {
  static readonly #reach = TruePeakMeter.reach
  readonly #meter: TruePeakMeter
  #held: Float32Array[] = []
  /** Samples held that were looked at. */
  #done = 0

  constructor(sampleRate: number) {
    this.#meter = new TruePeakMeter(sampleRate)
  }

  push(block: readonly Float32Array[]): void {
    const reach = PeakOfBlocks.#reach
    const keep = Math.max(0, this.#done - reach)
    this.#held = block.map((samples, channel) => {
      const held = this.#held[channel]?.subarray(keep) ?? new Float32Array(0)
      const both = new Float32Array(held.length + samples.length)
      both.set(held)
      both.set(samples, held.length)
      return both
    })
    this.#done -= keep
    this.#scan(Math.max(this.#done, this.#held[0]!.length - reach))
  }

  /** Linear. */
  end(): number {
    this.#scan(this.#held[0]?.length ?? 0)
    return this.#meter.peak
  }

  #scan(end: number): void {
    this.#meter.scan(this.#held, this.#done, end)
    this.#done = end
  }
}

function monoOf(channels: SampleBlock['channels']): Float32Array {
  const [first, ...others] = channels as readonly Float32Array[]
  if (others.length === 0) return first!
  return first!.map((value, i) => others.reduce((sum, samples) => sum + samples[i]!, value) / channels.length)
}
