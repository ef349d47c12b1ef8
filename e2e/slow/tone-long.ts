/**
 * Makes long recordings sound like a short one, each in a process of its own: its memory must stay flat, and what is killed in the middle
 * must go on from there and come to the same end.
 *
 *   node e2e/slow/tone-long.ts [--only speech,music] [--hours 10] [--music-hours 1] [--minutes 10] [--media FOLDER] [--folder PATH]
 *                              [--kills 1] [--json]
 *
 *   speech  `--hours` at 8 kHz, mono
 *   music   `--music-hours` at 44.1 kHz, stereo
 *
 * Recordings are made by joining those of `--media`, or notes and noise, in pieces of a few seconds. Ten hours of the one and an hour of the
 * other need 6 GB on the disk.
 *
 * Exits with 1 when a process holds more than 300 MB at any moment, or more than 10 % more (at least 10 MB) than with `--minutes` of the
 * same sound; or when the result after `kill -9` is another than without.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Child, lastLine, start } from '../support/child.ts'
import { type LongSound, longSound } from '../support/long-sound.ts'
import type { Matched, MatchJob } from '../support/match-program.ts'
import { table } from '../support/table.ts'

const { values: flags } = parseArgs({
  options: {
    only: { type: 'string', default: 'speech,music' },
    hours: { type: 'string', default: '10' },
    'music-hours': { type: 'string', default: '1' },
    minutes: { type: 'string', default: '10' },
    media: { type: 'string' },
    folder: { type: 'string', default: tmpdir() },
    kills: { type: 'string', default: '1' },
    json: { type: 'boolean' },
  },
})
const say = flags.json ? console.error : console.log
const asked = new Set(flags.only.split(','))
const kills = Number(flags.kills)
const MB = 1e6
const most = 300 * MB
/** How much more a long recording may take than a short one. */
const [more, atLeast] = [1.1, 10 * MB]

const folder = mkdtempSync(join(flags.folder, 'colophon-tone-long-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

interface Row {
  readonly what: string
  readonly seconds: number
  readonly 'x realtime': number
  readonly 'peak MB': number
  /** Megabytes after each tenth of the time. */
  readonly course: string
  readonly result: string
}
const rows: Row[] = []

/** As the command starts it: with compiled code at hand, and little room for garbage. */
const settings = {
  NODE_COMPILE_CACHE: join(folder, 'compiled'),
  NODE_OPTIONS: '--max-semi-space-size=4',
  MALLOC_ARENA_MAX: '2',
}
const begin = (job: MatchJob): Child => start('match-program.ts', job, settings)

async function finished(child: Child): Promise<Matched> {
  const ended = await child.ended
  if (ended.code !== 0) throw new Error(`the match failed:\n${ended.stderr}`)
  return lastLine<Matched>(ended)
}

/** Kills a match once it has come so far; whether there was something to kill. */
async function killedAt(job: MatchJob, fraction: number): Promise<boolean> {
  const child = begin(job)
  let killed = false
  child.process.stdout!.on('data', (text: string) => {
    const reached = [...String(text).matchAll(/^at ([\d.]+)$/gm)].some(([, at]) => Number(at) >= fraction)
    if (reached && !killed) killed = child.process.kill('SIGKILL')
  })
  const { signal, code, stderr } = await child.ended
  if (signal !== 'SIGKILL' && code !== 0) throw new Error(`the match failed:\n${stderr}`)
  return signal === 'SIGKILL'
}

const courseOf = ({ memory }: Matched): string =>
  Array.from({ length: 10 }, (_, index) => memory[Math.ceil(((index + 1) * memory.length) / 10) - 1])
    .map((point) => (point ? Math.round(point[1] / MB) : '-'))
    .join(' ')

function note(what: string, matched: Matched, seconds: number, result: string): void {
  const row = {
    what,
    seconds: matched.seconds,
    'x realtime': seconds / matched.seconds,
    'peak MB': matched.peak / MB,
    course: courseOf(matched),
    result,
  }
  rows.push(row)
  say(
    `${what}: ${row.seconds.toFixed(0)} s, ${row['x realtime'].toFixed(0)} x realtime, peak ${row['peak MB'].toFixed(0)} MB: ${result}`,
  )
}

const recordings = (pattern: RegExp): string[] =>
  flags.media
    ? readdirSync(flags.media)
        .filter((name) => /\.(wav|flac|mp3|ogg|opus|m4a|aac)$/i.test(name) && pattern.test(name))
        .sort()
        .map((name) => join(flags.media!, name))
    : []

async function long(kind: 'speech' | 'music', hours: number, sound: Omit<LongSound, 'seconds'>): Promise<void> {
  if (!asked.has(kind)) return
  const path = (name: string) => join(folder, `${kind}-${name}`)
  const minutes = Number(flags.minutes)
  const [target, short, reference] = [path('long.wav'), path('short.wav'), path('reference.wav')]
  await longSound(reference, { ...sound, recordings: sound.recordings.slice(-1), seconds: 60 })
  await longSound(short, { ...sound, seconds: minutes * 60 })
  await longSound(target, { ...sound, seconds: hours * 3600 })
  const job = (store: string, source: string): MatchJob => ({ store: path(store), target: source, reference, kind })

  const few = await finished(begin(job('store-short', short)))
  note(`${kind}: ${minutes} minutes`, few, minutes * 60, few.peak > most ? 'too much memory' : 'fine')
  rmSync(path('store-short'), { recursive: true })

  const whole = await finished(begin(job('store-whole', target)))
  const limit = Math.max(few.peak * more, few.peak + atLeast)
  const result = whole.peak > most ? 'too much memory' : whole.peak > limit ? 'more than a short one' : 'flat'
  note(`${kind}: ${hours} hours`, whole, hours * 3600, result)
  rmSync(path('store-whole'), { recursive: true })

  for (let kill = 1; kill <= kills; kill++) {
    const store = `store-killed-${kill}`
    const fraction = kill / (kills + 1)
    if (!(await killedAt(job(store, target), fraction))) throw new Error('the match ended before it was killed')
    const resumed = await finished(begin(job(store, target)))
    const same = resumed.hash === whole.hash
    note(
      `${kind}: killed at ${(fraction * 100).toFixed(0)} %, then`,
      resumed,
      hours * 3600,
      same ? 'the same' : 'another result',
    )
    rmSync(path(store), { recursive: true })
  }
  for (const each of [target, short, reference]) rmSync(each)
}

mkdirSync(folder, { recursive: true })
await long('speech', Number(flags.hours), {
  sampleRate: 8000,
  channels: 1,
  recordings: recordings(/speech|voice/i),
})
await long('music', Number(flags['music-hours']), {
  sampleRate: 44_100,
  channels: 2,
  recordings: recordings(/^(?!.*(speech|voice)).*$/i),
})

say(`\n${table(rows as unknown as Record<string, string | number>[])}`)
if (flags.json) console.log(JSON.stringify({ rows }))
process.exitCode = rows.every(({ result }) => ['fine', 'flat', 'the same'].includes(result)) ? 0 : 1
