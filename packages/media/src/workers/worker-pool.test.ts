import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import test from 'node:test'
import { threadId } from 'node:worker_threads'
import fc from 'fast-check'
import { bands } from './bands.ts'
import { WorkerPool } from './worker-pool.ts'

const jobs = new URL('../testing/pool-jobs.ts', import.meta.url)

test('functions run on other threads, several at a time', async () => {
  await using pool = new WorkerPool({ size: 2 })
  const results = await Promise.all(
    Array.from({ length: 8 }, (_, index) => pool.run<number>(jobs, 'sum', [Float64Array.of(index, 1)])),
  )
  assert.deepEqual(
    results,
    Array.from({ length: 8 }, (_, index) => index + 1),
  )
  const threads = new Set(await Promise.all(Array.from({ length: 6 }, () => pool.run<number>(jobs, 'whoami', []))))
  assert.ok(!threads.has(threadId) && threads.size <= 2)
})

test('buffers are handed over both ways, and shared ones are shared', async () => {
  await using pool = new WorkerPool({ size: 1 })
  const numbers = Float64Array.of(1, 2, 3)
  const result = await pool.run<Float64Array>(jobs, 'doubled', [numbers], { transfer: [numbers.buffer] })
  assert.deepEqual([...result], [2, 4, 6])
  assert.equal(numbers.length, 0)
  const shared = new SharedArrayBuffer(4)
  await pool.run(jobs, 'fill', [shared, 7])
  assert.deepEqual([...new Uint8Array(shared)], [7, 7, 7, 7])
})

test('errors come back as they were', async () => {
  await using pool = new WorkerPool({ size: 1 })
  await assert.rejects(pool.run(jobs, 'failing', []), { name: 'ColophonError', code: 'FILE_NOT_FOUND' })
  await assert.rejects(pool.run(jobs, 'throwing', []), { message: 'no such thing' })
  await assert.rejects(pool.run(jobs, 'setNotFunction', []), { message: /exports no function "setNotFunction"/ })
  await assert.rejects(pool.run(jobs, 'sum', [() => 0]), { name: 'DataCloneError' })
  assert.equal(await pool.run(jobs, 'sum', [Float64Array.of(1)]), 1)
})

test('a thread that ends fails its own job alone, and is replaced', async () => {
  await using pool = new WorkerPool({ size: 1, resourceLimits: { maxOldGenerationSizeMb: 24 } })
  const [gone, next] = await Promise.allSettled([
    pool.run(jobs, 'leaving', []),
    pool.run(jobs, 'sum', [Float64Array.of(4)]),
  ])
  assert.equal((gone as PromiseRejectedResult).reason.code, 'WORKER_FAILED')
  assert.deepEqual(next, { status: 'fulfilled', value: 4 })
  await assert.rejects(pool.run(jobs, 'greedy', []), { code: 'WORKER_FAILED', message: /memory/ })
  assert.equal(await pool.run(jobs, 'sum', [Float64Array.of(5)]), 5)
})

test('a job is given up when its signal says so, whether it waits or runs', async () => {
  await using pool = new WorkerPool({ size: 1 })
  const [running, waiting] = [new AbortController(), new AbortController()]
  const shared = new SharedArrayBuffer(4)
  const endless = pool.run(jobs, 'endless', [shared], { signal: running.signal })
  const queued = pool.run(jobs, 'whoami', [], { signal: waiting.signal })
  const after = pool.run(jobs, 'sum', [Float64Array.of(6)])
  const begun = Atomics.waitAsync(new Int32Array(shared), 0, 0)
  if (begun.async) await begun.value
  const [why, stop] = [new Error('not needed'), new Error('stop')]
  waiting.abort(why)
  await assert.rejects(queued, (error) => error === why)
  running.abort(stop)
  await assert.rejects(endless, (error) => error === stop)
  assert.equal(await after, 6)
  const early = pool.run(jobs, 'whoami', [], { signal: AbortSignal.abort(why) })
  await assert.rejects(early, (error) => error === why)
})

test('a closed pool runs nothing more', async () => {
  const pool = new WorkerPool({ size: 1 })
  const cut = pool.run(jobs, 'endless', [new SharedArrayBuffer(4)])
  const queued = pool.run(jobs, 'whoami', [])
  const both = Promise.all([
    assert.rejects(cut, { code: 'WORKER_FAILED' }),
    assert.rejects(queued, { code: 'WORKER_FAILED' }),
  ])
  await pool[Symbol.asyncDispose]()
  await both
  await assert.rejects(pool.run(jobs, 'whoami', []), { code: 'WORKER_FAILED' })
  assert.throws(() => new WorkerPool({ size: 0 }), RangeError)
})

test('a program ends though its pool has idle threads, and not before its jobs are done', () => {
  const program = `
    const { WorkerPool } = await import(${JSON.stringify(new URL('./worker-pool.ts', import.meta.url))})
    const pool = new WorkerPool({ size: 1 })
    pool.run(${JSON.stringify(jobs)}, 'sum', [Float64Array.of(2, 3)]).then((sum) => console.log(sum))`
  const { stdout, status } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    encoding: 'utf8',
    timeout: 60_000,
  })
  assert.deepEqual({ stdout, status }, { stdout: '5\n', status: 0 })
})

test('bands cover all rows once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 40 }), (height, count) => {
      const all = bands(height, count)
      assert.equal(all.length, Math.min(height, count))
      assert.equal(all[0]!.from, 0)
      assert.equal(all.at(-1)!.to, height)
      for (const [index, { from, to }] of all.entries()) {
        assert.ok(to > from)
        if (index > 0) assert.equal(all[index - 1]!.to, from)
      }
    }),
  )
})
