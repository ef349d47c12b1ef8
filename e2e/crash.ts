/**
 * Kills a program that makes nested calls at random moments, looks at what it left behind, and lets it go on until it is done.
 *
 *   node e2e/crash.ts [--kills N] [--seed S] [--json]     default 200 kills, 20 in CI
 *
 * Most die by SIGKILL, some by Ctrl-C, SIGTERM or `process.exit`. After every kill the database and the object files are read without the store's own code, and by `store.verify()`. The bodies of
 * the ops and their callers keep a log outside the store, and what it says must agree: no call whose result was in the store at the
 * kill runs again; in commit mode `call`, none that had returned to its caller; an effect that may not be repeated is not, unless
 * confirmed. Exits with 1 when anything does not hold.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createStore, type StoreOptions } from '@colophon/core'
import { type Ended, lastLine, start } from './support/child.ts'
import { exitCode, type Finish, type Plan } from './support/crash-plan.ts'
import { type Effect, readEffects } from './support/effect-log.ts'
import { look, type Sight, scratchFiles } from './support/eye.ts'
import { Random } from './support/random.ts'
import { table } from './support/table.ts'

const { values: flags } = parseArgs({
  options: { kills: { type: 'string' }, seed: { type: 'string' }, json: { type: 'boolean' } },
})
const wanted = Number(flags.kills ?? (process.env.CI ? 20 : 200))
const seed = Number(flags.seed ?? Math.floor(Math.random() * 2 ** 32))
const say = flags.json ? console.error : console.log

interface Mode {
  readonly commit: NonNullable<StoreOptions['commit']>
  readonly writer: NonNullable<StoreOptions['writer']>
}

interface Tally {
  kills: number
  programs: number
  executed: number
  /** Bodies begun again because the kill came before their commit. */
  repeated: number
  found: number
  problems: string[]
}

const modes: readonly Mode[] = (['call', 'group'] as const).flatMap((commit) =>
  (['inline', 'thread'] as const).map((writer) => ({ commit, writer })),
)
const folder = mkdtempSync(join(tmpdir(), 'colophon-crash-'))
const tallies = modes.map((): Tally => ({ kills: 0, programs: 0, executed: 0, repeated: 0, found: 0, problems: [] }))

/** What a program does when nobody interferes. */
const undisturbed = await Promise.all(
  modes.map(async (mode, index) => {
    const base = join(folder, `undisturbed-${index}`)
    const ended = await start('crash-program.ts', planOf(base, mode), { COLOPHON_E2E_KILL_AT: 'never' }).ended
    if (ended.code !== 0) throw new Error(`the program fails by itself:\n${ended.stderr}`)
    return { ...lastLine<Finish>(ended), ms: ended.ms }
  }),
)
const { outputs, writes } = undisturbed[0]!
if (undisturbed.some((finish) => finish.outputs !== outputs)) throw new Error('the modes give different outputs')

let kills = 0
let programs = 0
say(`seed ${seed}: ${wanted} kills`)
await Promise.all(Array.from({ length: Math.max(2, availableParallelism() >> 1) }, lane))

/** Takes one program after another to its end, until there were enough kills. */
async function lane(): Promise<void> {
  while (kills < wanted) {
    const number = programs++
    const index = number % modes.length
    // Each program has random numbers of its own, so that lanes do not change each other's.
    await toTheEnd(number, modes[index]!, tallies[index]!, undisturbed[index]!, new Random(seed + number))
  }
}

function planOf(base: string, mode: Mode, killAfter?: Plan['killAfter']): Plan {
  return { store: { path: join(base, 'store'), ...mode }, log: `${base}.log`, killAfter }
}

/** Runs one program on a store of its own, killed again and again, and once to its end. */
async function toTheEnd(
  number: number,
  mode: Mode,
  tally: Tally,
  normal: Finish & { ms: number },
  random: Random,
): Promise<void> {
  const base = join(folder, `program-${number}`)
  const path = join(base, 'store')
  const log = `${base}.log`
  const state: Progress = { stored: new Map(), values: new Map(), returned: new Set(), begun: new Set(), effects: 0 }
  tally.programs++
  for (let attempt = 0; ; attempt++) {
    const mayLive = attempt > 0 && random.chance(attempt / 4)
    const ended = await attemptOnce(base, mode, normal, mayLive ? undefined : random)
    const killed = ended.signal !== null || ended.code === exitCode
    const say = (problem: string): void => {
      tally.problems.push(`program ${number} (${mode.commit}, ${mode.writer}), attempt ${attempt + 1}: ${problem}`)
    }
    if (killed) {
      kills++
      tally.kills++
    } else if (ended.code !== 0) say(`it failed: ${ended.stderr || ended.code}`)
    else if (lastLine<Finish>(ended).outputs !== outputs) say('its outputs differ from those of an undisturbed run')
    const sight = look(path)
    for (const problem of sight.problems) say(problem)
    compare(readEffects(log), sight, state, mode, tally, say)
    // Every second time it is the program itself that first opens the store again.
    if (!killed || random.chance(0.5)) await openAgain(path, sight, say)
    if (killed) continue
    await computesNothing(base, mode, log, state, say)
    break
  }
  if (!tally.problems.length) for (const left of [base, log]) rmSync(left, { recursive: true, force: true })
}

async function attemptOnce(base: string, mode: Mode, normal: Finish & { ms: number }, random?: Random): Promise<Ended> {
  if (!random) return start('crash-program.ts', planOf(base, mode)).ended
  const way = random.pick(['write', 'write', 'write', 'event', 'event', 'time', 'time', 'exit'] as const)
  if (way === 'write') {
    // With a writing thread, the thread that calls makes few writes itself.
    const at = 1 + random.below(random.pick([300, writes]))
    return start('crash-program.ts', planOf(base, mode), { COLOPHON_E2E_KILL_AT: String(at) }).ended
  }
  if (way === 'event') {
    // A commit follows soon after most events.
    const killAfter = { events: random.below(normal.events), micros: Math.floor(random.next() ** 3 * 4000) }
    return start('crash-program.ts', planOf(base, mode, killAfter)).ended
  }
  if (way === 'exit')
    return start('crash-program.ts', { ...planOf(base, mode), exitAt: random.below(normal.events) }).ended
  const { process: child, ended } = start('crash-program.ts', planOf(base, mode))
  await Promise.race([sleep(random.next() * normal.ms * 1.1), ended])
  child.kill(random.pick(['SIGKILL', 'SIGKILL', 'SIGINT', 'SIGTERM'] as const))
  return ended
}

/** What is known of a program so far. */
interface Progress {
  /** Content hash of every stored result, by `op id`. */
  readonly stored: Map<string, string>
  /** Content hash of every result that was stored or returned. */
  readonly values: Map<string, string>
  readonly returned: Set<string>
  readonly begun: Set<string>
  /** How many lines of the log are accounted for. */
  effects: number
}

/** Holds what the log says of the last attempt against what was in the store before it, and is now. */
function compare(
  effects: readonly Effect[],
  sight: Sight,
  state: Progress,
  mode: Mode,
  tally: Tally,
  say: (problem: string) => void,
): void {
  const uncertain = new Set<string>()
  const begunNow = new Set<string>()
  const returnedNow = new Map<string, string>()
  for (const effect of effects.slice(state.effects)) {
    const call = `${effect.op} ${effect.id}`
    const external = effect.op === 'stamp' || effect.op === 'payment'
    if (effect.what === 'uncertain') uncertain.add(call)
    if (effect.what === 'returned') returnedNow.set(call, effect.hash)
    if (effect.what !== 'begin') continue
    tally.executed++
    if (state.begun.has(call)) tally.repeated++
    if (begunNow.has(call)) say(`${call} ran twice in one process`)
    if (state.stored.has(call)) say(`${call} ran again although its result was in the store`)
    if (state.returned.has(call) && (mode.commit === 'call' || external)) say(`${call} ran again after it had returned`)
    if (effect.op === 'payment' && state.begun.has(call) && !uncertain.has(call)) say(`${call} was repeated unasked`)
    begunNow.add(call)
  }
  for (const call of uncertain) {
    if (state.stored.has(call)) say(`${call} was called uncertain although its result was in the store`)
  }
  for (const [call, hash] of state.stored)
    if (sight.stored.get(call) !== hash) say(`the stored result of ${call} is gone`)
  for (const [call, hash] of [...sight.stored, ...returnedNow]) {
    const known = state.values.get(call)
    // A group that was lost with its process may give another value the next time, but only if nobody outside had it for good.
    if (known !== undefined && known !== hash && (mode.commit === 'call' || state.stored.has(call)))
      say(`the result of ${call} changed`)
    state.values.set(call, hash)
  }
  if (mode.commit === 'call')
    for (const call of returnedNow.keys())
      if (!sight.stored.has(call)) say(`${call} had returned and is not in the store`)
  for (const [call, hash] of sight.stored) state.stored.set(call, hash)
  for (const call of begunNow) state.begun.add(call)
  for (const call of returnedNow.keys()) state.returned.add(call)
  state.effects = effects.length
  tally.found = Math.max(tally.found, sight.results)
}

/** The store's own opinion; opening it must clear what dead processes left in its scratch folder. */
async function openAgain(path: string, sight: Sight, say: (problem: string) => void): Promise<void> {
  const store = await createStore(path)
  try {
    const left = scratchFiles(path)
    if (left.length > 0) say(`left in scratch: ${left.join(', ')}`)
    const report = await store.verify()
    for (const problem of report.problems) say(`verify: ${problem}`)
    for (const what of ['results', 'calls', 'steps'] as const)
      if (report[what] !== sight[what]) say(`verify counts ${report[what]} ${what} and there are ${sight[what]}`)
  } finally {
    await store.close()
  }
}

/** Once done, the program has nothing left to do. */
async function computesNothing(
  base: string,
  mode: Mode,
  log: string,
  state: Progress,
  say: (problem: string) => void,
): Promise<void> {
  const ended = await start('crash-program.ts', planOf(base, mode)).ended
  if (ended.code !== 0) return say(`the finished program fails when it is run once more: ${ended.stderr}`)
  if (lastLine<Finish>(ended).outputs !== outputs) say('run once more, the finished program gives other outputs')
  for (const effect of readEffects(log).slice(state.effects))
    if (effect.what === 'begin') say(`run once more, the finished program computes ${effect.op} ${effect.id}`)
  const left = scratchFiles(join(base, 'store'))
  if (left.length > 0) say(`left in scratch at the end: ${left.join(', ')}`)
}

const problems = tallies.flatMap((tally) => tally.problems)
say(
  table(
    modes.map((mode, index) => {
      const { kills, programs, executed, repeated, problems } = tallies[index]!
      return { ...mode, programs, kills, 'bodies run': executed, 'run again': repeated, violations: problems.length }
    }),
  ),
)
for (const problem of problems.slice(0, 50)) say(problem)
if (problems.length === 0) rmSync(folder, { recursive: true, force: true })
else say(`${problems.length} violations (--seed ${seed}); the stores are in ${folder}`)
if (flags.json) console.log(JSON.stringify({ kills, programs, violations: problems.length, seed }))
process.exitCode = problems.length === 0 ? 0 : 1
