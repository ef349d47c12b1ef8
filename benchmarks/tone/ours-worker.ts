/**
 * One piece of work of ours, in a process of its own: `ours-worker.ts TASK STORE`, the task a file of JSON; prints one line of JSON.
 *
 * Inside the clock: the call of the op, from the file that is read to the file that is written. Outside: starting Node and loading the
 * code. "rss" is the peak of the whole process, its threads among it.
 */
import { readFileSync } from 'node:fs'
import { createStore, file } from '@colophon/core'
import { analyze, match, type Preset, render } from '@colophon/tone'

/** What there is to do. */
export type Task =
  | {
      readonly work: 'match'
      readonly target: string
      readonly reference: string
      readonly output: string
      readonly mode: 'style' | 'paired'
      readonly kind: 'speech' | 'music'
      /** dB that the equaliser may raise or cut at the most; what is usual where it is not said. */
      readonly eqCap?: number
    }
  | { readonly work: 'analyze'; readonly target: string }
  | { readonly work: 'render'; readonly target: string; readonly output: string; readonly preset: Preset }

export interface Done {
  readonly seconds: number
  readonly cpuSeconds: number
  /** Bytes. */
  readonly rss: number
  /** What a match had the target rendered by. */
  readonly preset?: Preset
}

async function done(task: Task): Promise<Preset | undefined> {
  const target = file(task.target)
  if (task.work === 'analyze') {
    await analyze({ recording: target })
    return undefined
  }
  if (task.work === 'render') {
    const { media } = await render({ recording: target, preset: task.preset })
    await media.saveTo(task.output)
    return undefined
  }
  const { mode, kind, eqCap } = task
  const references = [file(task.reference)]
  const { media, preset } = await match({ target, references, mode, kind, ...(eqCap !== undefined && { eqCap }) })
  await media.saveTo(task.output)
  return preset.value()
}

if (import.meta.main) {
  const task = JSON.parse(readFileSync(process.argv[2]!, 'utf8')) as Task
  const folder = process.argv[3]!
  const store = await createStore(folder)
  const began = performance.now()
  const cpu = process.cpuUsage()
  const preset = await store.run(() => done(task))
  const seconds = (performance.now() - began) / 1000
  const { user, system } = process.cpuUsage(cpu)
  const { maxRSS } = process.resourceUsage()
  await store.close()
  const result: Done = {
    seconds,
    cpuSeconds: (user + system) / 1e6,
    rss: maxRSS * 1024,
    ...(preset && { preset }),
  }
  console.log(JSON.stringify(result))
}
