import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { TruePeakMeter } from '../measure/true-peak-meter.ts'
import type { Pcm } from '../pcm/pcm.ts'
import { PcmReader } from '../pcm/pcm-reader.ts'
import type { Preset } from '../preset/preset.ts'
import { RoomTone } from '../room/room-tone.ts'
import { controlPass } from './control.ts'
import type { ControlTrack } from './control-track.ts'
import { applyDips, type Dip, dipsIn } from './dips.ts'
import { GainCurve } from './gain.ts'
import { slicesIn } from './grid.ts'
import { checksumOf, identityOf, Journal, keyOf } from './journal.ts'
import { type Overshoot, PeakSearch, type Peaks } from './overshoots.ts'
import { readNumbers } from './read-numbers.ts'
import { doSlices, type SliceOptions } from './slices.ts'
import { planStages, type StagesPlan, stagesOf } from './stages.ts'
import { PlaceWriter } from './write-into.ts'

export interface RenderOptions extends SliceOptions {
  /** Where everything is written, and found again after an interruption. */
  readonly folder: string
  /** Of the recording, for the stages of the preset; default: it is made. */
  readonly control?: ControlTrack | undefined
}

/** A recording as a preset leaves it. */
export interface Rendered extends Pcm {
  /** Linear: the largest magnitude of the signal, between samples too. */
  readonly truePeak: number
  /** Where the limiter's four points a sample had not seen a peak that sixteen do, and the gain was lowered once more. */
  readonly corrections: number
}

/** Changes when the same recording and preset would give other samples. */
const version = 1

/** How often it is corrected, at the most: each time by more, so that it is never needed. */
const mostRounds = 10

/**
 * Processes a recording as a preset says: the stages before the gain, the gain curve, room tone. It is done by slices, on all threads there
 * are, and each has its checksum written down: called again with the same folder after an interruption, it goes on where it was, and the
 * result is the same to the bit, as it is for any number of threads.
 *
 * Where the limiter is on, the true peak of the result is not above its ceiling: it is looked over with sixteen points a sample, and where
 * it is found to be higher the gain is lowered there, by a fraction of a decibel for some milliseconds.
 *
 * @throws the signal's reason; what reading and writing files throws
 */
export async function renderPcm(pcm: Pcm, preset: Preset, options: RenderOptions): Promise<Rendered> {
  const { folder, onProgress } = options
  mkdirSync(folder, { recursive: true })
  const part = (from: number, to: number): SliceOptions => ({
    ...options,
    onProgress: (fraction) => onProgress?.(from + (to - from) * fraction),
  })
  const control = options.control ?? (await controlPass(pcm, preset, { ...part(0, 0.4), folder }))
  const begin = options.control ? 0 : 0.4
  const gains = join(folder, 'gain')
  writeGain(control, preset, gains)
  const rendering = new Rendering(pcm, preset, control, folder, gains)
  let done = begin
  for (;;) {
    await rendering.render(part(done, 1))
    done = 1
    const dips = rendering.overshoots()
    if (dips.length === 0 || rendering.rounds === mostRounds) return rendering.rendered
    rendering.correct(dips)
  }
}

/** The gain at all boundaries of blocks, as 32-bit floats. */
function writeGain(control: ControlTrack, preset: Preset, path: string): void {
  using curve = new GainCurve(control, preset)
  const file = openSync(path, 'w')
  try {
    for (const { first, gain } of curve.pages()) {
      const bytes = new Uint8Array(gain.buffer, gain.byteOffset, gain.byteLength)
      for (let done = 0; done < bytes.length; )
        done += writeSync(file, bytes, done, bytes.length - done, first * 4 + done)
    }
  } finally {
    closeSync(file)
  }
}

class Rendering {
  readonly #pcm: Pcm
  readonly #preset: Preset
  readonly #control: ControlTrack
  readonly #out: Pcm
  readonly #gains: string
  readonly #journal: Journal
  readonly #plan: StagesPlan
  readonly #slice: number
  readonly #count: number
  /** Linear; infinite where there is no limiter. */
  readonly #ceiling: number
  #dips: Dip[]
  /** What is on disk. */
  readonly #made = new Map<number, Made>()
  /** Largest peak where slices meet. */
  #seamPeak = 0

  constructor(pcm: Pcm, preset: Preset, control: ControlTrack, folder: string, gains: string) {
    this.#pcm = pcm
    this.#preset = preset
    this.#control = control
    this.#gains = gains
    this.#plan = planStages(preset, pcm)
    this.#slice = stagesOf(this.#plan).slice
    this.#count = slicesIn(pcm.length, this.#slice)
    const { on, ceiling } = preset.limiter
    this.#ceiling = on ? 10 ** (ceiling / 20) : Number.POSITIVE_INFINITY
    this.#out = { ...pcm, path: join(folder, 'sound') }
    this.#journal = new Journal(
      this.#out.path,
      keyOf('sound', version, identityOf(pcm), { ...preset, name: undefined }),
    )
    this.#dips = this.#journal.notes.flatMap((note) => JSON.parse(note) as Dip[])
    writeFileSync(this.#out.path, '', { flag: 'a' })
  }

  /** How often there was something to correct. */
  get rounds(): number {
    return this.#journal.notes.length
  }

  get rendered(): Rendered {
    let truePeak = this.#seamPeak
    for (const { peak } of this.#made.values()) truePeak = Math.max(truePeak, peak)
    return { ...this.#out, truePeak, corrections: this.#dips.length }
  }

  #range(index: number): { from: number; to: number } {
    return { from: index * this.#slice, to: Math.min((index + 1) * this.#slice, this.#pcm.length) }
  }

  /** Renders what is not there yet, or has other corrections than are known now. */
  async render(options: SliceOptions): Promise<void> {
    const frame = 4 * this.#pcm.channels
    const { block } = this.#control
    const jobs: RenderJob[] = []
    const of: { index: number; recipe: string }[] = []
    for (let index = 0; index < this.#count; index++) {
      const { from, to } = this.#range(index)
      const dips = dipsIn(this.#dips, from / block, Math.ceil(to / block))
      const recipe = keyOf(dips).slice(0, 8)
      if (this.#made.get(index)?.recipe === recipe) continue
      const known = this.#journal.entry(index)
      const place = { at: from * frame, bytes: (to - from) * frame }
      if (known?.recipe === recipe && known.sum === checksumOf(this.#out.path, place)) {
        this.#made.set(index, { recipe, ...(JSON.parse(known.found) as Peaks) })
        continue
      }
      const { path } = this.#out
      const ceiling = this.#ceiling === Number.POSITIVE_INFINITY ? null : this.#ceiling
      jobs.push({
        pcm: this.#pcm,
        plan: this.#plan,
        roomTone: this.#preset.roomTone,
        path,
        gains: this.#gains,
        block,
        from,
        to,
        dips,
        ceiling,
      })
      of.push({ index, recipe })
    }
    const work = { module: import.meta.url, name: 'renderSlice', run: renderSlice }
    const take = ({ sum, ...peaks }: RenderedSlice, job: number): void => {
      const { index, recipe } = of[job]!
      this.#journal.add(index, { sum, recipe, found: JSON.stringify(peaks) })
      this.#made.set(index, { recipe, ...peaks })
    }
    await doSlices(jobs, work, take, options)
  }

  /** What is still above the ceiling, as dips that bring it below. */
  overshoots(): Dip[] {
    const high: Overshoot[] = []
    for (let index = 0; index < this.#count; index++) high.push(...this.#made.get(index)!.high)
    high.push(...this.#seams())
    // More with each round, so that there is an end.
    const beyond = 1 + 3e-4 * 2 ** this.rounds
    const { block } = this.#control
    return high.map(({ at, until, peak }) => ({
      first: Math.floor(at / block),
      last: Math.ceil(until / block),
      amount: Math.ceil((1 - this.#ceiling / (peak * beyond)) * 1e6) / 1e6,
    }))
  }

  /** Peaks where slices meet, which neither of them could see, and at both ends, where filters ring beyond the recording. */
  #seams(): Overshoot[] {
    const { length, sampleRate } = this.#pcm
    const reach = TruePeakMeter.reach
    const high: Overshoot[] = []
    using reader = new PcmReader(this.#out)
    this.#seamPeak = 0
    for (let index = 0; index <= this.#count; index++) {
      const seam = Math.min(index * this.#slice, length)
      const from = seam - 2 * reach
      const search = new PeakSearch(sampleRate, this.#ceiling)
      search.look(reader.read(from, seam + 2 * reach), from, reach, 3 * reach)
      const { peak, high: found } = search.peaks
      if (peak > this.#seamPeak) this.#seamPeak = peak
      high.push(...found)
    }
    return high
  }

  correct(dips: readonly Dip[]): void {
    // All at once and after a whole round, so that one that was interrupted finds just the same.
    this.#journal.note(JSON.stringify(dips))
    this.#dips = [...this.#dips, ...dips]
  }
}

interface Made extends Peaks {
  readonly recipe: string
}

interface RenderedSlice extends Peaks {
  /** CRC-32 of its bytes. */
  readonly sum: number
}

interface RenderJob {
  readonly pcm: Pcm
  readonly plan: StagesPlan
  readonly roomTone: Preset['roomTone'] | undefined
  readonly path: string
  readonly gains: string
  readonly block: number
  readonly from: number
  readonly to: number
  readonly dips: readonly Dip[]
  /** Linear */
  readonly ceiling: number | null
}

/** Renders one slice, writes it into its place, and looks over it. */
export function renderSlice(job: RenderJob): RenderedSlice {
  const { pcm, plan, roomTone, path, gains, block, from, to, dips, ceiling } = job
  const { channels, sampleRate } = pcm
  const stages = stagesOf(plan)
  const { chunk } = stages
  const gain = readNumbers(gains, from / block, Math.ceil(to / block) + 1)
  applyDips(dips, gain, from / block)
  const search = new PeakSearch(sampleRate, ceiling ?? Number.POSITIVE_INFINITY)
  const { interleaved, planes } = roomFor(chunk, channels)
  const reach = TruePeakMeter.reach
  let sum = 0
  using reader = new PcmReader(pcm)
  using file = new PlaceWriter(path)
  for (let at = from; at < to; at += chunk) {
    const end = Math.min(to, at + chunk)
    const samples = stages.process(reader, at, end)
    amplify(samples, gain.subarray((at - from) / block), block)
    addTone(roomTone, sampleRate, at, samples)
    const out = interleaved.subarray(0, (end - at) * channels)
    interleave(samples, out)
    sum = file.write(out, at * channels * 4, sum)
    // The meter looks at what came before as well, as far as its filters reach.
    const known = at === from ? 0 : 2 * reach
    for (const [channel, plane] of samples.entries()) planes[channel]!.set(plane, known)
    const length = known + end - at
    search.look(
      planes.map((plane) => plane.subarray(0, length)),
      at - known,
      reach,
      length - reach,
    )
    for (const plane of planes) plane.copyWithin(0, length - 2 * reach, length)
  }
  return { sum, ...search.peaks }
}

let room: { readonly interleaved: Float32Array; readonly planes: readonly Float32Array[] } | undefined

/** Memory of a thread for its slices. */
function roomFor(chunk: number, channels: number): NonNullable<typeof room> {
  const length = chunk + 2 * TruePeakMeter.reach
  if (room?.planes.length !== channels || room.planes[0]!.length !== length)
    room = {
      interleaved: new Float32Array(chunk * channels),
      planes: Array.from({ length: channels }, () => new Float32Array(length)),
    }
  return room
}

function interleave(planes: readonly Float32Array[], out: Float32Array): void {
  const step = planes.length
  for (const [channel, plane] of planes.entries())
    if (step === 1) out.set(plane)
    else for (let i = 0, at = channel; i < plane.length; i++, at += step) out[at] = plane[i]!
}

/** Multiplies with the gain, a straight line over each block. */
function amplify(channels: readonly Float32Array[], gain: Float32Array, block: number): void {
  for (const samples of channels) {
    const { length } = samples
    for (let b = 0, start = 0; start < length; b++, start += block) {
      const end = start + block < length ? start + block : length
      const low = gain[b]!
      const slope = (gain[b + 1]! - low) / block
      for (let i = start; i < end; i++) samples[i] = samples[i]! * (low + slope * (i - start))
    }
  }
}

let lastTone: { readonly key: string; readonly tone: RoomTone; readonly samples: Float32Array[] } | undefined

/** Adds the room tone, of which any stretch can be made. */
function addTone(
  roomTone: Preset['roomTone'] | undefined,
  sampleRate: number,
  from: number,
  channels: readonly Float32Array[],
): void {
  if (!roomTone?.on) return
  const { length } = channels[0]!
  const key = JSON.stringify([roomTone, sampleRate, channels.length, length])
  if (lastTone?.key !== key) {
    const samples = channels.map(() => new Float32Array(length))
    lastTone = { key, tone: new RoomTone(roomTone, sampleRate, channels.length), samples }
  }
  lastTone.tone.fill(from, lastTone.samples)
  for (const [channel, samples] of channels.entries()) {
    const tone = lastTone.samples[channel]!
    for (let i = 0; i < length; i++) samples[i]! += tone[i]!
  }
}
