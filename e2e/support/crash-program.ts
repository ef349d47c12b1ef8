/**
 * The program that `crash.ts` kills: seasons of episodes, pipelines within a pipeline, with outputs of every kind. Each body of an
 * op, and each caller that has a result in its hands, says so in a log outside the store.
 *
 * Its one argument is a {@link Plan} as JSON; its last line of output is a {@link Finish}.
 */
import { createHash, randomUUID } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import { any, type BlobRef, blob, ColophonError, createStore, list, op, type Ref, unwrap } from '@colophon/core'
import { exitCode, type Finish, type Plan } from './crash-plan.ts'
import { EffectLog } from './effect-log.ts'

const plan: Plan = JSON.parse(process.argv[2]!)
const log = new EffectLog(plan.log)
const events = new Int32Array(new SharedArrayBuffer(4))

function event(): void {
  const before = Atomics.add(events, 0, 1)
  Atomics.notify(events, 0)
  if (before + 1 === plan.exitAt) process.exit(exitCode)
}

const hash = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** A number that is the same for the same text. */
const numberOf = (text: string): number => Number.parseInt(hash(text).slice(0, 8), 16)

/** Bytes that are the same for the same text. */
function bytesOf(text: string, size: number): Uint8Array {
  const bytes = new Uint8Array(size)
  let state = numberOf(text) | 1
  for (let index = 0; index < size; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    bytes[index] = state >>> 24
  }
  return bytes
}

function begin(name: string, id: string): () => string {
  const attempt = randomUUID()
  log.write({ what: 'begin', op: name, id, attempt })
  return () => {
    log.write({ what: 'end', op: name, id, attempt })
    event()
    return attempt
  }
}

function sync<A extends unknown[], R>(name: string, id: string, body: (...args: A) => R, ...args: A): R {
  const end = begin(name, id)
  const result = body(...args)
  end()
  return result
}

async function slow<R>(name: string, id: string, body: () => R | Promise<R>): Promise<R> {
  const end = begin(name, id)
  await sleep(numberOf(`${name}${id}`) % 5)
  const result = await body()
  end()
  return result
}

/** Waits for a call and says that its caller has the result. */
async function got<R extends Ref | Record<string, Ref>>(name: string, id: string, call: Promise<R>): Promise<R> {
  const result = await call
  const first = 'hash' in result ? (result as Ref) : Object.values(result)[0]!
  log.write({ what: 'returned', op: name, id, hash: first.hash })
  event()
  return result
}

const scalar = op('scalar', (id: string, x: number) => sync('scalar', id, () => (numberOf(id) % 1000) + x))

const structured = op('structured', (id: string, x: number) =>
  slow('structured', id, () => ({
    id,
    x,
    when: new Date(numberOf(id)),
    tags: new Set(['a', id]),
    by: new Map([[id, [x, null, undefined, -0]]]),
  })),
)

/** More than 64 KiB of data, which is kept as an object. */
const large = op('large', (id: string, count: number) =>
  slow('large', id, () => Array.from({ length: 9000 + (count % 9000) }, (_, index) => `${id} line ${index}`)),
)

const media = op({
  name: 'media',
  inputs: { id: any<string>(), way: any<number>() },
  outputs: { bytes: blob(), size: any<number>() },
  run: ({ id, way }, { tempFile }) =>
    slow('media', id, async () => {
      const bytes = bytesOf(id, 1 + (numberOf(id) % 300_000))
      if (way % 3 === 0) return { bytes, size: bytes.length }
      if (way % 3 === 1) return { bytes: pieces(bytes), size: bytes.length }
      const file = await tempFile('.bin')
      await writeFile(file.path, bytes)
      return { bytes: file, size: bytes.length }
    }),
})

async function* pieces(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += 50_000) {
    yield bytes.subarray(start, start + 50_000)
    await sleep(0)
  }
}

const digestOf = op({
  name: 'digestOf',
  inputs: { id: any<string>(), bytes: blob() },
  outputs: { digest: any<string>() },
  run: ({ id, bytes }) => slow('digestOf', id, async () => ({ digest: hash(await bytes.bytes()) })),
})

/** Acts on the world: what it gives differs each time it is run. */
const stamp = op(
  'stamp',
  async (id: string) => {
    const end = begin('stamp', id)
    await sleep(1)
    return end()
  },
  { effect: 'external' },
)

/** Acts on the world, and must not do so again without somebody having looked. */
const payment = op(
  'payment',
  async (id: string) => {
    const end = begin('payment', id)
    await sleep(3)
    return end()
  },
  { effect: 'external', repeatable: false },
)

async function pay(id: string): Promise<Ref<string>> {
  try {
    return await got('payment', id, payment(id))
  } catch (error) {
    if (!(error instanceof ColophonError && error.code === 'EFFECT_UNCERTAIN')) throw error
    log.write({ what: 'uncertain', op: 'payment', id })
    return got('payment', id, payment.with({ confirmRepeat: true })(id))
  }
}

const episode = op(
  'episode',
  (id: string, way: number) =>
    slow('episode', id, async () => {
      const a = await got('scalar', `${id}/a`, scalar(`${id}/a`, way))
      const both = Promise.all([
        got('large', `${id}/c`, large(`${id}/c`, a)),
        got('media', `${id}/d`, media({ id: `${id}/d`, way })),
        // The same call twice at once runs once.
        got('structured', `${id}/b`, structured(`${id}/b`, a)),
        got('structured', `${id}/b`, structured(`${id}/b`, a)),
      ])
      const [lines, made, b] = await both
      const { digest } = await got('digestOf', `${id}/e`, digestOf({ id: `${id}/e`, bytes: made.bytes }))
      await got('stamp', `${id}/s`, stamp(`${id}/s`))
      // Refs are passed on untouched, beside a value of its own.
      return { digest, lines, bytes: made.bytes as BlobRef, report: { a, b, own: `${id} done` } }
    }),
  { outputs: ['digest', 'lines', 'bytes', 'report'] },
)

const tally = op({
  name: 'tally',
  inputs: { id: any<string>(), reports: list(any<{ a: number }>()) },
  outputs: { sum: any<number>() },
  run: ({ id, reports }) => slow('tally', id, () => ({ sum: reports.reduce((sum, { a }) => sum + a, 0) })),
})

const season = op('season', (id: string, episodes: number) =>
  slow('season', id, async () => {
    const ids = Array.from({ length: episodes }, (_, index) => `${id}/${index}`)
    const one = (each: string, way: number) => got('episode', each, episode(each, way))
    const made: Awaited<ReturnType<typeof one>>[] = []
    if (numberOf(id) % 2) for (const [way, each] of ids.entries()) made.push(await one(each, way))
    else made.push(...(await Promise.all(ids.map((each, way) => one(each, way)))))
    const reports = made.map(({ report }) => report as unknown as Ref<{ a: number }>)
    const { sum } = await got('tally', `${id}/t`, tally({ id: `${id}/t`, reports }))
    await pay(`${id}/p`)
    return { sum, made: made.map(({ digest, lines, bytes }) => ({ digest, lines, bytes })) }
  }),
)

/** Everything, with the blobs as their digests. */
async function plain(value: unknown): Promise<unknown> {
  const item = value as { bytes?: () => Promise<Uint8Array> }
  if (typeof item?.bytes === 'function') return hash(await item.bytes())
  if (Array.isArray(value)) return Promise.all(value.map(plain))
  if (value instanceof Map || value instanceof Set) return plain([...value])
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype)
    return Object.fromEntries(
      await Promise.all(Object.entries(value).map(async ([key, part]) => [key, await plain(part)])),
    )
  return value
}

async function watchOut({ events: number, micros }: NonNullable<Plan['killAfter']>): Promise<void> {
  const killer = new Worker(new URL('./killer-thread.ts', import.meta.url), { workerData: { events, number, micros } })
  killer.unref()
  await new Promise((resolve) => killer.once('message', resolve))
}

if (plan.killAfter) await watchOut(plan.killAfter)
const store = await createStore(plan.store)
const outputs = await store.run(async () => {
  const first = got('season', 'one', season('one', 3))
  const others = await Promise.all([got('season', 'two', season('two', 2)), got('season', 'three', season('three', 3))])
  const extra: Ref[] = []
  for (let index = 0; index < 20; index++) extra.push(await got('scalar', `x/${index}`, scalar(`x/${index}`, index)))
  return plain(await unwrap([await first, ...others, ...extra]))
})
await store.close()
log.close()
const writes = (globalThis as { colophonWrites?: number }).colophonWrites ?? 0
console.log(JSON.stringify({ outputs: hash(JSON.stringify(outputs)), events: events[0]!, writes } satisfies Finish))
