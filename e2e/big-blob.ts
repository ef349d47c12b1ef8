/**
 * Takes a large blob into a store and out of it in every way there is, and measures the memory that takes.
 *
 *   node e2e/big-blob.ts [--gb N] [--folder PATH] [--json]     default 10 GB, 1 GB in CI; needs three times that on the disk
 *
 * Exits with 1 when content differs, or more than 64 MB are needed above what the process has with the store open; what is in
 * brackets is only shown.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { any, blob, createStore, file, op } from '@colophon/core'
import { LargeContent } from './support/large-content.ts'
import { PeakMemory } from './support/peak-memory.ts'
import { Random } from './support/random.ts'
import { table } from './support/table.ts'

const GB = 1e9
const limit = 64e6
const { values: flags } = parseArgs({
  options: { gb: { type: 'string' }, folder: { type: 'string' }, json: { type: 'boolean' } },
})
const size = Number(flags.gb ?? (process.env.CI ? 1 : 10)) * GB
const say = flags.json ? console.error : console.log

const input = new LargeContent(size, 1)
const output = new LargeContent(size / 5, 2)

/** Reads a blob and gives its content hash. */
const digest = op({
  name: 'digest',
  inputs: { media: blob() },
  outputs: { digest: any<string>() },
  run: async ({ media }) => ({ digest: await hashOf(media.scan()) }),
})

const make = op({
  name: 'make',
  inputs: { way: any<'stream' | 'file'>() },
  outputs: { media: blob() },
  run: async ({ way }, { tempFile }) => {
    if (way === 'stream') return { media: output.stream() }
    const made = await tempFile('.bin')
    await writeFile(made.path, output.stream())
    return { media: made }
  },
})

async function hashOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256').update('colophon/blob/1\n')
  for await (const piece of stream) hash.update(piece)
  return hash.digest('hex')
}

const folder = mkdtempSync(join(flags.folder ?? tmpdir(), 'colophon-big-blob-'))
process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const saved = join(folder, 'saved.bin')
const store = await createStore(join(folder, 'store'))
// What the process has with its store open, before it has done anything with it.
const memory = new PeakMemory()
const baseline = memory.reset()
const rows: { what: string; GB: number; seconds: number; 'MB/s': number; 'extra MB': number }[] = []

async function measure<T>(what: string, bytes: number, body: () => Promise<T>): Promise<T> {
  memory.reset()
  const began = performance.now()
  const result = await body()
  const seconds = (performance.now() - began) / 1000
  const extra = Math.max(0, memory.peak - baseline)
  rows.push({ what, GB: bytes / GB, seconds, 'MB/s': Math.round(bytes / 1e6 / seconds), 'extra MB': extra / 1e6 })
  return result
}

const put = await measure('store.put, a stream', size, () => store.put(input.stream()))
const hashes = { input: input.hash, output: output.hash }
assert.equal(put.hash, hashes.input)
assert.equal(put.size, size)

await measure('saveTo', size, () => put.saveTo(saved))
assert.ok(input.isFile(saved), 'what was saved differs')

const taken = await measure('input of an op, a file', size, () => store.run(() => digest({ media: file(saved) })))
assert.equal(await taken.digest.value(), hashes.input)
rmSync(saved)

assert.equal(await measure('scan', size, () => hashOf(put.scan())), hashes.input)

const random = new Random(3)
let ranged = 0
await measure('scan, 500 ranges', 500 * 400_000, async () => {
  for (let count = 0; count < 500; count++) {
    const start = random.below(size)
    const end = Math.min(size, start + random.below(800_000))
    assert.ok(await input.is(put.scan({ start, end }), start), `the range ${start} to ${end} differs`)
    ranged += end - start
  }
})
rows.at(-1)!.GB = ranged / GB
rows.at(-1)!['MB/s'] = Math.round(ranged / 1e6 / rows.at(-1)!.seconds)

for (const way of ['stream', 'file'] as const) {
  const { media } = await measure(`output of an op, a ${way}`, output.size, () => store.run(() => make({ way })))
  assert.equal(media.hash, hashes.output)
  assert.equal(await hashOf(media.scan()), hashes.output)
}

const counted = rows.length
// Pieces to keep are garbage once used, and V8 lets 64 MiB of it lie about, however large the blob is; a thread takes some 40 MB.
assert.equal(await measure('(stream)', size, () => hashOf(put.stream())), hashes.input)
const report = await measure('(verify)', size + output.size, () => store.verify())
assert.deepEqual(report.problems, [])
await store.close()
memory.end()

say(table(rows))
const extra = Math.max(...rows.slice(0, counted).map((row) => row['extra MB']))
say(`at most ${extra.toFixed(1)} MB more than the ${(baseline / 1e6).toFixed(1)} MB of the process with its store open`)
if (flags.json) console.log(JSON.stringify({ gb: size / GB, extraMB: extra, rows }))
process.exitCode = extra * 1e6 <= limit ? 0 : 1
