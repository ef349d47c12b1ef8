import { ColophonError } from '@colophon/core'
import { type Media, type MediaSource, openMedia, type SampleBlock } from '@colophon/media'
import { HopMeter } from './hops.ts'
import type { Pcm } from './pcm.ts'
import { PcmWriter } from './pcm-writer.ts'

/** How a recording is decoded. */
export interface DecodeOptions {
  /** Index of the audio stream among all streams of the file. Default: the main one. */
  readonly stream?: number
  readonly signal?: AbortSignal
  /** Called now and then with the part that is done, 0 to 1, where the duration is known. */
  readonly onProgress?: (fraction: number) => void
  /** What errors call the recording. Default: the name of the source. */
  readonly name?: string
}

/** What a recording gives when it is decoded. */
export interface DecodedPcm {
  readonly pcm: Pcm
  /** Mean square of each half of an analysis frame; see {@link HopMeter}. */
  readonly hops: Float32Array
  /** Seconds from the beginning of the file to the first sample: above 0 where sound sets in after the picture. */
  readonly start: number
}

/** Time stamps may be this far off, in seconds, before silence is put in: containers round them to milliseconds. */
const tolerance = 0.05

/** Hz below which loudness is not defined. */
const leastRate = 4000

/** Recordings below this many seconds are refused. */
const least = 0.05

/**
 * Decodes a recording, or the sound of a video, into a file of 32-bit floats. Silence stands where time stamps leave a gap, as when
 * `rewriteMedia` writes the sound anew, so that samples alone tell the time.
 *
 * @param path where the samples are written to; a file that is there is replaced
 * @throws ColophonError MEDIA_WRONG_KIND (a picture, no sound, no such stream, less than 4000 Hz), MEDIA_NOT_RECOGNISED, MEDIA_DAMAGED, FILE_NOT_FOUND,
 * TONE_NOT_FINITE, TONE_TOO_SHORT
 */
export async function decodeToPcm(source: MediaSource, path: string, options: DecodeOptions = {}): Promise<DecodedPcm> {
  const { signal } = options
  const media = await openMedia(source, { ...(signal && { signal }) })
  const named = options.name ?? (typeof source === 'string' ? source : (source as { name?: string }).name)
  const name = named ?? 'The recording'
  return blocksToPcm(samplesOf(media, options), path, name)
}

/**
 * Writes blocks of samples into a file of 32-bit floats, with silence where their times leave a gap. The arrays of the blocks are given
 * away: they are empty afterwards.
 *
 * @param name what errors call the recording
 * @throws ColophonError TONE_NOT_FINITE, TONE_TOO_SHORT, MEDIA_DAMAGED (rate or channels change), and whatever the iterable throws
 */
export async function blocksToPcm(blocks: AsyncIterable<SampleBlock>, path: string, name: string): Promise<DecodedPcm> {
  using decoding = new Decoding(path, name)
  for await (const block of blocks) decoding.take(block)
  return decoding.end()
}

function samplesOf(media: Media, { stream, signal, onProgress }: DecodeOptions): AsyncGenerator<SampleBlock> {
  return media.samples({
    precision: 'float32',
    ...(stream !== undefined && { stream }),
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  })
}

/** What has been decoded so far. */
class Decoding implements Disposable {
  readonly #path: string
  readonly #name: string
  #writer: PcmWriter | undefined
  #hops: HopMeter | undefined
  #first: SampleBlock | undefined
  /** Seconds from the beginning of the file to the first sample, and to the next. */
  #start = 0
  #next = 0

  constructor(path: string, name: string) {
    this.#path = path
    this.#name = name
  }

  take(block: SampleBlock): void {
    const { sampleRate, layout, channels, length } = block
    if (length === 0) return
    if (!this.#writer) {
      if (sampleRate < leastRate)
        throw new ColophonError('MEDIA_WRONG_KIND', {
          name: this.#name,
          found: `a recording of ${sampleRate} Hz`,
          wanted: `one of at least ${leastRate} Hz`,
        })
      const format = { path: this.#path, sampleRate, layout, channels: channels.length }
      this.#writer = new PcmWriter(format)
      this.#hops = new HopMeter(format)
      this.#first = block
      this.#start = this.#next = block.time
    }
    this.#check(block)
    const missing = Math.round((block.time - this.#next) * sampleRate)
    if (missing > tolerance * sampleRate) {
      this.#hops!.silence(missing)
      this.#writer.silence(missing)
      this.#next += missing / sampleRate
    }
    const wrong = this.#hops!.push(channels, length)
    if (wrong >= 0) {
      const time = this.#start + (this.#writer.length + wrong) / sampleRate
      throw new ColophonError('TONE_NOT_FINITE', { name: this.#name, time })
    }
    this.#writer.write(channels, 0, length)
    // Freed now: the garbage collector would let tens of megabytes of them lie about.
    for (const { buffer } of channels) (buffer as ArrayBuffer).transfer(0)
    this.#next += length / sampleRate
  }

  end(): DecodedPcm {
    const seconds = this.#writer ? this.#writer.length / this.#first!.sampleRate : 0
    if (seconds < least) throw new ColophonError('TONE_TOO_SHORT', { name: this.#name, seconds, least })
    return { pcm: this.#writer!.end(), hops: this.#hops!.values(), start: this.#start }
  }

  [Symbol.dispose](): void {
    this.#writer?.[Symbol.dispose]()
  }

  /** What changes its rate or channels on the way is not one recording. */
  #check({ sampleRate, channels, time }: SampleBlock): void {
    const first = this.#first!
    if (sampleRate === first.sampleRate && channels.length === first.channels.length) return
    const said = (channels: number, rate: number) => `${channels} channel${channels === 1 ? '' : 's'} at ${rate} Hz`
    const change = `from ${said(first.channels.length, first.sampleRate)} to ${said(channels.length, sampleRate)}`
    throw new ColophonError('MEDIA_DAMAGED', {
      name: this.#name,
      why: `its sound changes ${change} at ${time.toFixed(3)} s, and what is matched is sound of one kind`,
    })
  }
}
