/**
 * One measurement of ours, in a process of its own: `node worker.ts TASK`, the task as JSON; prints one line of JSON.
 *
 * Inside the clock: the loop over the calls, the end of the run (which commits what is left) and the closing of the store (which
 * moves the log into the database), so that no work is put off past the end. Outside: starting Node, loading the code, opening
 * the store. CPU time is that of the whole process, with the threads that collect garbage and compile.
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createStore, op, type Store } from '@colophon/core'
import { keysOf, type MeasuredStore, type Task, warmUpPasses } from './task.ts'

let computed = 0

const add = op('add', (x: number, y: number) => {
  computed++
  return x + y
})

async function loop(store: Store, keys: Int32Array, passes: number): Promise<number> {
  return store.run(async () => {
    let sum = 0
    for (let pass = 0; pass < passes; pass++) for (const key of keys) sum += await (await add(key, 7)).value()
    return sum
  })
}

/** Calls everything that the loop will call, as often as it takes for the code to be compiled, on a store of its own. */
async function warmCode(task: Task): Promise<void> {
  const path = mkdtempSync(join(dirname(task.path), 'warm-'))
  const keys = keysOf({ kind: 'range', from: 0, count: 5000 })
  for (let time = 0; time < 3; time++) {
    const store = await createStore({ path, commit: task.commit, synchronous: task.synchronous })
    await loop(store, keys, 1)
    await store.close()
  }
  rmSync(path, { recursive: true })
}

const sizeOf = (folder: string): number =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((bytes, entry) => bytes + statSync(join(entry.parentPath, entry.name)).size, 0)

async function checkLeft({ path, leaves }: Task): Promise<void> {
  const store = await createStore(path)
  const { calls, steps } = await store.stats()
  await store.close()
  if (calls !== leaves.calls || steps !== leaves.steps)
    throw new Error(`there are ${calls} calls and ${steps} steps, not ${leaves.calls} and ${leaves.steps}`)
}

async function measure(task: Task): Promise<MeasuredStore> {
  const { path, commit, synchronous, passes } = task
  const keys = keysOf(task.keys)
  const calls = keys.length * passes
  if (task.ready === 'code') await warmCode(task)
  const store = await createStore({ path, commit, synchronous })
  if (task.ready === 'keys') await loop(store, keys, 1 + warmUpPasses)
  computed = 0

  const wall = performance.now()
  const cpu = process.cpuUsage()
  const sum = await loop(store, keys, passes)
  await store.close()
  const { user, system } = process.cpuUsage(cpu)
  const wallUs = (performance.now() - wall) * 1000

  const expected = passes * keys.reduce((total, key) => total + key + 7, 0)
  if (sum !== expected) throw new Error(`the values add up to ${sum}, not to ${expected}`)
  if (computed !== task.computes) throw new Error(`${computed} calls were computed, not ${task.computes}`)
  const bytes = sizeOf(path)
  await checkLeft(task)
  return { cpuUs: (user + system) / calls, wallUs: wallUs / calls, bytes }
}

process.stdout.write(`${JSON.stringify(await measure(JSON.parse(process.argv[2]!)))}\n`)
