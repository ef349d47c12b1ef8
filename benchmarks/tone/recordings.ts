import { existsSync, readdirSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { looped, readSound, type Sound, secondsOf, withChannels } from './sound.ts'

export interface Recording {
  readonly name: string
  readonly sound: Sound
}

export interface Recordings {
  readonly music: readonly Recording[]
  readonly speech: readonly Recording[]
  /** Impulse responses of rooms, of one channel. */
  readonly rooms: readonly Recording[]
}

export interface RecordingOptions {
  /** What is shorter, in seconds, is repeated until it is that long. */
  readonly least: number
  /** Of what is longer the middle is taken. */
  readonly most: number
  readonly tell: (line: string) => void
}

/** So many are taken of a larger folder, from all over the list of names. */
const enough = { music: 6, speech: 3, rooms: 3 } as const
const ending = /\.(wav|flac|mp3|ogg|oga|opus|m4a|aac|aiff?)$/i

/**
 * The recordings of a folder: those in a folder `impulse-responses` in it are rooms, those whose names say `speech` or `voice` speech,
 * all others music.
 *
 * @throws Error where there are not two of music or of speech
 */
export async function readRecordings(folder: string, options: RecordingOptions): Promise<Recordings> {
  const paths = soundsIn(folder)
  const isSpeech = (path: string) => /speech|voice/i.test(basename(path))
  const read = {
    music: await readAll(
      paths.filter((path) => !isSpeech(path)),
      enough.music,
      options,
    ),
    speech: await readAll(paths.filter(isSpeech), enough.speech, options),
  }
  // Candidates do not agree on how loud mono is beside stereo: there is one of both in each set.
  const music = read.music.map(({ name, sound }) => ({ name, sound: withChannels(sound, 2) }))
  const speech = read.speech.map(({ name, sound }) => ({ name, sound: withChannels(sound, 1) }))
  if (music.length < 2 && speech.length < 2)
    throw new Error(`There are no two recordings of music or of speech in ${folder}.`)
  const responses = await readAll(soundsIn(join(folder, 'impulse-responses')), enough.rooms, { tell: options.tell })
  const rooms = responses.map(({ name, sound: { sampleRate, channels } }) => ({
    name,
    sound: { sampleRate, channels: channels.slice(0, 1) },
  }))
  return { music, speech, rooms }
}

const soundsIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => ending.test(name))
        .sort()
        .map((name) => join(folder, name))
    : []

async function readAll(
  paths: readonly string[],
  count: number,
  { least, most, tell }: Partial<RecordingOptions> & Pick<RecordingOptions, 'tell'>,
): Promise<Recording[]> {
  const step = Math.max(1, paths.length / count)
  const chosen = paths.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
  const read: Recording[] = []
  for (const path of chosen) {
    try {
      const sound = await readSound(path, most)
      if (least === undefined) read.push({ name: nameOf(path), sound })
      else if (sound.channels.length > 2) tell(`${basename(path)} has more than two channels and is left out`)
      else read.push({ name: nameOf(path), sound: secondsOf(sound) < least ? looped(sound, least) : sound })
    } catch (error) {
      tell(`${basename(path)} is left out: ${(error as Error).message}`)
    }
  }
  return read
}

const nameOf = (path: string): string => basename(path, extname(path))
