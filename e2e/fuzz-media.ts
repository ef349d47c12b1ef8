/**
 * Reads damaged and hostile media in sandboxed children, and looks at what that does.
 *
 *   node e2e/fuzz-media.ts [--files 40] [--mp4 200] [--seed 1] [--only mp4,mov] [--children 2] [--timeout 10] [--memory 1024] [--json]
 *   node e2e/fuzz-media.ts --replay mp4:1234 [--seed 1]     reads that file alone, and keeps it
 *
 * `--files` small files of each format are made by changing whole ones, `--mp4` of MP4. Each is probed, decoded from beginning to
 * end and made a thumbnail of. Before them come files that try to make their reader open other files or connections. All along,
 * strace watches what the children open.
 *
 * It fails if a child does anything but end with a result or an error of ours, if one is not ended in time, if this process meets
 * an error that it does not expect, or if a file or a socket is opened that has no business to be. That a decoder crashes is what
 * the sandbox is for: it is counted, with the number that makes the file anew.
 */
import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { ColophonError } from '@colophon/core'
import { decodeUntrusted, Sandbox, thumbnailUntrusted } from '@colophon/media'
import { Accesses, canTrace, tracer } from './support/accesses.ts'
import { tricks, trickyNames } from './support/media-tricks.ts'
import { mutated } from './support/mutate.ts'
import { Random } from './support/random.ts'
import { table } from './support/table.ts'

const { values: flags } = parseArgs({
  options: {
    files: { type: 'string', default: '40' },
    mp4: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
    children: { type: 'string', default: '2' },
    timeout: { type: 'string', default: '10' },
    memory: { type: 'string', default: '1024' },
    replay: { type: 'string' },
    json: { type: 'boolean' },
  },
})
const [files, mp4, seed, children, timeout, memory] = [
  flags.files,
  flags.mp4,
  flags.seed,
  flags.children,
  flags.timeout,
  flags.memory,
].map(Number) as [number, number, number, number, number, number]

/** Seconds over its limit after which a run is said to hang: a loaded machine is late with everything. */
const grace = 10
const root = join(import.meta.dirname, '..')
const place = realpathSync(mkdtempSync(join(tmpdir(), 'colophon-fuzz-')))
const folder = (name: string): string => {
  mkdirSync(join(place, name), { recursive: true })
  return join(place, name)
}
const [work, elsewhere, traces] = [folder('work'), folder('elsewhere'), folder('traces')]
const problems: string[] = []

const traced = canTrace()
if (!traced) {
  const lacking = 'strace is not here (apt-get install strace), so what is opened is not watched'
  if (process.env.CI === 'true' && process.platform === 'linux') problems.push(lacking)
  console.error(`${lacking}.`)
}

const seeds = new Map<string, Buffer>()
execFileSync(
  process.execPath,
  ['--no-warnings', join(root, 'packages/media/src/testing/fuzz-seeds.ts'), folder('seeds')],
  { env: { ...process.env, SVT_LOG: '0' }, stdio: ['ignore', 'ignore', 'inherit'] },
)
for (const name of readdirSync(folder('seeds'))) seeds.set(name, readFileSync(join(folder('seeds'), name)))
const formats = [...new Set([...seeds.keys()].map((name) => name.split('.')[0]!))]

/** The number of a file's random numbers. */
function startOf(format: string, index: number): number {
  let hash = 0x811c9dc5
  for (const letter of `${seed} ${format} ${index}`) hash = Math.imul(hash ^ letter.charCodeAt(0), 0x01000193)
  return hash
}

/** The file with a number, from the seeds of its format. */
function fileOf(format: string, index: number): Buffer {
  const random = new Random(startOf(format, index))
  const own = [...seeds].filter(([name]) => name.startsWith(`${format}.`)).map(([, bytes]) => bytes)
  return mutated(random.pick(own), random.chance(0.8) ? random.pick(own) : random.pick([...seeds.values()]), random)
}

const sandbox = new Sandbox({
  children,
  timeout,
  memory: memory * 2 ** 20,
  write: [work],
  fileBytes: 2 ** 28,
  launcher: traced ? tracer(traces) : [],
})

const endings: Readonly<Record<string, string>> = {
  MEDIA_CRASHED: 'crashed',
  MEDIA_OVER_TIME: 'over time',
  MEDIA_OVER_MEMORY: 'over memory',
}

interface Outcome {
  readonly ending: string
  readonly why: string
}

/** How reading a file ended: `ok`, or the first thing that was wrong. */
async function read(name: string, path: string): Promise<Outcome> {
  const began = performance.now()
  const target = `${path}.thumbnail`
  const outcomes: Outcome[] = []
  const attempt = async (what: () => Promise<readonly ({ code: string; message: string } | undefined)[]>) => {
    const start = performance.now()
    try {
      for (const error of await what()) if (error) outcomes.push({ ending: error.code, why: error.message })
    } catch (error) {
      if (!(error instanceof ColophonError)) throw error
      outcomes.push({ ending: error.code, why: error.message })
      // An end by its own will is none by a decoder's fault: an error that nothing caught.
      if (!error.code.startsWith('MEDIA_') || /it ended with code/.test(error.message))
        problems.push(`${name}: ${error.message}`)
    }
    const seconds = (performance.now() - start) / 1000
    if (seconds > timeout + grace) problems.push(`${name}: it took ${seconds.toFixed(1)} s`)
  }
  await attempt(async () => {
    const { streams } = await decodeUntrusted(sandbox, path, { frames: 500, samples: 5_000_000 })
    return streams.map(({ error }) => error)
  })
  const ended = outcomes.some(({ ending }) => endings[ending])
  if (!ended)
    await attempt(async () => {
      await thumbnailUntrusted(sandbox, path, target)
      return []
    })
  rmSync(target, { force: true })
  // A sound without a cover has no thumbnail, which is no fault of the file.
  const faults = outcomes.filter(({ ending }) => ending !== 'MEDIA_WRONG_KIND')
  const worst = faults.find(({ ending }) => endings[ending]) ?? faults[0]
  slowest = Math.max(slowest, (performance.now() - began) / 1000)
  return worst ? { ...worst, ending: endings[worst.ending] ?? worst.ending } : { ending: 'ok', why: '' }
}
let slowest = 0

const counts = new Map<string, Map<string, number>>()
const notable: string[] = []

function count(row: string, name: string, { ending, why }: Outcome): void {
  const of = counts.get(row) ?? new Map<string, number>()
  counts.set(row, of.set(ending, (of.get(ending) ?? 0) + 1))
  if (Object.values(endings).includes(ending)) notable.push(`${name} ${ending}: ${why}`)
}

const accesses = new Accesses(traces, {
  code: [root, dirname(dirname(realpathSync(process.execPath)))],
  folders: [work],
})

/** Looks at what was opened since the last time. */
function watch(what: string): void {
  for (const line of accesses.stray()) problems.push(`${what}: ${line}`)
}

async function readTricks(): Promise<void> {
  let asked = 0
  const server = createServer((_, response) => {
    asked++
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const bait = { path: join(elsewhere, 'secret.ts'), address: `http://127.0.0.1:${port}` }
  writeFileSync(bait.path, seeds.get('mpegts.mpeg2-mp2')!)
  if (traced) {
    // What looks for something must be seen to find it.
    await sandbox.run(join(root, 'packages/media/src/testing/unruly.ts'), 'reads', [bait.path])
    if (accesses.stray().length !== 1) problems.push('a file that was opened on purpose was not seen')
  }
  const all = tricks(bait, seeds)
  for (const name of trickyNames(bait.path))
    all.set(name, seeds.get(name.includes('.png') ? 'png.plain' : 'mp4.h264-aac')!)
  for (const [name, bytes] of all) {
    const path = join(work, name)
    writeFileSync(path, bytes)
    count('(tricks)', name, await read(name, path))
    rmSync(path)
    watch(name)
  }
  server.close()
  if (asked > 0) problems.push(`${asked} connections were opened to the address that files name`)
}

async function fuzz(format: string, total: number): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < total) {
      const index = next++
      const name = `${format}:${index}`
      const path = join(work, `${format}-${index}`)
      writeFileSync(path, fileOf(format, index))
      count(format, name, await read(name, path))
      rmSync(path)
      if (index % 1000 === 999) {
        console.error(`${format}: ${index + 1} of ${total}`)
        watch(format)
      }
    }
  }
  await Promise.all(Array.from({ length: children }, worker))
  watch(format)
}

const began = performance.now()
if (flags.replay) {
  const [format, index] = flags.replay.split(':') as [string, string]
  const path = join(work, `${format}-${index}`)
  writeFileSync(path, fileOf(format, Number(index)))
  const outcome = await read(flags.replay, path)
  count(format, flags.replay, outcome)
  console.error(`It ends: ${outcome.ending} ${outcome.why}`)
  const kept = join(tmpdir(), `${format}-${index}`)
  copyFileSync(path, kept)
  console.error(`The file is ${kept}.`)
  watch(flags.replay)
} else {
  const wanted = flags.only?.split(',')
  if (!wanted) await readTricks()
  for (const format of formats)
    if (!wanted || wanted.includes(format)) await fuzz(format, format === 'mp4' ? mp4 : files)
}
await sandbox[Symbol.asyncDispose]()
rmSync(place, { recursive: true, force: true })

const columns = [
  'ok',
  ...new Set(
    [...counts.values()]
      .flatMap((of) => [...of.keys()])
      .filter((name) => name !== 'ok')
      .sort(),
  ),
]
const rows = [...counts].map(([format, of]) => ({
  format,
  files: of.values().reduce((sum, number) => sum + number, 0),
  ...Object.fromEntries(
    columns.map((name) => [name.replace('MEDIA_', '').toLowerCase().replaceAll('_', ' '), of.get(name) ?? 0]),
  ),
}))
const seconds = (performance.now() - began) / 1000
const total = rows.reduce((sum, row) => sum + row.files, 0)
if (flags.json)
  console.log(
    JSON.stringify({
      files: total,
      seconds,
      slowest,
      traced,
      notable,
      problems,
      counts: Object.fromEntries([...counts].map(([format, of]) => [format, Object.fromEntries(of)])),
    }),
  )
else {
  console.log(table(rows))
  console.log(
    `${total} files in ${seconds.toFixed(0)} s, the slowest in ${slowest.toFixed(1)} s; ${traced ? 'what was opened was watched' : 'what was opened was not watched'}.`,
  )
}
for (const line of notable) console.error(line)
for (const line of new Set(problems)) console.error(`PROBLEM ${line}`)
process.exitCode = problems.length === 0 ? 0 : 1
