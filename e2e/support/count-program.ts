/**
 * Opens a store in a process of its own, asks for results that must be there, and makes new ones.
 *
 * Its argument: `{ path, from, known, make }`: the results of `record(from)` to `record(known - 1)` must be stored, `make` more are made.
 */
import { createStore, unwrap } from '@colophon/core'
import { record } from './ops.ts'

const { path, from, known, make } = JSON.parse(process.argv[2]!) as Record<'from' | 'known' | 'make', number> & {
  path: string
}
const store = await createStore(path)
await store.run(
  async () => {
    for (let n = from; n < known; n++) if ((await unwrap(record(n))).n !== n) throw new Error(`record(${n}) is wrong`)
  },
  { newCalls: false },
)
await store.run(async () => {
  for (let n = known; n < known + make; n++) await record(n)
})
const { ok, problems } = await store.verify()
await store.close()
console.log(JSON.stringify({ ok, problems }))
