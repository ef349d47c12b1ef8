/**
 * What a memoized call costs: `npm run bench:memo`, with `-- --json` for one line of JSON, `-- --quick` for a small run.
 *
 * An op of two scalar inputs, every call with inputs of its own, each value read, a step recorded for every call, the store on
 * disk. Each measurement is a process of its own (`memo/worker.ts`, `memo/peer.py` say what is inside the clock), and ours and
 * the peers' take turns, so that a machine that is busy for a while is busy for all of them. `docs/benchmarks.md` has figures.
 */
import { execFile } from 'node:child_process'
import { constants, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { cpus, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { type Figure, jsonOf, median, ratios, tableOf } from './memo/figures.ts'
import { installPeers, type Peers } from './memo/peers.ts'
import { type Keys, type MeasuredStore, type Task, warmUpPasses } from './memo/task.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})
if (flags.help) {
  console.log(`Measures what a memoized call costs, beside pymandala and joblib.Memory.

  node benchmarks/memo.ts [--quick] [--rounds N] [--json]

  --quick     one round and a small large store: shows that it works, not what it costs
  --rounds N  how often everything is measured (default 5)
  --json      the figures as one object on the last line`)
  process.exit(0)
}

const rounds = Number(flags.rounds ?? (flags.quick ? 1 : 5))
/** Calls of a loop, ours and the peers' alike. */
const calls = 2000
/** How often the loop in a warm process goes over its keys. */
const warmPasses = 25
const small = 1000
const sizes = flags.quick ? [small, 50_000] : [small, 100_000, 1_000_000]
const large = sizes.at(-1)!

const began = performance.now()
const tell = (line: string): void => {
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}\n`)
}

const folder = mkdtempSync(join(tmpdir(), 'colophon-bench-memo-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))

const range = (from: number, count: number): Keys => ({ kind: 'range', from, count })

/** Measures in a process of its own; what a task does not say is as for the plain miss. */
async function measure(
  task: Pick<Task, 'path' | 'keys' | 'computes' | 'leaves'> & Partial<Task>,
): Promise<MeasuredStore> {
  const whole: Task = { commit: 'group', synchronous: 'normal', passes: 1, ready: 'nothing', ...task }
  const args = [
    '--disable-warning=ExperimentalWarning',
    join(import.meta.dirname, 'memo/worker.ts'),
    JSON.stringify(whole),
  ]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  return JSON.parse(stdout)
}

const figures = new Map<string, number[]>()
const take = (name: string, value: number): void => {
  figures.set(name, [...(figures.get(name) ?? []), value])
}
const taken = (name: string): number[] => figures.get(name) ?? []

const template = (size: number): string => join(folder, `size-${size}`)

/** Makes the stores that growth is measured on. */
async function build(): Promise<void> {
  for (const size of sizes) {
    tell(`a store of ${size.toLocaleString('en')} calls`)
    const leaves = { calls: size, steps: size }
    const { bytes } = await measure({ path: template(size), keys: range(0, size), computes: size, leaves })
    take(`bytes ${size}`, bytes / size)
  }
}

/** Ours and the peers' in turn, first misses, then hits on what the misses left. */
async function takeTurns(round: number, peers: Peers | undefined): Promise<void> {
  const at = (name: string): string => join(folder, `${name}-${round}`)
  for (const task of ['miss', 'hit'] as const) {
    const [computes, steps] = task === 'miss' ? [calls, calls] : [0, 2 * calls]
    const ours = await measure({ path: at('ours'), keys: range(0, calls), computes, leaves: { calls, steps } })
    take(`${task} ours`, ours.cpuUs)
    for (const peer of peers ? (['mandala', 'joblib'] as const) : [])
      take(`${task} ${peer}`, (await peers!.measure(peer, task, at(peer), calls)).cpuUs)
  }
  for (const name of ['ours', 'mandala', 'joblib']) rmSync(at(name), { recursive: true, force: true })
}

async function measureDurable(): Promise<void> {
  const path = join(folder, 'durable')
  const leaves = { calls, steps: calls }
  const keys = range(0, calls)
  const { cpuUs } = await measure({ path, commit: 'call', synchronous: 'full', keys, computes: calls, leaves })
  take('miss durable', cpuUs)
  rmSync(path, { recursive: true })
}

async function measureWarm(): Promise<void> {
  const path = join(folder, 'warm')
  const leaves = { calls, steps: calls * (1 + warmUpPasses + warmPasses) }
  const { cpuUs } = await measure({
    path,
    keys: range(0, calls),
    passes: warmPasses,
    computes: 0,
    ready: 'keys',
    leaves,
  })
  take('hit warm', cpuUs)
  rmSync(path, { recursive: true })
}

/** With the code compiled only the ends are measured. */
const readiness = (size: number) =>
  size === small || size === large ? (['nothing', 'code'] as const) : (['nothing'] as const)

/** How often hits by size are measured in a round: they are short, and a busy moment would decide. */
const repeats = 3

/**
 * Hits at random and then new misses on a copy of a store of some size, each by a process that has just begun, and by one whose
 * code is compiled already.
 */
async function measureSize(size: number, round: number): Promise<void> {
  for (const ready of readiness(size)) {
    const path = join(folder, 'copy')
    cpSync(template(size), path, { recursive: true, mode: constants.COPYFILE_FICLONE })
    const hits: number[] = []
    let steps = size
    for (let repeat = 1; repeat <= repeats; repeat++) {
      const keys: Keys = { kind: 'sample', below: size, count: small, seed: round * repeats + repeat }
      steps += small
      hits.push((await measure({ path, keys, computes: 0, ready, leaves: { calls: size, steps } })).cpuUs)
    }
    take(`hit ${ready} ${size}`, median(hits))
    const leaves = { calls: size + calls, steps: steps + calls }
    const miss = await measure({ path, keys: range(size, calls), computes: calls, ready, leaves })
    take(`miss ${ready} ${size}`, miss.cpuUs)
    rmSync(path, { recursive: true })
  }
}

/** More hits in one process than it keeps in memory. */
const longCalls = Math.min(large, 150_000)

async function measureLong(round: number): Promise<void> {
  const path = join(folder, 'long')
  cpSync(template(large), path, { recursive: true, mode: constants.COPYFILE_FICLONE })
  const keys: Keys = { kind: 'sample', below: large, count: longCalls, seed: round }
  const { cpuUs } = await measure({ path, keys, computes: 0, leaves: { calls: large, steps: large + longCalls } })
  take('hit long', cpuUs)
  rmSync(path, { recursive: true })
}

const peers = await installPeers(tell).catch((error: Error) => {
  tell(`the peers are not measured: ${error.message.trim().split('\n').at(-1)}`)
  return undefined
})
await build()
for (let round = 1; round <= rounds; round++) {
  tell(`round ${round} of ${rounds}`)
  await takeTurns(round, peers)
  await measureDurable()
  await measureWarm()
  for (const size of sizes) await measureSize(size, round)
  await measureLong(round)
}

const most = (value: number) => ({ kind: 'at most', value }) as const
const least = (value: number) => ({ kind: 'at least', value }) as const
const growth = (what: string): number[] => ratios(taken(`${what} ${large}`), taken(`${what} ${small}`))
const scale = `${small.toLocaleString('en')} → ${large.toLocaleString('en')} calls`
const us = 'µs'

const result: Figure[] = [
  { name: 'missCpuUs', label: 'miss, group commit', unit: us, bar: most(120), values: taken('miss ours') },
  {
    name: 'missDurableCpuUs',
    label: 'miss, a FULL transaction each',
    unit: us,
    bar: most(350),
    values: taken('miss durable'),
  },
  { name: 'hitColdCpuUs', label: 'hit, cold process', unit: us, bar: most(30), values: taken('hit ours') },
  { name: 'hitWarmCpuUs', label: 'hit, in process', unit: us, bar: most(5), values: taken('hit warm') },
  { name: 'hitGrowth', label: `hit, ${scale}`, unit: 'x', bar: most(1.5), values: growth('hit nothing') },
  { label: '  with the code compiled', unit: 'x', values: growth('hit code') },
  { name: 'missGrowth', label: `miss, ${scale}`, unit: 'x', bar: most(2.5), values: growth('miss nothing') },
  { label: '  with the code compiled', unit: 'x', values: growth('miss code') },
  {
    name: 'bytesPerCall',
    label: 'disk a call, with its step',
    unit: 'B',
    bar: most(650),
    values: taken(`bytes ${large}`),
  },
  {
    name: 'hitVsPymandala',
    label: 'hit, pymandala / ours',
    unit: 'x',
    bar: least(40),
    values: ratios(taken('hit mandala'), taken('hit ours')),
  },
  {
    name: 'missVsPymandala',
    label: 'miss, pymandala / ours',
    unit: 'x',
    bar: least(40),
    values: ratios(taken('miss mandala'), taken('miss ours')),
  },
  {
    name: 'hitVsJoblib',
    label: 'hit, joblib / ours',
    unit: 'x',
    bar: least(2.5),
    values: ratios(taken('hit joblib'), taken('hit ours')),
  },
  {
    name: 'missVsJoblib',
    label: 'miss, joblib / ours',
    unit: 'x',
    bar: least(2.5),
    values: ratios(taken('miss joblib'), taken('miss ours')),
  },
]

const beside: Figure[] = [
  ...(['mandala', 'joblib'] as const).flatMap((peer) =>
    (['miss', 'hit'] as const).map((task) => ({
      label: `${task}, ${peer}`,
      unit: us,
      values: taken(`${task} ${peer}`),
    })),
  ),
  ...(['hit', 'miss'] as const).flatMap((task) =>
    (['nothing', 'code'] as const).flatMap((ready) =>
      sizes
        .filter((size) => taken(`${task} ${ready} ${size}`).length > 0)
        .map((size) => ({
          label: `${task}, ${size.toLocaleString('en')} calls stored${ready === 'code' ? ', code compiled' : ''}`,
          unit: us,
          values: taken(`${task} ${ready} ${size}`),
        })),
    ),
  ),
  {
    label: `hit, ${longCalls.toLocaleString('en')} of ${large.toLocaleString('en')} calls in one process`,
    unit: us,
    values: taken('hit long'),
  },
  ...sizes.map((size) => ({
    label: `disk a call, ${size.toLocaleString('en')} calls`,
    unit: 'B',
    values: taken(`bytes ${size}`),
  })),
]

const machine = [
  `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model.trim()} x ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}`,
  `Node ${process.version}; ${peers?.versions ?? 'no peers'}`,
  `CPU time a call (user + system) over loops of ${calls} calls (in process ${calls * warmPasses}, hits by size ${small}); ${rounds} round(s)`,
].join('\n')

if (flags.json) {
  tell(`done\n\n${machine}\n\n${tableOf(result)}\n\n${tableOf(beside)}`)
  console.log(JSON.stringify(jsonOf(result)))
} else console.log(`${machine}\n\n${tableOf(result)}\n\n${tableOf(beside)}`)
