import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { type Chain, chained, inRoom } from './chain.ts'
import type { Recording, Recordings } from './recordings.ts'
import { atRate, type Sound, secondsOf, writeSound } from './sound.ts'

/** A target that is to sound like a reference. */
export interface Pair {
  readonly name: string
  /** Music like other music, speech like speech in a room, or a recording like itself after a known chain. */
  readonly set: 'music' | 'speech' | 'chain'
  readonly target: SoundFile
  readonly reference: SoundFile
  /** What was done to the target to make the reference. */
  readonly chain?: Chain
}

export interface SoundFile {
  readonly path: string
  /** SHA-256 of the file. */
  readonly hash: string
  readonly sampleRate: number
  readonly channels: number
  readonly seconds: number
}

/** From one band of an equaliser to all that a desk does. */
const chains: readonly Chain[] = [
  {
    name: 'eq',
    bands: [
      { type: 'lowShelf', frequency: 150, gain: -5, q: 0.7 },
      { type: 'peak', frequency: 700, gain: 4, q: 1 },
      { type: 'highShelf', frequency: 5000, gain: 5, q: 0.7 },
    ],
  },
  {
    name: 'eq + compressor',
    bands: [
      { type: 'lowShelf', frequency: 200, gain: 3, q: 0.7 },
      { type: 'peak', frequency: 2500, gain: -4, q: 1.2 },
    ],
    compressor: { threshold: -24, ratio: 3, attack: 0.01, release: 0.12 },
  },
  {
    name: 'eq + compressor + width',
    bands: [
      { type: 'peak', frequency: 300, gain: -3, q: 0.8 },
      { type: 'highShelf', frequency: 8000, gain: 4, q: 0.7 },
    ],
    compressor: { threshold: -22, ratio: 3, attack: 0.02, release: 0.2 },
    width: 1.35,
  },
  {
    name: 'eq + compressor + reverb + width',
    bands: [
      { type: 'lowShelf', frequency: 120, gain: 4, q: 0.7 },
      { type: 'peak', frequency: 1200, gain: -4, q: 1 },
      { type: 'highShelf', frequency: 6000, gain: 3, q: 0.7 },
    ],
    compressor: { threshold: -24, ratio: 3, attack: 0.01, release: 0.15 },
    reverb: { decay: 0.8, wet: -9 },
    width: 1.35,
  },
]

/** A pair that nothing has been written of yet. */
interface Draft extends Omit<Pair, 'target' | 'reference'> {
  readonly target: Recording
  /** Its name, and how it is made. */
  readonly reference: readonly [name: string, make: () => Sound]
}

export interface PairOptions {
  /** Only a few pairs of each set. */
  readonly quick: boolean
  /** Which pairs are wanted. */
  readonly wanted: (pair: Pick<Pair, 'set' | 'name'>) => boolean
}

/** Writes what pairs are made of into a folder. */
export async function makePairs(recordings: Recordings, folder: string, options: PairOptions): Promise<Pair[]> {
  const files = new Map<string, Promise<SoundFile>>()
  const fileOf = (name: string, make: () => Sound): Promise<SoundFile> => {
    const made = files.get(name) ?? soundFile(join(folder, `${name.replace(/[^\w-]+/g, '_')}.wav`), make())
    files.set(name, made)
    return made
  }
  const all = [...musicPairs(recordings), ...speechPairs(recordings), ...chainPairs(recordings)]
  const pairs: Pair[] = []
  for (const draft of (options.quick ? fewOf(all) : all).filter(options.wanted))
    pairs.push({
      ...draft,
      target: await fileOf(draft.target.name, () => draft.target.sound),
      reference: await fileOf(...draft.reference),
    })
  return pairs
}

const musicPairs = ({ music }: Recordings): Draft[] =>
  music.flatMap((target) =>
    music
      .filter((reference) => reference !== target)
      .map((reference) => ({
        name: `${target.name} like ${reference.name}`,
        set: 'music',
        target,
        reference: [reference.name, () => reference.sound] as const,
      })),
  )

/** Two voices to a room, each like the other in it. */
const speechPairs = ({ speech, rooms }: Recordings): Draft[] =>
  rooms.flatMap((room, index) => {
    const [one, other] = [speech[index % speech.length], speech[(index + 1) % speech.length]]
    if (!one || !other || one === other) return []
    return [
      [one, other],
      [other, one],
    ].map(([target, voice]) => {
      const name = `${voice!.name} in ${room.name}`
      const { sound } = voice!
      const make = () => inRoom(sound, atRate(room.sound, sound.sampleRate).channels[0]!)
      return { name: `${target!.name} like ${name}`, set: 'speech', target: target!, reference: [name, make] as const }
    })
  })

/** Two recordings to a chain. */
const chainPairs = ({ music, speech }: Recordings): Draft[] =>
  chains.flatMap((chain, index) =>
    [0, 2].map((offset) => {
      const target = music[(index + offset) % music.length] ?? speech[index % speech.length]!
      const name = `${target.name} through ${chain.name}`
      return { name, set: 'chain', target, reference: [name, () => chained(target.sound, chain)] as const, chain }
    }),
  )

const fewOf = (drafts: readonly Draft[]): Draft[] =>
  (['music', 'speech', 'chain'] as const).flatMap((set) => {
    const all = drafts.filter((draft) => draft.set === set)
    return all.filter((_, index) => index % Math.ceil(all.length / (set === 'music' ? 3 : 2)) === 0)
  })

/** Writes a sound as candidates get it. */
export async function soundFile(path: string, sound: Sound): Promise<SoundFile> {
  await writeSound(path, sound)
  return {
    path,
    hash: await hashOf(path),
    sampleRate: sound.sampleRate,
    channels: sound.channels.length,
    seconds: secondsOf(sound),
  }
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}
