/**
 * Makes the same calls as its siblings at the same time; what an op gives differs in each process, so that it shows whose it was.
 *
 * Its argument is a {@link Race}; its last line of output a {@link Raced}.
 */
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { any, blob, createStore, op, type Ref, type StoreOptions } from '@colophon/core'

export interface Race {
  readonly store: StoreOptions
  /** Keys, the same for all. */
  readonly keys: number
  /** Begin when this file is there. */
  readonly go: string
}

export interface Raced {
  /** Content hash of each key's value. */
  readonly hashes: readonly string[]
  /** The same, asked for in another run when all was committed. */
  readonly again: readonly string[]
  /** Bodies run in this process. */
  readonly executed: number
}

const race: Race = JSON.parse(process.argv[2]!)
let executed = 0

const mine = (n: number): string => `${n} by ${process.pid} at ${performance.now()}`

const short = op('short', (n: number) => {
  executed++
  return mine(n)
})
const long = op('long', async (n: number) => {
  executed++
  await sleep(1)
  return Array.from({ length: 2500 }, (_, line) => `${line} ${mine(n)}`)
})
const media = op({
  name: 'media',
  inputs: { n: any<number>() },
  outputs: { media: blob() },
  run: async ({ n }) => {
    executed++
    return { media: Buffer.from(mine(n).repeat(1000)) }
  },
})
const nested = op('nested', async (n: number) => {
  executed++
  // The inner calls are raced for as well, and by each process from its own history.
  return [await short(n + 1_000_000), await short(n % 7)]
})

async function resultOf(n: number): Promise<Ref> {
  if (n % 10 === 0) return long(n)
  if (n % 10 === 5) return (await media({ n })).media
  return n % 3 === 0 ? nested(n) : short(n)
}

const store = await createStore(race.store)
console.log('ready')
while (!existsSync(race.go)) await sleep(2)
const keys = Array.from({ length: race.keys }, (_, n) => n)

async function all(): Promise<string[]> {
  const hashes: string[] = []
  for (let first = 0; first < race.keys; first += 25)
    hashes.push(...(await Promise.all(keys.slice(first, first + 25).map(async (n) => (await resultOf(n)).hash))))
  return hashes
}

const hashes = await store.run(all)
const again = await store.run(all)
await store.close()
console.log(JSON.stringify({ hashes, again, executed } satisfies Raced))
