import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { inspect } from 'node:util'
import { z } from 'zod'
import {
  blob,
  ColophonError,
  costOf,
  createStore,
  type Execution,
  type Executor,
  env,
  foreignOp,
  json,
  list,
  op,
  optional,
  type ProgressEvent,
  type Secret,
  secret,
  unkeyed,
  unwrap,
} from '../index.ts'

const number = json(z.number())
const text = json(z.string())

describe('params', () => {
  const scale = () => {
    const ran: unknown[] = []
    const scaled = op({
      name: 'scale',
      inputs: { x: number },
      params: z.object({
        by: z.number().min(0).default(2),
        mode: z.enum(['fast', 'exact']).default('fast'),
        threads: unkeyed(z.number().int().default(1)),
      }),
      outputs: { y: number },
      run: ({ x, by, threads }) => {
        ran.push({ x, by, threads })
        return { y: x * by }
      },
    })
    return { ran, scaled }
  }

  it('equal to their defaults are not keyed, and unkeyed ones never are', async () => {
    const { ran, scaled } = scale()
    await using store = await createStore()
    await store.run(async () => {
      await scaled({ x: 3 })
      await scaled({ x: 3, by: 2, mode: 'fast', threads: 8 })
      await scaled({ x: 3, by: undefined, threads: 4 })
      const { y } = await scaled({ x: 3, by: 5 })
      assert.equal(await y.value(), 15)
      const { params } = await store.call(y.history!.call)
      assert.deepEqual(params, { by: 5 })
    })
    assert.deepEqual(ran, [
      { x: 3, by: 2, threads: 1 },
      { x: 3, by: 5, threads: 1 },
    ])
  })

  it('and inputs that are wrong, missing or unknown are named', async () => {
    const { scaled } = scale()
    await using store = await createStore()
    const call = (args: object) => store.run(() => scaled(args as never))
    await assert.rejects(call({ x: 3, by: -1 }), {
      code: 'CALL_PARAM_INVALID',
      message: /^Param "by" of "scale" is not valid/,
    })
    await assert.rejects(call({ x: 3, by: '2' }), { code: 'CALL_PARAM_INVALID' })
    await assert.rejects(call({ x: 'three' }), { code: 'CALL_INPUT_INVALID', message: /^Input "x" of "scale"/ })
    await assert.rejects(call({}), { code: 'CALL_INPUT_MISSING' })
    await assert.rejects(call({ x: 1, size: 3 }), {
      code: 'CALL_INPUT_UNKNOWN',
      message: '"scale" has no input or param called "size". It knows: x, by, mode, threads.',
    })
    await assert.rejects(call({ x: 1, constructor: 3 }), { code: 'CALL_INPUT_UNKNOWN' })
  })

  it('and optional inputs may be added to an op later: old calls still answer', async () => {
    await using store = await createStore()
    const ran: number[] = []
    const before = op({
      name: 'grow',
      inputs: { x: number },
      outputs: { y: number },
      run: ({ x }) => ({ y: ran.push(x) }),
    })
    await store.run(() => before({ x: 1 }))
    await using other = await createStore()
    const after = op({
      name: 'grow',
      inputs: { x: number, more: optional(list(number)) },
      params: z.object({ factor: z.number().default(1) }),
      outputs: { y: number },
      run: ({ x }) => ({ y: ran.push(x) }),
    })
    const keyBefore = await store.run(async () => (await before({ x: 1 })).y.history!.call)
    const keyAfter = await other.run(async () => (await after({ x: 1 })).y.history!.call)
    assert.equal(keyAfter, keyBefore)
    const keyMore = await other.run(async () => (await after({ x: 1, more: [2] })).y.history!.call)
    assert.notEqual(keyMore, keyBefore)
  })

  it('what every object has is not taken for an input', async () => {
    const named = op({
      name: 'named',
      inputs: { x: number, toString: optional(number) },
      outputs: { y: number },
      run: ({ x, toString: given }) => ({ y: x + (typeof given === 'number' ? given : 0) }),
    })
    await using store = await createStore()
    await store.run(async () => {
      assert.equal(await unwrap((await named({ x: 1 } as never)).y), 1)
      assert.equal(await unwrap((await named({ x: 1, toString: 2 })).y), 3)
    })
  })

  it('declarations that cannot work are refused at once', () => {
    const declare = (spec: object) => () =>
      op({ name: 'bad', outputs: { y: number }, run: () => ({ y: 1 }), ...spec } as never)
    assert.throws(declare({ name: 'bad name' }), { code: 'OP_INVALID' })
    assert.throws(declare({ version: 0 }), { code: 'OP_INVALID' })
    assert.throws(declare({ outputs: {} }), { code: 'OP_INVALID' })
    assert.throws(declare({ inputs: { x: number }, params: z.object({ x: z.number() }) }), { code: 'OP_INVALID' })
    assert.throws(declare({ params: z.object({ x: z.string().transform(Number) }) }), { code: 'OP_INVALID' })
  })
})

describe('secrets', () => {
  it('are keyed by name and version, given to run, and stored nowhere', async () => {
    let version = 1
    const seen: string[] = []
    const sign = op({
      name: 'sign',
      inputs: { message: text },
      params: z.object({ key: secret() }),
      outputs: { signature: text },
      run: ({ message, key }: { message: string; key: Secret }) => {
        seen.push(key.reveal())
        if (message === 'fail') throw new Error(`bad key ${key.reveal()}`)
        assert.doesNotMatch(inspect(key) + JSON.stringify({ key }) + String(key), /hunter/)
        return { signature: `${message}/${key.version}` }
      },
    })
    await using store = await createStore({
      secrets: (name, wanted) =>
        name === 'tenant-key' ? { value: `hunter${wanted ?? version}`, version: wanted ?? version } : undefined,
    })
    await store.run(async () => {
      assert.equal(await unwrap((await sign({ message: 'a', key: 'tenant-key' })).signature), 'a/1')
      await sign({ message: 'a', key: 'tenant-key@1' })
      version = 2
      const { signature } = await sign({ message: 'a', key: 'tenant-key' })
      assert.deepEqual((await store.call(signature.history!.call)).params, { key: 'tenant-key@2' })
      await assert.rejects(sign({ message: 'a', key: 'other' }), { code: 'SECRET_NOT_FOUND' })
      await assert.rejects(sign({ message: 'fail', key: 'tenant-key' }), {
        message: '"sign" failed: bad key [secret tenant-key]',
      })
    })
    assert.deepEqual(seen, ['hunter1', 'hunter2', 'hunter2'])
    const [run] = await store.runs()
    assert.doesNotMatch(JSON.stringify(await store.steps(run!.name)), /hunter/)
  })
})

describe('reads', () => {
  it('are part of the key: a changed environment variable is another call', async () => {
    const ran: unknown[] = []
    const greet = op({
      name: 'greet',
      inputs: { name: text },
      reads: { language: env('COLOPHON_TEST_LANGUAGE') },
      outputs: { greeting: text },
      run: ({ name }, { reads }) => {
        ran.push(reads.language)
        return { greeting: `${reads.language === 'de' ? 'Hallo' : 'Hello'} ${name}` }
      },
    })
    await using store = await createStore()
    const call = () => store.run(async () => unwrap((await greet({ name: 'Ada' })).greeting))
    delete process.env.COLOPHON_TEST_LANGUAGE
    assert.equal(await call(), 'Hello Ada')
    process.env.COLOPHON_TEST_LANGUAGE = 'de'
    assert.equal(await call(), 'Hallo Ada')
    assert.equal(await call(), 'Hallo Ada')
    delete process.env.COLOPHON_TEST_LANGUAGE
    assert.equal(await call(), 'Hello Ada')
    assert.deepEqual(ran, [undefined, 'de'])
  })
})

describe('time and attempts', () => {
  it('a call is tried again as often as its options say, and every attempt is a step', async () => {
    let tries = 0
    const flaky = op('flaky', () => {
      if (++tries < 3) throw new Error(`try ${tries}`)
      return tries
    })
    await using store = await createStore()
    assert.equal(await store.run(() => unwrap(flaky.with({ retries: 2, retryDelayMs: 1 })())), 3)
    const [run] = await store.runs()
    const steps = await store.steps(run!.name)
    assert.deepEqual(
      steps.map(({ state, attempt, ordinal }) => [state, attempt, ordinal]),
      [
        ['failed', 1, 0],
        ['failed', 2, 0],
        ['computed', 3, 0],
      ],
    )
    assert.deepEqual((await store.verify()).problems, [])
  })

  it('bad input is not tried again', async () => {
    let tries = 0
    const picky = op('picky', () => {
      tries++
      throw new ColophonError('FILE_EMPTY', { path: 'a.mp4' })
    })
    await using store = await createStore()
    await assert.rejects(
      store.run(() => picky.with({ retries: 5 })()),
      { code: 'FILE_EMPTY' },
    )
    assert.equal(tries, 1)
  })

  it('a call that takes too long ends with CALL_TIMEOUT, hung code or not', async () => {
    const hangs = op('hangs', () => new Promise(() => undefined))
    const heeds = op({
      name: 'heeds',
      outputs: { y: number },
      run: (_, { signal }) =>
        new Promise<{ y: number }>((_, reject) => signal.addEventListener('abort', () => reject(new Error('stopped')))),
    })
    await using store = await createStore()
    await store.run(async () => {
      await assert.rejects(hangs.with({ timeoutMs: 5 })(), { code: 'CALL_TIMEOUT' })
      await assert.rejects(heeds.with({ timeoutMs: 5 })({}), { code: 'CALL_TIMEOUT' })
    })
    await assert.rejects(
      store.run(() => hangs(), { deadline: new Date(Date.now() + 5) }),
      { code: 'CALL_TIMEOUT' },
    )
  })

  it('aborting a run cancels what runs in it, at any depth', async () => {
    const controller = new AbortController()
    const inner = op('inner', () => {
      controller.abort()
      return new Promise<number>(() => undefined)
    })
    const outer = op('outer', async () => unwrap(inner()))
    await using store = await createStore()
    await assert.rejects(
      store.run(() => outer(), { signal: controller.signal }),
      { code: 'CALL_CANCELLED' },
    )
    const [run] = await store.runs()
    assert.equal(run?.state, 'cancelled')
    assert.deepEqual(
      (await store.steps(run!.name)).map(({ state }) => state),
      ['cancelled', 'cancelled'],
    )
    await assert.rejects(
      store.run(() => outer(), { signal: controller.signal }),
      { code: 'CALL_CANCELLED' },
    )
  })
})

describe('what a call tells while it runs', () => {
  it('progress, log lines and ended steps reach the run', async () => {
    const progress: ProgressEvent[] = []
    const steps: string[] = []
    const logs: string[] = []
    const inner = op({
      name: 'inner',
      inputs: { x: number },
      outputs: { y: number },
      run: ({ x }, context) => {
        context.progress(0.5, 'half')
        context.progress(7)
        context.log('hello', { x })
        return { y: x }
      },
    })
    const outer = op('outer', async (x: number) => (await inner({ x })).y)
    await using store = await createStore()
    await store.run(() => outer(1), {
      onProgress: (event) => progress.push(event),
      onStep: ({ op: name, state, depth, ordinal }) => steps.push(`${name} ${state} ${depth} ${ordinal}`),
      onLog: ({ message, fields }) => logs.push(message + JSON.stringify(fields)),
    })
    assert.deepEqual(progress, [
      { op: 'inner', depth: 1, fraction: 0.5, note: 'half' },
      { op: 'inner', depth: 1, fraction: 1, note: '' },
    ])
    assert.deepEqual(steps, ['inner computed 1 0', 'outer computed 0 0'])
    assert.deepEqual(logs, ['hello{"x":1}'])
  })

  it('metrics are kept with the result, and cost is told from facts and params', async () => {
    const measure = op({
      name: 'measure',
      inputs: { file: blob({ family: 'size', inspect: async ({ size }) => ({ megabytes: size / 1e6 }) }) },
      params: z.object({ passes: z.number().default(2) }),
      outputs: { report: json(z.object({ score: z.number() })) },
      metrics: { score: { unit: 'dB', from: ({ report }) => report.score } },
      cost: ({ file, passes }) => ({ cpuSeconds: (file.facts.megabytes as number) * passes }),
      run: ({ file }) => ({ report: { score: file.size } }),
    })
    await using store = await createStore()
    await store.run(async () => {
      const { report } = await measure({ file: Buffer.alloc(1000) })
      const call = await store.call(report.history!.call.slice(0, 8))
      assert.deepEqual(call.metrics, { score: 1000 })
      assert.deepEqual(call.inputs[0]?.facts, { megabytes: 0.001 })
    })
    assert.deepEqual(costOf(measure as never, { file: { facts: { megabytes: 3 } } }), { cpuSeconds: 6 })
  })
})

describe('outputs that are not what was declared', () => {
  const returning = (value: unknown) => op({ name: 'wrong', outputs: { y: number }, run: () => value as never })
  for (const [what, value] of Object.entries({
    'of the wrong type': { y: 'one' },
    missing: {},
    undeclared: { y: 1, z: 2 },
    'not an object': 5,
    'not storable': { y: () => 1 },
  }))
    it(`${what}: the op is at fault, and nothing is stored`, async () => {
      await using store = await createStore()
      await assert.rejects(
        store.run(() => returning(value)({})),
        { code: 'CALL_OUTPUT_INVALID' },
      )
      assert.equal((await store.stats()).results, 0)
    })
})

describe('effects', () => {
  it('an external call that may not be repeated is not begun again when its end is unknown', async () => {
    const path = mkdtempSync(join(tmpdir(), 'colophon-effects-'))
    let paid = 0
    const pay = op({
      name: 'pay',
      inputs: { sum: number },
      outputs: { receipt: number },
      effect: 'external',
      repeatable: false,
      run: ({ sum }) => {
        if (sum === 7) throw new Error('refused')
        paid += sum
        // A payment whose answer never comes.
        return sum === 13 ? new Promise<never>(() => undefined) : { receipt: paid }
      },
    })
    const store = await createStore(path)
    await store.run(() => pay({ sum: 1 }))
    await store.run(() => pay({ sum: 1 }))
    assert.equal(paid, 1)
    // The op itself says that nothing happened: it may be tried again.
    for (let round = 0; round < 2; round++)
      await assert.rejects(
        store.run(() => pay({ sum: 7 })),
        { code: 'OP_FAILED' },
      )
    await assert.rejects(
      store.run(() => pay.with({ timeoutMs: 20 })({ sum: 13 })),
      { code: 'CALL_TIMEOUT' },
    )
    await store.close()
    const later = await createStore(path)
    await assert.rejects(
      later.run(() => pay({ sum: 13 })),
      { code: 'EFFECT_UNCERTAIN' },
    )
    assert.equal(paid, 14)
    await assert.rejects(
      later.run(() => pay.with({ confirmRepeat: true, timeoutMs: 20 })({ sum: 13 })),
      { code: 'CALL_TIMEOUT' },
    )
    assert.equal(paid, 27)
    await later.close()
    rmSync(path, { recursive: true })
  })
})

describe('where calls run', () => {
  it('foreign ops need an executor that reaches workers', async () => {
    const far = foreignOp({ name: 'far', inputs: { x: number }, outputs: { y: number } })
    await using none = await createStore()
    await assert.rejects(
      none.run(() => far({ x: 1 })),
      { code: 'FOREIGN_NO_WORKER' },
    )
    await assert.rejects(far({ x: 1 }), { code: 'FOREIGN_NO_WORKER' })

    const executed: string[] = []
    const executor: Executor = {
      reachesWorkers: true,
      execute: async ({ declaration, args }: Execution) => {
        executed.push(declaration.name)
        return { y: (args as { x: number }).x * 10 }
      },
    }
    await using store = await createStore({ executor })
    for (let round = 0; round < 2; round++)
      assert.equal(await store.run(async () => unwrap((await far({ x: 4 })).y)), 40)
    assert.deepEqual(executed, ['far'])
  })
})

describe('an input that is refused', () => {
  it('takes no notice of what becomes of the others', async () => {
    const both = op({
      name: 'both',
      inputs: { first: blob(), second: json(z.object({ x: z.number() })) },
      outputs: { length: number },
      run: ({ first }) => ({ length: first.size }),
    })
    const unheard: unknown[] = []
    const listen = (reason: unknown) => unheard.push(reason)
    process.on('unhandledRejection', listen)
    let failed = false
    const broken = async function* () {
      yield new Uint8Array(3)
      await new Promise((resolve) => setImmediate(resolve))
      failed = true
      throw new Error('the stream broke')
    }
    await assert.rejects(both({ first: broken(), second: { x: 'no number' } as never }), { code: 'CALL_INPUT_INVALID' })
    while (!failed) await new Promise((resolve) => setImmediate(resolve))
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', listen)
    assert.deepEqual(unheard, [])
  })
})
