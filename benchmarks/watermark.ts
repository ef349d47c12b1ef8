/**
 * What marks survive, how little they are seen, how seldom one is found where there is none, and what that costs:
 * `npm run bench:watermark -- image --media FOLDER`, with `--json` for one line of JSON, `--quick` for a small run.
 *
 * The pictures are photographs of a folder, frames of the videos beside it and synthesised ones (`watermark/corpus.ts`). Rates are shares
 * of copies whose whole payload of 64 bits comes back, blindly; encoders are real. With `--python` the marks that PyPI has are put through
 * the same (`watermark/peers.ts` says what to install). `docs/benchmarks.md` has figures.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, release, tmpdir, totalmem } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { WorkerPool } from '@colophon/media'
import { attackNames } from '@colophon/watermark'
import { rateName } from './watermark/bars.ts'
import { type CorpusFile, makeCorpus } from './watermark/corpus.ts'
import { nullFigures, runNull } from './watermark/null-run.ts'
import { type PeerResult, peerNames, peerResult } from './watermark/peers.ts'
import { qqPlot } from './watermark/qq-plot.ts'
import { figuresJson, figureTable, type Measured, survivalFigures, survivalTable } from './watermark/rows.ts'
import { type Speeds, speedOf } from './watermark/speed.ts'
import type { Survival, SurvivalJob } from './watermark/survival.ts'

const { values: flags, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    media: { type: 'string' },
    videos: { type: 'string' },
    files: { type: 'string' },
    payloads: { type: 'string' },
    only: { type: 'string', default: 'rates,peers,null,speed' },
    attacks: { type: 'string' },
    null: { type: 'string' },
    blocks: { type: 'string' },
    plot: { type: 'string' },
    python: { type: 'string' },
    rounds: { type: 'string' },
    threads: { type: 'string' },
    quick: { type: 'boolean', default: false },
    details: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})
if (flags.help || positionals[0] !== 'image' || !flags.media) {
  console.log(`Measures what marks in pictures survive, and what they cost.

  node benchmarks/watermark.ts image --media FOLDER [--quick] [--only rates,peers,null,speed] [--json]

  --media     folder of photographs
  --videos    folder of videos that frames are taken from (default: the folder "video" beside it)
  --files     only so many pictures, spread over all
  --payloads  payloads a picture (default 20)
  --attacks   only these, by name: jpeg50,crop71
  --null      whole pictures without a mark, or with that of another key, searched for one (default 5000)
  --blocks    blocks of 256x256 pixels of them (default 100000)
  --plot      file for a plot of their p-values (SVG)
  --python    interpreter that has invisible-watermark and blind-watermark; without it they are not measured
  --rounds    pictures that times are taken of (default 7)
  --threads   threads to use (default: one a core)
  --details   also tells of each picture how it did
  --quick     a few pictures and one payload: shows that it works
  --json      the figures as one object on the last line`)
  process.exit(flags.help ? 0 : 2)
}

const began = performance.now()
const tell = (line: string): void => {
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(5)} s  ${line}\n`)
}
const folder = mkdtempSync(join(tmpdir(), 'colophon-bench-watermark-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const number = (text: string | undefined, usual: number, quick: number): number =>
  text === undefined ? (flags.quick ? quick : usual) : Number(text)
const only = new Set(flags.only.split(','))
const attacks = flags.attacks?.split(',') ?? attackNames
const unknown = attacks.find((name) => !attackNames.includes(name))
if (unknown) {
  console.error(`There is no attack "${unknown}". Attacks: ${attackNames.join(', ')}`)
  process.exit(2)
}
// npm runs scripts in the repository, whatever folder it was called in.
const at = (path: string): string => resolve(process.env.INIT_CWD ?? '.', path)
const photographs = at(flags.media)
const videos = flags.videos ? at(flags.videos) : join(photographs, '../video')
const everything = await makeCorpus({ photographs, videos, folder: join(folder, 'corpus'), tell })
const files = spread(everything, number(flags.files, everything.length, 6))
await using pool = new WorkerPool({ ...(flags.threads && { size: Number(flags.threads) }) })

/** Evenly over the whole list, so that every kind is there. */
function spread(all: readonly CorpusFile[], count: number): CorpusFile[] {
  if (count >= all.length) return [...all]
  return Array.from({ length: count }, (_, index) => all[Math.floor(((index + 0.5) * all.length) / count)]!)
}

async function survivals(): Promise<Measured[]> {
  const payloads = number(flags.payloads, 20, 1)
  const jobs = Array.from({ length: payloads }, (_, payload) =>
    files.map((file) => ({ file, job: { path: file.path, name: file.name, payload, attacks } satisfies SurvivalJob })),
  ).flat()
  tell(`${files.length} pictures x ${payloads} payloads x ${attacks.length} attacks`)
  let done = 0
  const module = new URL('./watermark/survival.ts', import.meta.url)
  const results = await Promise.all(
    jobs.map(async ({ file, job }) => {
      const survival = await pool.run<Survival>(module, 'survivalOf', [job])
      done++
      if (flags.details || done % 20 === 0)
        tell(`${done} of ${jobs.length}${flags.details ? `: ${detailsOf(file, survival)}` : ''}`)
      return { size: file.size, survival }
    }),
  )
  return (['large', 'small'] as const).map((size) => ({
    size,
    runs: results.filter((result) => result.size === size).map(({ survival }) => survival),
  }))
}

function detailsOf({ name, width, height }: CorpusFile, { psnr, ssim, embedMs, rows }: Survival): string {
  const lost = Object.entries(rows).filter(([, { exact }]) => !exact)
  const times = Object.values(rows).map(({ ms }) => ms)
  const seen = `${psnr.toFixed(1)} dB, SSIM ${ssim.toFixed(3)}, embed ${embedMs.toFixed(0)} ms, detect ${Math.min(...times).toFixed(0)}-${Math.max(...times).toFixed(0)} ms`
  return `${name} (${width}x${height}) ${seen}; lost: ${lost.map(([attack, { wrong }]) => `${attack}${wrong ? '!' : ''}`).join(' ') || 'none'}`
}

const measured = only.has('rates') ? await survivals() : []
const peers: PeerResult[] = []
if (only.has('peers') && flags.python) {
  const options = { python: flags.python, folder, attacks, pool, tell }
  for (const name of peerNames) peers.push(await peerResult(name, files, options))
}
const nulls = only.has('null')
  ? await runNull({
      whole: number(flags.null, 5000, 40),
      blocks: number(flags.blocks, 100_000, 100),
      sources: everything.map(({ path }) => path),
      pool,
      tell,
    })
  : undefined
if (nulls && flags.plot) writeFileSync(at(flags.plot), qqPlot(nulls.samples))
let speeds: Speeds | undefined
if (only.has('speed')) {
  tell('times')
  speeds = await speedOf(everything, number(flags.rounds, 7, 2))
}

const figures = [
  ...survivalFigures(measured, attacks),
  ...(nulls ? nullFigures(nulls) : []),
  ...(speeds ? speedFigures(speeds, peers) : []),
]

function speedFigures({ embed, detectFull, detectTurned, detectUpright }: Speeds, beside: readonly PeerResult[]) {
  const figure = (name: string, values: readonly number[], value?: number) => ({
    name: `image.${name}`,
    value: median(values),
    ...(value !== undefined && { bar: { kind: 'at most' as const, value } }),
  })
  return [
    figure('embed1080Ms', embed, 200),
    figure('detect1080Ms', [...detectFull, ...detectTurned], 700),
    figure('detectUpright1080Ms', detectUpright, 150),
    figure('detectNothing1080Ms', detectFull),
    figure('detectTurned1080Ms', detectTurned),
    ...beside.flatMap(({ name, embedMs, extractMs }) => [
      { name: `image.${name}Embed1080Ms`, value: embedMs ?? null },
      { name: `image.${name}Detect1080Ms`, value: extractMs ?? null },
    ]),
  ]
}

function median(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? null
}

const machine = [
  `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model.trim()} x ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}`,
  `Node ${process.version}; ${files.length} pictures (${files.filter(({ size }) => size === 'large').length} large)`,
].join('\n')
// They stand in the table.
const rates = new Set((['large', 'small'] as const).flatMap((size) => attacks.map((attack) => rateName(size, attack))))
const shown = [
  machine,
  ...(measured.length > 0 || peers.length > 0 ? [survivalTable(measured, attacks, peers)] : []),
  figureTable(figures.filter(({ name }) => !rates.has(name))),
].join('\n\n')
if (flags.json) {
  tell(`done\n\n${shown}`)
  console.log(JSON.stringify(figuresJson(figures)))
} else console.log(shown)
