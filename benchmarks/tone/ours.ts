import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Preset } from '@colophon/tone'
import type { Made } from './candidates.ts'
import type { Done, Task } from './ours-worker.ts'
import type { Pair } from './pairs.ts'

const run = promisify(execFile)

/** The most that the equaliser can be allowed: it is hardly held back. */
export const uncapped = 44

/** Does a task in a process of its own, with a store that holds nothing yet. */
export async function doTask(task: Task, folder: string): Promise<Done> {
  const store = mkdtempSync(join(folder, 'store-'))
  const taskPath = `${store}.json`
  try {
    const worker = join(import.meta.dirname, 'ours-worker.ts')
    // As the command starts it.
    const args = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=4', worker, taskPath, store]
    // A file, for presets with a measured response are longer than an argument may be.
    writeFileSync(taskPath, JSON.stringify(task))
    // Node's compiler of types takes time and memory of its own, which packed rooms do without.
    const env = { ...process.env, NODE_COMPILE_CACHE: join(folder, 'compiled'), MALLOC_ARENA_MAX: '2' }
    const { stdout } = await run(process.execPath, args, { timeout: 1_200_000, maxBuffer: 2 ** 26, env })
    return JSON.parse(stdout.trimEnd().split('\n').at(-1)!)
  } finally {
    for (const path of [store, taskPath]) rmSync(path, { recursive: true, force: true })
  }
}

/** What ours did, and by which preset. */
export interface MadeByUs extends Made {
  readonly preset?: Preset
}

/** @param eqCap dB that the equaliser may raise or cut at the most; what is usual where it is not said */
export async function matched(
  { target, reference, set, chain }: Pair,
  output: string,
  folder: string,
  eqCap?: number,
): Promise<MadeByUs> {
  const task: Task = {
    work: 'match',
    target: target.path,
    reference: reference.path,
    output,
    mode: chain ? 'paired' : 'style',
    kind: set === 'speech' ? 'speech' : 'music',
    ...(eqCap !== undefined && { eqCap }),
  }
  try {
    return { ...(await doTask(task, folder)), path: output }
  } catch (error) {
    return { refused: messageOf(error) }
  }
}

/** The error that the process ended with. */
const messageOf = (error: unknown): string => {
  const { stderr, message } = error as { stderr?: string; message: string }
  const line = (stderr ?? '').split('\n').find((each) => /^(\[?\w*Error\b|Error\b)/.test(each))
  return (line ?? message.split('\n')[0])!.trim()
}
