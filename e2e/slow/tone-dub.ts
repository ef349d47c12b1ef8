/**
 * Puts a synthetic voice into the room of a dialogue recording, as a dub has to be, and looks whether it sounds to be there.
 *
 *   node e2e/slow/tone-dub.ts [--folder PATH] [--json]
 *
 * The dialogues are real voices in real rooms (impulse responses) with noise like that of a ventilation; the dub is espeak-ng's voice, which
 * knows no room: `apt-get install espeak-ng`. Where that, or the recordings in shared/media, are missing, it says so and ends with 0. With
 * `--folder`, the recordings and reports stay there to be listened to.
 *
 * Exits with 1 unless the distances of decay and of the noise floor's spectrum from the dialogue are at least halved.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { file } from '@colophon/core'
import { convolve, openMedia, resample, writeMedia } from '@colophon/media'
import { analyze, match, type Profile } from '@colophon/tone'
import { Random } from '../support/random.ts'
import { table } from '../support/table.ts'

const { values: flags } = parseArgs({ options: { folder: { type: 'string' }, json: { type: 'boolean' } } })
const audio = join(import.meta.dirname, '../../../shared/media/audio')
const rate = 44_100
/** Paragraphs, for espeak-ng pauses between them as a speaker would. */
const script = [
  'We had better leave, she said, before the rain comes back and the bridge is closed again.',
  'He walked slowly along the corridor, stopped at the door, and listened.',
  'Nobody answered.',
  'Then, after a while, somebody laughed behind the wall.',
  'Take the second turning on the left, and wait for me there.',
  'It was a bright, cold day, and the clocks were striking thirteen.',
].join('\n\n')

const missing = !existsSync(audio)
  ? `no recordings in ${audio}`
  : spawnSync('espeak-ng', ['--version']).error
    ? 'no espeak-ng, which speaks the dub: apt-get install espeak-ng'
    : undefined
if (missing) {
  console.log(`skipped: ${missing}`)
  process.exit(0)
}

/** One channel of a recording, or the mean of all. */
async function samplesOf(path: string, channel?: number): Promise<Float32Array> {
  const parts: Float32Array[] = []
  let from = rate
  for await (const { channels, length, sampleRate } of (await openMedia(path)).samples({ precision: 'float32' })) {
    from = sampleRate
    const part = new Float32Array(length)
    for (const samples of channel === undefined ? channels : [channels[channel]!])
      for (let i = 0; i < length; i++) part[i]! += samples[i]! / (channel === undefined ? channels.length : 1)
    parts.push(part)
  }
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return from === rate ? all : (resample([all], from, rate)[0] as Float32Array)
}

/** A voice in a room: 25 seconds, with noise so many dB under it. */
async function dialogue(voice: string, room: string, noise: number): Promise<Float32Array> {
  const dry = (await samplesOf(join(audio, voice))).subarray(0, 25 * rate)
  const response = await samplesOf(join(audio, 'impulse-responses', room), 0)
  const wet = convolve(Float32Array.from(dry), response).subarray(0, dry.length)
  const level = Math.sqrt(wet.reduce((sum, value) => sum + value * value, 0) / wet.length)
  const random = new Random(5)
  let hum = 0
  return wet.map((value) => {
    // A filter of the first order makes the noise darker.
    hum = 0.93 * hum + (random.next() - 0.5)
    return (value / level) * 0.08 + hum * 0.08 * 10 ** (noise / 20) * 1.27
  })
}

async function save(path: string, samples: Float32Array): Promise<void> {
  async function* blocks() {
    yield { time: 0, sampleRate: rate, layout: 'mono', channels: [samples], length: samples.length }
  }
  await writeMedia(path, { audio: { blocks: blocks(), encoding: { codec: 'pcm_s24le' } } })
}

const profileOf = async (path: string): Promise<Profile> =>
  (await (await analyze({ recording: file(path), kind: 'speech' })).profile.value()) as Profile

/** Mean difference, dB, of the noise floors between 100 Hz and 8 kHz, each as far under the loudness of its recording. */
function noiseDistance(a: Profile, b: Profile): number {
  const under = ({ spectrum, loudness }: Profile, k: number) =>
    Math.max(-100, spectrum.noise[k]! - loudness.integrated!)
  const inside = b.spectrum.frequency.flatMap((hertz, k) => (hertz >= 100 && hertz <= 8000 ? [k] : []))
  return inside.reduce((sum, k) => sum + Math.abs(under(a, k) - under(b, k)), 0) / inside.length
}

const folder = flags.folder ?? mkdtempSync(join(tmpdir(), 'colophon-tone-dub-'))
mkdirSync(folder, { recursive: true })
const cases = [
  { name: 'kitchen', voice: 'human-voice.mp3', room: 'kitchen-true-stereo.wav', noise: -42, speaks: 'en-us' },
  { name: 'hall', voice: 'speech-3436-172162.ogg', room: 'omni-35-10.wav', noise: -50, speaks: 'en-gb' },
  { name: 'studio', voice: 'speech-198-209.ogg', room: 'spatialized3.wav', noise: -36, speaks: 'en-us+f3' },
]
const results: { name: string; quantity: string; before: number; after: number }[] = []
try {
  const dubs = new Map<string, string>()
  for (const { name, voice, room, noise, speaks } of cases) {
    const [reference, dub, out] = ['reference', 'dub', 'matched'].map((part) =>
      join(folder, `${name}-${part}.wav`),
    ) as [string, string, string]
    await save(reference, await dialogue(voice, room, noise))
    const spoken = spawnSync('espeak-ng', ['-v', speaks, '-s', '150', '-w', dub, script])
    if (spoken.status !== 0) throw new Error(`espeak-ng: ${spoken.stderr}`)
    dubs.set(name, dub)
    const { media, report, measured } = await match({
      references: [file(reference)],
      target: file(dub),
      kind: 'speech',
    })
    await media.saveTo(out)
    await report.saveTo(join(folder, `${name}.html`))
    const { quantities } = await measured.value()
    const decay = quantities.find((quantity) => quantity.name === 'decay')
    results.push({ name, quantity: 'decay', before: decay?.before ?? Number.NaN, after: decay?.after ?? Number.NaN })
    const [wanted, before, after] = await Promise.all([reference, dub, out].map(profileOf))
    results.push({
      name,
      quantity: 'noise floor',
      before: noiseDistance(before!, wanted!),
      after: noiseDistance(after!, wanted!),
    })
  }
} finally {
  if (!flags.folder) rmSync(folder, { recursive: true, force: true })
}

const failed = results.filter(({ before, after }) => !(after <= before / 2))
if (flags.json) console.log(JSON.stringify(results, undefined, 2))
else
  console.log(
    table(
      results.map(({ name, quantity, before, after }) => ({
        dialogue: name,
        'distance of': quantity,
        'before, dB': before.toFixed(2),
        'after, dB': after.toFixed(2),
        'less by, %': (100 * (1 - after / before)).toFixed(0),
      })),
    ),
  )
if (failed.length > 0) {
  console.error(`not halved: ${failed.map(({ name, quantity }) => `${quantity} of ${name}`).join(', ')}`)
  process.exitCode = 1
}
