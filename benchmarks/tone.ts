/**
 * How near `tone.match` comes to references, and what it costs: `npm run bench:tone -- --media FOLDER`, with `--json` for one line of
 * JSON, `--quick` for a small run.
 *
 * Beside it: a gain alone, Matchering 2.0.6 and FFmpeg's loudnorm. All are measured alike, by their output files (`tone/meter.ts`), on
 * music that is to sound like other music, speech that is to sound like speech in a room, and recordings that are to sound like
 * themselves after a known chain of effects (`tone/pairs.ts`). `docs/benchmarks.md` has figures.
 */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, release, tmpdir, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { jsonOf, tableOf } from './memo/figures.ts'
import { OutputCache } from './tone/candidates.ts'
import { figuresBeside, namedFigures } from './tone/figures.ts'
import { gainOnly } from './tone/gain.ts'
import { Meter } from './tone/meter.ts'
import { makePairs } from './tone/pairs.ts'
import { installPeers, loudnorm, matchering } from './tone/peers.ts'
import { qualityOf } from './tone/quality.ts'
import { readRecordings } from './tone/recordings.ts'
import { rowsOf } from './tone/rows.ts'
import { speedFigures } from './tone/speed.ts'

const { values: flags } = parseArgs({
  options: {
    media: { type: 'string' },
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    fresh: { type: 'boolean', default: false },
    only: { type: 'string', default: 'music,speech,chain,speed' },
    pairs: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
})
if (flags.help || !flags.media) {
  console.log(`Measures how near a match comes to its reference, beside Matchering and FFmpeg, and what it costs.

  node benchmarks/tone.ts --media FOLDER [--quick] [--only music,speech,chain,speed] [--pairs TEXT] [--fresh] [--json]

  --media  folder of recordings; those whose names say speech or voice are speech, those in its folder
           impulse-responses rooms, all others music
  --quick  a few pairs and a short file: shows that it works
  --only   some of the sets
  --pairs  only pairs whose names contain this
  --fresh  makes outputs of peers anew that earlier runs left
  --json   the figures as one object on the last line`)
  process.exit(flags.help ? 0 : 2)
}

const began = performance.now()
const tell = (line: string): void => {
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}\n`)
}
const folder = mkdtempSync(join(tmpdir(), 'colophon-bench-tone-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const only = new Set(flags.only.split(','))
const pairFolder = join(folder, 'pairs')
const meterFolder = join(folder, 'meter')
for (const path of [pairFolder, meterFolder]) mkdirSync(path)

tell('reading recordings')
// npm runs scripts in the repository, whatever folder it was called in.
const media = resolve(process.env.INIT_CWD ?? '.', flags.media)
const recordings = await readRecordings(media, { least: 60, most: 120, tell })
const pairs = await makePairs(recordings, pairFolder, {
  quick: flags.quick,
  wanted: ({ set, name }) => only.has(set) && name.includes(flags.pairs),
})
const peers = await installPeers(tell)
const { python, ffmpeg, versions } = peers
const meter = new Meter(meterFolder)
const cache = new OutputCache(join(tmpdir(), 'colophon-benchmark-tone-outputs'), flags.fresh)
const theirs = python ? matchering({ python, versions }) : undefined
const candidates = [
  gainOnly(async (file) => (await meter.reference(file)).integrated),
  ...(theirs ? [theirs] : []),
  ...(ffmpeg ? [loudnorm({ ffmpeg, versions }, (file) => meter.reference(file))] : []),
]
const rows = await qualityOf(pairs, { peers: candidates, cache, meter, folder, tell })
const speeds = only.has('speed')
  ? await speedFigures(recordings.music.length > 0 ? recordings.music : recordings.speech, {
      seconds: flags.quick ? 60 : 600,
      rounds: flags.quick ? 1 : 3,
      folder,
      ...(theirs && { matchering: theirs }),
      cache,
      tell,
    })
  : undefined

const machine = [
  `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model.trim()} x ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}`,
  `Node ${process.version}; ${versions}`,
].join('\n')
const named = namedFigures(rows, speeds)
const sets = (['music', 'speech', 'chain'] as const).map((set) => rows.filter(({ pair }) => pair.set === set))
const shown = [
  machine,
  ...sets.filter((set) => set.length > 0).map(rowsOf),
  tableOf(named),
  tableOf(figuresBeside(rows, speeds)),
].join('\n\n')
if (flags.json) {
  tell(`done\n\n${shown}`)
  console.log(JSON.stringify(jsonOf(named)))
} else console.log(shown)
