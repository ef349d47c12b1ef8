/**
 * Interrupts matches in the middle, and looks whether they go on from there and come to the same end.
 *
 *   node e2e/interrupt-tone.ts [--seconds 45] [--json]
 *
 * A program that matches is killed while it decodes, renders, and writes, again and again on one store, once with its scratch files damaged
 * in between; at last it must give the very bytes that it gives when nobody disturbs it. The command is sent Ctrl-C and other signals: it
 * ends with the code of a cancelled call, a file that had the output's name before is as it was, and nothing else is left beside it.
 *
 * Exits with 1 when anything of this does not hold, or when a match takes more than 500 MB.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createStore, file } from '@colophon/core'
import { match } from '@colophon/tone'
import { type Child, lastLine, start } from './support/child.ts'
import { longSound } from './support/long-sound.ts'
import type { Matched, MatchJob } from './support/match-program.ts'
import { table } from './support/table.ts'

const { values: flags } = parseArgs({
  options: { seconds: { type: 'string', default: '45' }, json: { type: 'boolean' } },
})
const say = flags.json ? console.error : console.log
const seconds = Number(flags.seconds)
/** Bytes, of the whole process. How memory stays flat over hours is seen by `slow/tone-long.ts`. */
const mostMemory = 500e6
/** Milliseconds after which a program that comes no further is given up. */
const patience = 60_000

const folder = mkdtempSync(join(tmpdir(), 'colophon-interrupt-tone-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const env = { NODE_COMPILE_CACHE: join(folder, 'compiled') }

const results: { how: string; when: string; result: string }[] = []
async function check(how: string, when: string, body: () => Promise<void>): Promise<void> {
  try {
    await body()
    results.push({ how, when, result: 'ok' })
  } catch (error) {
    results.push({ how, when, result: `${error instanceof Error ? error.message.split('\n')[0] : error}` })
    process.exitCode = 1
  }
}

const [target, reference] = [join(folder, 'target.wav'), join(folder, 'reference.wav')]
await longSound(target, { seconds, sampleRate: 44_100, channels: 2, recordings: [] })
await longSound(reference, { seconds: 20, sampleRate: 22_050, channels: 2, recordings: [] })

const jobOn = (store: string): MatchJob => ({ store: join(folder, store), target, reference, kind: 'music' })
const begin = (job: MatchJob): Child => start('match-program.ts', job, env)

async function finished(job: MatchJob): Promise<Matched> {
  const ended = await begin(job).ended
  assert.equal(ended.code, 0, ended.stderr)
  return lastLine<Matched>(ended)
}

/** Kills a match with a signal that cannot be caught, once it has come so far. */
async function killedAt(job: MatchJob, fraction: number): Promise<void> {
  const child = begin(job)
  let text = ''
  child.process.stdout!.on('data', (piece: string) => {
    text += piece
    const reached = [...text.matchAll(/^at ([\d.]+)$/gm)].some(([, at]) => Number(at) >= fraction)
    if (reached) child.process.kill('SIGKILL')
  })
  const { signal, stderr } = await child.ended
  assert.equal(signal, 'SIGKILL', `the match ended before it was killed: ${stderr}`)
}

/** Files of the work that was begun on a store, by name. */
function workOf(store: string): Map<string, string> {
  const path = join(folder, store, 'work')
  const files = existsSync(path) ? readdirSync(path, { recursive: true, withFileTypes: true }) : []
  return new Map(files.filter((each) => each.isFile()).map((each) => [each.name, join(each.parentPath, each.name)]))
}

async function assertNoResult(store: string): Promise<void> {
  const opened = await createStore(join(folder, store))
  const { results } = await opened.stats()
  const left = readdirSync(join(folder, store, 'scratch'))
  await opened.close()
  assert.deepEqual([results, left], [0, []], 'there is a result, or scratch files are left')
}

/** Turns bits over in the middle of a file. */
function damage(path: string): void {
  const damaged = openSync(path, 'r+')
  const bytes = Buffer.alloc(64)
  const middle = statSync(path).size >> 1
  readSync(damaged, bytes, 0, bytes.length, middle)
  writeSync(
    damaged,
    bytes.map((byte) => ~byte),
    0,
    bytes.length,
    middle,
  )
  closeSync(damaged)
}

let whole: Matched | undefined
await check('nobody', '', async () => {
  whole = await finished(jobOn('whole'))
  assert.ok(whole.peak <= mostMemory, `it takes ${(whole.peak / 1e6).toFixed(0)} MB`)
})

for (const [when, fraction] of [
  ['decoding', 0.05],
  ['listening', 0.4],
  ['rendering', 0.6],
  ['writing', 0.9],
] as const)
  await check('kill -9', when, async () => {
    await killedAt(jobOn('killed'), fraction)
    await assertNoResult('killed')
    if (fraction > 0.5) assert.ok(workOf('killed').has('sound.journal'), 'no slice was kept')
  })
await check('kill -9', 'then undisturbed', async () => {
  const { hash } = await finished(jobOn('killed'))
  assert.equal(hash, whole?.hash, 'it is another result')
  assert.deepEqual([...workOf('killed').keys()], [], 'scratch files are left')
})
await check('kill -9', 'and files damaged', async () => {
  await killedAt(jobOn('damaged'), 0.8)
  const work = workOf('damaged')
  for (const [name, path] of work) if (!name.endsWith('.journal')) damage(path)
  const journal = work.get('control.journal')!
  truncateSync(journal, statSync(journal).size - 3)
  assert.equal((await finished(jobOn('damaged'))).hash, whole?.hash, 'it is another result')
})

const bin = join(import.meta.dirname, '../packages/cli/bin/colophon.js')
const old = 'what was there before'
let places = 0

/** Runs the command in a folder of its own, and sends it a signal when it has come to some file of its work. */
async function interrupted(signal: NodeJS.Signals, name: string): Promise<void> {
  const place = join(folder, `place-${places++}`)
  mkdirSync(place)
  const output = join(place, 'out.wav')
  writeFileSync(output, old)
  const store = `store-${places}`
  const child = spawn(
    process.execPath,
    [bin, 'tone', 'match', reference, target, '-o', output, '--kind', 'music', '--store', join(folder, store)],
    { cwd: place, env: { ...process.env, ...env, TMPDIR: place }, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (said += text))
  const ended = once(child, 'close')
  const begun = () => (statSync(workOf(store).get(name) ?? '', { throwIfNoEntry: false })?.size ?? 0) > 0
  for (const from = performance.now(); !begun(); await pause(5)) {
    assert.equal(child.exitCode, null, `the command ended by itself: ${said}`)
    assert.ok(performance.now() - from < patience, `it does not come to ${name}`)
  }
  child.kill(signal)
  const [code] = await ended
  assert.equal(code, 130, said)
  assert.match(said, /was cancelled/)
  assert.deepEqual(readdirSync(place), ['out.wav'], 'other files are left')
  assert.equal(readFileSync(output, 'utf8'), old)
  await assertNoResult(store)
}

await check('Ctrl-C', 'decoding', () => interrupted('SIGINT', 'recording-0.pcm'))
await check('Ctrl-C', 'rendering', () => interrupted('SIGINT', 'sound.journal'))
await check('SIGTERM', 'rendering', () => interrupted('SIGTERM', 'sound.journal'))
await check('Ctrl-C', 'then undisturbed', async () => {
  const output = join(folder, 'made.wav')
  const child = spawn(
    process.execPath,
    [bin, 'tone', 'match', reference, target, '-o', output, '--kind', 'music', '--store', join(folder, 'store-2')],
    { env: { ...process.env, ...env }, stdio: 'ignore' },
  )
  assert.equal((await once(child, 'close'))[0], 0)
  // What the first match had made is in its store.
  const store = await createStore(join(folder, 'whole'))
  const { media } = await store.run(() => match({ target: file(target), references: [file(reference)], kind: 'music' }))
  const made = Buffer.from(await media.bytes())
  await store.close()
  assert.ok(made.equals(readFileSync(output)), 'it is another result')
})

say(table(results))
if (flags.json) console.log(JSON.stringify({ results, peak: whole?.peak }))
