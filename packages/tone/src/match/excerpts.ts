import type { Pcm } from '../pcm/pcm.ts'
import { PcmReader, ReaderMemory } from '../pcm/pcm-reader.ts'
import { loudestPart, type ReportSounds, type Sound, soundOf } from '../report/sounds.ts'
import type { Recording } from './recording.ts'

/** Seconds of each excerpt. */
const seconds = 12

/** Excerpts to listen to, of which those of what came in are encoded at once, while the result is still being made. */
export class Excerpts {
  readonly #from: number
  readonly #signal: AbortSignal
  readonly #early: Promise<readonly [Sound, Sound]>

  /** @param paired whether the reference is a version of the target, so that the same part of it is heard */
  constructor(source: Recording, model: Recording, paired: boolean, signal: AbortSignal) {
    this.#signal = signal
    this.#from = loudestPart(source.analysis.power, seconds)
    const elsewhere = paired ? this.#from : loudestPart(model.analysis.power, seconds)
    this.#early = this.#both(source, model, elsewhere)
    // Whoever asks for them hears of the failure.
    this.#early.catch(() => undefined)
  }

  /** One after the other: each is in memory while it is encoded. */
  async #both(source: Recording, model: Recording, elsewhere: number): Promise<readonly [Sound, Sound]> {
    const before = await this.#cut(source.pcm, source.analysis.power, this.#from)
    return [before, await this.#cut(model.pcm, model.analysis.power, elsewhere)]
  }

  /** All of them, with the result's. @throws ColophonError MEDIA_NOT_WRITTEN; the signal's reason */
  async with({ pcm, power }: { readonly pcm: Pcm; readonly power: Float32Array }): Promise<ReportSounds> {
    const after = await this.#cut(pcm, power, this.#from)
    const [before, reference] = await this.#early
    return { before, after, reference }
  }

  /** Waits until nothing is read any more. */
  async end(): Promise<void> {
    await this.#early.catch(() => undefined)
  }

  async #cut({ sampleRate, layout, length, ...rest }: Pcm, power: Float32Array, from: number): Promise<Sound> {
    const memory = new ReaderMemory()
    using reader = new PcmReader({ sampleRate, layout, length, ...rest }, memory)
    const read = (first: number, end: number) => reader.read(first, end)
    const made = soundOf({ read, sampleRate, layout, length, power }, from, { seconds, signal: this.#signal })
    // It has read what it encodes.
    memory.free()
    return await made
  }
}
