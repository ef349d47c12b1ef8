/**
 * Rewrites long recordings without changing them, each in a process of its own, and looks whether its memory stays flat.
 *
 *   node e2e/slow/flat-media.ts [--only small,cut,large,wav,parts] [--preset veryfast] [--container mkv] [--folder PATH] [--json]
 *                               [--minutes 180] [--size 320x180] [--large-minutes 20] [--large-size 1280x720] [--hours 10]
 *                               [--sample-rate 48000]
 *
 *   small  all frames of a video of `--minutes` are decoded and encoded
 *   cut    of the same video only ten seconds are; all other packets pass
 *   large  all frames of a video of `--large-minutes`
 *   wav    a WAV file of `--hours`, mostly silence that takes no room on the disk, into another; that one needs 7 GB for 10 hours at
 *          48 kHz
 *   parts  a sound of that length whose bytes are computed when they are read, handed over as parts of a Matroska file
 *
 * The processes find their code compiled: Node's compiler of types takes 20 MB of its own, which packed rooms do without.
 *
 * Exits with 1 when a process holds more than 400 MB at any moment (150 MB for sound, 250 MB where the caller is given the parts to
 * keep), or when the line through its memory over the second half of its time rises by more than 1 MB a minute of that time. The
 * first half is for warming up; its slope, and the whole one, are only shown. The line goes through the lowest point of each of ten
 * stretches, and V8's young generation is left out: it is doubled, or made small again, by how many objects have survived in it, which
 * is a step and no slope. The peak has all of it. In half a minute there is no slope to be seen: shorter runs are held to their peak
 * alone. So is `cut`, which goes over the file four times, each time with decoders of its own.
 */
import assert from 'node:assert/strict'
import { closeSync, mkdtempSync, openSync, readSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { lastLine, start } from '../support/child.ts'
import { longVideo } from '../support/long-video.ts'
import { longWav } from '../support/long-wav.ts'
import { Random } from '../support/random.ts'
import type { RewriteJob, Rewritten } from '../support/rewrite-program.ts'
import { lowest, slopeOf } from '../support/slope.ts'
import { table } from '../support/table.ts'

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: 'small,cut,large,wav,parts' },
    preset: { type: 'string', default: 'veryfast' },
    container: { type: 'string', default: 'mkv' },
    folder: { type: 'string', default: tmpdir() },
    minutes: { type: 'string', default: '180' },
    size: { type: 'string', default: '320x180' },
    'large-minutes': { type: 'string', default: '20' },
    'large-size': { type: 'string', default: '1280x720' },
    hours: { type: 'string', default: '10' },
    'sample-rate': { type: 'string', default: '48000' },
    json: { type: 'boolean' },
  },
})
const say = flags.json ? console.error : console.log
const asked = new Set(flags.only.split(','))
const hours = Number(flags.hours)
const sampleRate = Number(flags['sample-rate'])
const MB = 1e6
const most = { video: 400 * MB, wav: 150 * MB, parts: 250 * MB }
const steepest = 1 * MB
/** Seconds of the second half below which its slope says nothing. */
const shortest = 15

const folder = mkdtempSync(join(flags.folder, 'colophon-flat-media-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

interface Row {
  readonly what: string
  readonly seconds: number
  readonly 'peak MB': number
  readonly 'at most': number
  readonly 'MB/min, second half': number
  readonly 'first half': number
  readonly all: number
  /** Megabytes after each tenth of the time. */
  readonly course: string
  readonly result: string
}
const rows: Row[] = []

async function rewritten(job: RewriteJob): Promise<Rewritten> {
  const ended = await start('rewrite-program.ts', job, { NODE_COMPILE_CACHE: join(folder, 'compiled') }).ended
  if (ended.code !== 0) throw new Error(`the rewriting failed:\n${ended.stderr}`)
  return lastLine<Rewritten>(ended)
}

/** @param even whether the same goes on from beginning to end, so that there is a slope to speak of */
function judge(what: string, { seconds, memory, peak }: Rewritten, limit: number, even = true): void {
  const minutes = memory.map(([at, bytes, young]) => [at / 60, bytes - young] as const)
  const half = minutes.length >> 1
  const slopes = [minutes.slice(half), minutes.slice(0, half), minutes].map((part) => slopeOf(lowest(part, 10)))
  const steep = even && seconds / 2 >= shortest && slopes[0]! > steepest
  const result = [peak > limit ? 'too much' : '', steep ? 'grows' : ''].filter(Boolean).join(', ') || 'flat'
  const [second, first, all] = slopes.map((slope) => slope / MB) as [number, number, number]
  const shown = { 'peak MB': peak / MB, 'at most': limit / MB, 'MB/min, second half': second, 'first half': first, all }
  rows.push({ what, seconds, ...shown, course: courseOf(memory), result })
  say(
    `${what}: ${seconds.toFixed(0)} s, peak ${(peak / MB).toFixed(0)} MB, ${second.toFixed(2)} MB a minute: ${result}`,
  )
}

function courseOf(memory: Rewritten['memory']): string {
  const tenths = Array.from({ length: 10 }, (_, index) => memory[Math.ceil(((index + 1) * memory.length) / 10) - 1])
  return tenths.map((point) => (point ? Math.round(point[1] / MB) : '-')).join(' ')
}

async function video(names: readonly ('small' | 'cut' | 'large')[], size: string, minutes: number): Promise<void> {
  const wanted = names.filter((name) => asked.has(name))
  if (wanted.length === 0) return
  const [width, height] = size.split('x').map(Number) as [number, number]
  const source = join(folder, `source.${flags.container}`)
  const frames = await longVideo(source, { width, height, minutes })
  say(
    `${size}, ${frames.toLocaleString('en')} frames, ${(statSync(source).size / MB).toFixed(0)} MB of ${flags.container}`,
  )
  for (const name of wanted) {
    const target = join(folder, `target.${flags.container}`)
    const only = name === 'cut' ? { only: [{ from: minutes * 30, to: minutes * 30 + 10 }] } : {}
    const done = await rewritten({ kind: 'video', source, target, preset: flags.preset, ...only })
    const found = done.report.video!
    assert.equal(found.why, undefined)
    if (name === 'cut') {
      assert.ok(found.frames > 0 && found.frames + found.kept!.packets === frames)
      assert.ok(found.frames <= 400, `${found.frames} frames were encoded`)
    } else assert.equal(found.frames, frames)
    judge(
      `${name}: ${size}, ${minutes} minutes${name === 'cut' ? ', 10 s of it' : ''}`,
      done,
      most.video,
      name !== 'cut',
    )
    rmSync(target)
  }
  rmSync(source)
}

const wav = longWav(hours, sampleRate)

/** Places in the sound of a WAV file that are not silent. */
function placesOf({ size, headerSize }: typeof wav): number[] {
  const random = new Random(1)
  const last = size - headerSize - pieceSize
  return [0, last, ...Array.from({ length: 500 }, () => random.below(last))]
}
const pieceSize = 65_536

async function makeWav(path: string): Promise<void> {
  const file = openSync(path, 'w')
  writeSync(file, await wav.read(0, wav.headerSize))
  for (const place of placesOf(wav)) writeSync(file, wav.sound(place, pieceSize), 0, pieceSize, wav.headerSize + place)
  closeSync(file)
}

/** Compares the sound of two WAV files where it is not silent, and how much of it there is. */
function compareWavs(one: string, other: string): void {
  const [left, right] = [one, other].map((path) => {
    const file = openSync(path, 'r')
    const head = Buffer.alloc(4096)
    readSync(file, head, 0, head.length, 0)
    const begin = head.indexOf('data') + 8
    assert.ok(statSync(path).size >= begin + wav.size - wav.headerSize)
    return (place: number) => {
      const piece = Buffer.alloc(pieceSize)
      readSync(file, piece, 0, pieceSize, begin + place)
      return piece
    }
  }) as [(place: number) => Buffer, (place: number) => Buffer]
  for (const place of placesOf(wav)) assert.ok(left(place).equals(right(place)), `the sound at ${place} is another`)
}

// Fills the cache of compiled code, as an installation's is after its first file, and checks that all works before long videos are made.
await rewritten({ kind: 'computed wav', hours: 1e-4, sampleRate })
for (let time = 0; time < 2 && asked.has('wav'); time++) {
  const [source, target] = [join(folder, 'source.wav'), join(folder, 'target.wav')]
  const short = longWav(1e-3, sampleRate)
  writeFileSync(source, Buffer.concat([await short.read(0, short.size)]))
  await rewritten({ kind: 'wav', source, target })
}

await video(['small', 'cut'], flags.size, Number(flags.minutes))
await video(['large'], flags['large-size'], Number(flags['large-minutes']))
if (asked.has('wav')) {
  const [source, target] = [join(folder, 'source.wav'), join(folder, 'target.wav')]
  await makeWav(source)
  const done = await rewritten({ kind: 'wav', source, target })
  assert.equal(done.report.audio!.samples, wav.samples)
  compareWavs(source, target)
  rmSync(target)
  judge(`wav: ${hours} hours at ${sampleRate / 1000} kHz`, done, most.wav)
}
if (asked.has('parts')) {
  const done = await rewritten({ kind: 'computed wav', hours, sampleRate })
  assert.equal(done.report.audio!.samples, wav.samples)
  assert.ok(done.counted > wav.size - wav.headerSize)
  judge(`parts: ${hours} hours at ${sampleRate / 1000} kHz`, done, most.parts)
}

say(`\n${table(rows as unknown as Record<string, string | number>[])}`)
if (flags.json) console.log(JSON.stringify({ rows }))
process.exitCode = rows.every(({ result }) => result === 'flat') ? 0 : 1
