import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { z } from 'zod'
import { BlobRef, blob, createStore, json, list, op, plain, type Ref, type Store, unwrap } from '../index.ts'

/** A counter of how often op code ran. */
const counter = () => {
  const ran: string[] = []
  const count = <T>(name: string, value: T): T => {
    ran.push(name)
    return value
  }
  return { ran, count }
}

const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'colophon-memo-'))
  folders.push(made)
  return made
}
after(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true })
})

describe('a call inside a run', () => {
  it('is computed once and answered from the store ever after', async () => {
    const { ran, count } = counter()
    const inc = op('inc', (x: number) => count('inc', x + 1))
    const store = await createStore()
    for (let round = 0; round < 3; round++) assert.equal(await store.run(() => unwrap(inc(2))), 3)
    assert.deepEqual(ran, ['inc'])
    await store.close()
  })

  it('is answered in another process, that is from another store on the same folder', async () => {
    const { ran, count } = counter()
    const path = folder()
    const slow = () => op('slow', (x: number[]) => count('slow', { sum: x.reduce((a, b) => a + b, 0), x }))
    for (let round = 0; round < 2; round++) {
      const store = await createStore(path)
      const slowOp = slow()
      assert.deepEqual(await store.run(() => unwrap(slowOp([1, 2, 3]))), { sum: 6, x: [1, 2, 3] })
      await store.close()
    }
    assert.deepEqual(ran, ['slow'])
  })

  it('gives refs with the same content and different histories for the same value made in different ways', async () => {
    const inc = op('inc', (x: number) => x + 1)
    await using store = await createStore()
    await store.run(async () => {
      const three = await inc(2)
      const alsoThree = await inc(await inc(1))
      assert.equal(three.hash, alsoThree.hash)
      assert.notDeepEqual(three.history, alsoThree.history)
      assert.equal(await three.value(), await alsoThree.value())
      assert.equal(three.equals(alsoThree), true)
    })
  })

  it('hits by content alone, and then records a call with the new history', async () => {
    const { ran, count } = counter()
    const inc = op('inc', (x: number) => count('inc', x + 1))
    const double = op('double', (x: number) => count('double', x * 2))
    await using store = await createStore()
    await store.run(async () => {
      await double(3)
      const viaInc = await double(inc(2))
      const again = await double(inc(2))
      assert.equal(viaInc.history?.call, again.history?.call)
    })
    assert.deepEqual(ran, ['double', 'inc'])
    const stats = await store.stats()
    assert.equal(stats.results, 2)
    assert.equal(stats.calls, 3)
  })

  it('hits by content in a new process too, under a history never seen', async () => {
    const path = folder()
    const { ran, count } = counter()
    const make = () => ({
      inc: op('inc', (x: number) => count('inc', x + 1)),
      double: op('double', (x: number) => count('double', x * 2)),
    })
    for (const call of [
      (ops: ReturnType<typeof make>) => unwrap(ops.double(3)),
      (ops: ReturnType<typeof make>) => unwrap(ops.double(ops.inc(2))),
    ]) {
      const store = await createStore(path)
      const ops = make()
      assert.equal(await store.run(() => call(ops)), 6)
      await store.close()
    }
    assert.deepEqual(ran, ['double', 'inc'])
  })

  it('takes values, refs and promises of refs alike', async () => {
    const { ran, count } = counter()
    const add = op('add', (x: number, y: number) => count('add', x + y))
    await using store = await createStore()
    await store.run(async () => {
      assert.equal(await unwrap(add(1, add(1, 1))), 3)
      assert.equal(await unwrap(add(await add(1, 1), 2)), 4)
      assert.equal(await unwrap(add(2, 2)), 4)
    })
    assert.deepEqual(ran, ['add', 'add', 'add'])
  })

  it('works with any signature: optional, rest and missing arguments, null and undefined results', async () => {
    await using store = await createStore()
    const { ran, count } = counter()
    const rest = op('rest', (first: number, ...more: number[]) => count('rest', first + more.length))
    const option = op('option', (x: number, options?: { by: number }) => count('option', x + (options?.by ?? 1)))
    const nothing = op('nothing', () => count('nothing', null))
    const missing = op('missing', (): undefined => count('missing', undefined))
    await store.run(async () => {
      for (let round = 0; round < 2; round++) {
        assert.deepEqual(await unwrap([rest(1), rest(1, 2, 3), option(1), option(1, { by: 5 })]), [1, 3, 2, 6])
        assert.deepEqual(await unwrap([option(1, undefined), nothing(), missing()]), [2, null, undefined])
      }
    })
    assert.deepEqual(ran.sort(), ['missing', 'nothing', 'option', 'option', 'rest', 'rest'])
  })

  it('tells values apart that are easily confused', async () => {
    await using store = await createStore()
    const kind = op('kind', (x: unknown) => (Object.is(x, -0) ? '-0' : `${typeof x} ${String(x)}`))
    const values = [0, -0, 1, true, '1', 1n, null, undefined, Number.NaN, 'NaN', [], {}, new Map(), new Set()]
    await store.run(async () => {
      const seen = await Promise.all(values.map(async (value) => (await kind(value)).history?.call))
      assert.equal(new Set(seen).size, values.length)
      assert.equal(await unwrap(kind(Number.NaN)), 'number NaN')
      assert.equal(await unwrap(kind(-0)), '-0')
    })
  })

  it('does not depend on the order of keys, on aliases, or on who holds the value', async () => {
    const { ran, count } = counter()
    const size = op('size', (x: unknown) => count('size', JSON.stringify(x).length))
    await using store = await createStore()
    const shared = { n: 1 }
    await store.run(async () => {
      await size({ a: shared, b: shared })
      await size({ b: { n: 1 }, a: { n: 1 } })
    })
    assert.equal(ran.length, 1)
  })
})

describe('what op code does to values', () => {
  it('cannot reach what is stored or what the caller holds: inputs are read before it runs, and copied', async () => {
    const spoil = op('spoil', (x: Float64Array, o: { list: number[] }) => {
      x.fill(100)
      o.list.push(9)
      return x
    })
    await using store = await createStore()
    await store.run(async () => {
      const mine = new Float64Array(3)
      const object = { list: [1] }
      const made = await spoil(mine, object)
      assert.deepEqual(mine, new Float64Array(3))
      assert.deepEqual(object, { list: [1] })
      assert.deepEqual(await made.value(), new Float64Array(3).fill(100))
      const { inputs } = await store.call(made.history!.call)
      assert.deepEqual(
        inputs.map(({ value }) => value),
        [new Float64Array(3), { list: [1] }],
      )
    })
  })

  it('and what the caller does later changes nothing either', async () => {
    const keep = op('keep', async (x: { n: number }) => {
      await new Promise(setImmediate)
      return x.n
    })
    await using store = await createStore()
    await store.run(async () => {
      const given = { n: 1 }
      const pending = keep(given)
      given.n = 2
      assert.equal(await unwrap(pending), 1)
      const read = await unwrap(op('give', () => ({ n: 5 }))())
      read.n = 6
    })
  })
})

describe('outputs', () => {
  it('may be several, each with its name', async () => {
    const { ran, count } = counter()
    const divide = op(
      'divide',
      (a: number, b: number) => count('divide', { quotient: Math.trunc(a / b), rest: a % b }),
      {
        outputs: ['quotient', 'rest'],
      },
    )
    await using store = await createStore()
    await store.run(async () => {
      const { quotient, rest } = await divide(17, 5)
      assert.deepEqual(await unwrap([quotient, rest]), [3, 2])
      assert.equal(rest.history?.output, 'rest')
      assert.equal(await unwrap((await divide(17, 5)).rest), 2)
    })
    assert.equal(ran.length, 1)
  })

  it('that run returns as refs stay the refs they were, from the store as well', async () => {
    const path = folder()
    const make = () => {
      const inc = op('inc', (x: number) => x + 1)
      const outer = op('outer', (x: number) => inc(x))
      const pass = op({
        name: 'pass',
        inputs: { x: json(z.number()), y: json(z.number()) },
        outputs: { x: json(z.number()), both: json(z.any()) },
        run: async ({ y }, { refs }) => ({ x: refs.x as Ref<number>, both: [await inc(y), refs.x] }),
      })
      const inside = op('inside', async (x: number) => ({ part: await inc(x) }))
      return { inc, outer, pass, inside }
    }
    for (let round = 0; round < 2; round++) {
      const store = await createStore(path)
      const { inc, outer, pass, inside } = make()
      await store.run(async () => {
        const direct = await inc(5)
        const through = await outer(5)
        assert.deepEqual(through.history, direct.history)
        const given = await inc(7)
        const { x, both } = await pass({ x: given, y: 1 })
        assert.deepEqual(x.history, given.history)
        assert.deepEqual((await both.at(0)).history, (await inc(1)).history)
        assert.deepEqual((await both.at(1)).history, given.history)
        assert.deepEqual(await both.value(), [2, 8])
        const parts = await inside(1)
        const value: { part: number } = await parts.value()
        assert.deepEqual(value, { part: 2 })
      })
      await store.close()
    }
  })
})

describe('structured values', () => {
  const make = (count: <T>(name: string, value: T) => T) => ({
    range: op('range', (n: number) =>
      count(
        'range',
        Array.from({ length: n }, (_, i) => i),
      ),
    ),
    sum: op('sum', (xs: number[]) =>
      count(
        'sum',
        xs.reduce((a, b) => a + b, 0),
      ),
    ),
    inc: op('inc', (x: number) => count('inc', x + 1)),
  })

  it('give their items as refs that know where they were taken from', async () => {
    const { range, inc } = make((_, value) => value)
    await using store = await createStore()
    await store.run(async () => {
      const numbers = await range(4)
      const third = await numbers.at(2)
      assert.equal(await third.value(), 2)
      assert.deepEqual(third.history, { call: numbers.history!.call, output: 'output/2' })
      const next = await inc(third as Ref<number>)
      const [input] = (await store.call(next.history!.call)).inputs
      assert.deepEqual(input?.from, { call: numbers.history!.call, output: 'output/2' })
    })
  })

  it('may be made of refs, whose histories are kept item by item', async () => {
    const { ran, count } = counter()
    const { inc, sum } = make(count)
    await using store = await createStore()
    await store.run(async () => {
      const items = await Promise.all([1, 2, 3].map((x) => inc(x)))
      const total = await sum(items)
      assert.equal(await total.value(), 9)
      const { inputs } = await store.call(total.history!.call)
      assert.deepEqual(
        inputs.map(({ path, value }) => [path, value]),
        [
          ['', [2, 3, 4]],
          ['0', 2],
          ['1', 3],
          ['2', 4],
        ],
      )
      assert.equal(inputs[2]?.from?.call, items[1]!.history!.call)
      // The list is what it holds: the same numbers given plainly, or partly, are the same input.
      await sum([2, 3, 4])
      await sum([2, items[1]!, 4])
    })
    assert.equal(ran.filter((name) => name === 'sum').length, 1)
  })

  it('nest, overlap and are chained ten times over without new work the second time', async () => {
    const { ran, count } = counter()
    const { inc, sum } = make(count)
    await using store = await createStore()
    const work = async (): Promise<number> => {
      let x = await inc(0)
      const seen = [x]
      for (let i = 0; i < 10; i++) {
        x = await inc(x)
        seen.push(x)
      }
      return unwrap(sum([await sum(seen.slice(0, 5)), await sum(seen.slice(3)), x]))
    }
    const first = await store.run(work)
    const calls = ran.length
    assert.equal(await store.run(work), first)
    assert.equal(ran.length, calls)
  })

  it('hold blobs, in records, maps and sets as well', async () => {
    const { ran, count } = counter()
    const sizes = op({
      name: 'sizes',
      inputs: { files: list(blob()) },
      outputs: { sizes: json(z.array(z.number())), first: blob() },
      run: async ({ files }) => count('sizes', { sizes: files.map((file) => file.size), first: files[0]! }),
    })
    const shape = op('shape', async (x: { files: Map<string, BlobRef>; set: Set<number> }) => {
      const text = await Promise.all(
        [...x.files].map(async ([name, file]) => `${name}:${Buffer.from(await file.bytes())}`),
      )
      return [...text, ...x.set]
    })
    await using store = await createStore()
    await store.run(async () => {
      const a = await store.put(Buffer.from('aaa'))
      const { sizes: found, first } = await sizes({ files: [a, Buffer.from('bb'), a] })
      assert.deepEqual(await found.value(), [3, 2, 3])
      assert.ok(first instanceof BlobRef)
      assert.equal(Buffer.from(await first.bytes()).toString(), 'aaa')
      await sizes({ files: [Buffer.from('aaa'), Buffer.from('bb'), Buffer.from('aaa')] })
      assert.deepEqual(await unwrap(shape({ files: new Map([['a', a]]), set: new Set([2, 1]) })), ['a:aaa', 1, 2])
    })
    assert.equal(ran.length, 1)
  })
})

describe('failures', () => {
  it('are not results: the op runs again, and what had ended before is kept', async () => {
    const { ran, count } = counter()
    let broken = true
    const inc = op('inc', (x: number) => count('inc', x + 1))
    const risky = op('risky', (x: number) => {
      ran.push('risky')
      if (broken) throw new Error('out of luck')
      return x
    })
    await using store = await createStore()
    const work = async () => unwrap(risky(inc(1)))
    await assert.rejects(store.run(work), { code: 'OP_FAILED', message: '"risky" failed: out of luck' })
    broken = false
    assert.equal(await store.run(work), 2)
    assert.deepEqual(ran, ['inc', 'risky', 'risky'])
    const [, failed] = await store.runs()
    assert.equal(failed?.state, 'failed')
    const steps = await store.steps(failed!.name)
    assert.deepEqual(
      steps.map(({ op: name, state }) => [name, state]),
      [
        ['inc', 'computed'],
        ['risky', 'failed'],
      ],
    )
    assert.equal(steps[1]?.error?.code, 'OP_FAILED')
    const report = await store.verify()
    assert.deepEqual(report.problems, [])
  })

  it('of an inner call fail the outer ones, and the steps say which it was', async () => {
    const inner = op('inner', (x: number): number => {
      throw new RangeError(`no ${x}`)
    })
    const outer = op('outer', async (x: number) => unwrap(inner(x * 2)))
    await using store = await createStore()
    await assert.rejects(
      store.run(() => outer(4)),
      { code: 'OP_FAILED', message: '"inner" failed: no 8' },
    )
    const [run] = await store.runs()
    const steps = await store.steps(run!.name)
    assert.deepEqual(
      steps.map(({ op: name, state, parent, error }) => [
        name,
        state,
        parent,
        (error?.details as { op?: string } | undefined)?.op,
      ]),
      [
        ['outer', 'failed', 0, 'inner'],
        ['inner', 'failed', 1, 'inner'],
      ],
    )
    const failed = await store.call(steps[1]!.call)
    assert.deepEqual([failed.op, failed.inputs[0]?.value, failed.outputs], ['inner', 8, []])
  })
})

describe('modes', () => {
  const setUp = async () => {
    const { ran, count } = counter()
    const inc = op('inc', (x: number) => count('inc', x + 1))
    const store: Store = await createStore()
    return { ran, inc, store }
  }

  it('plain: ops run as functions, nothing is looked up or kept, and runs inside runs come back to where they were', async () => {
    const { ran, inc, store } = await setUp()
    await store.run(async () => {
      await inc(1)
      await plain(async () => {
        assert.equal(await unwrap(inc(1)), 2)
        await store.run(() => inc(1))
        assert.equal(await unwrap(inc(await inc(1))), 3)
      })
      await inc(1)
    })
    assert.equal(ran.length, 4)
    assert.equal((await store.stats()).calls, 1)
    await store.close()
  })

  it('outside any run ops just run, and their refs hold values and no history', async () => {
    const { ran, inc } = await setUp()
    const two = await inc(1)
    assert.deepEqual([await two.value(), two.history], [2, undefined])
    assert.equal(await unwrap(inc(two)), 3)
    assert.equal(ran.length, 2)
  })

  it('newCalls: false answers what is stored and refuses the rest by name', async () => {
    const { inc, store } = await setUp()
    await store.run(() => inc(1))
    await store.run(
      async () => {
        assert.equal(await unwrap(inc(1)), 2)
        await assert.rejects(inc(2), {
          code: 'NEW_CALL_REFUSED',
          message: /^"inc" has no stored result for these inputs/,
        })
      },
      { newCalls: false },
    )
    await store.close()
  })

  it('a run belongs to the code in it, not to the process: calls outside it are not memoized', async () => {
    const { ran, inc, store } = await setUp()
    const outside = async () => {
      await new Promise(setImmediate)
      await inc(7)
    }
    const pending = outside()
    await store.run(async () => {
      await pending
    })
    assert.deepEqual(ran, ['inc'])
    assert.equal((await store.stats()).calls, 0)
    await store.close()
  })

  it('calls made at once in one process are computed once', async () => {
    const { ran, count } = counter()
    const slow = op('slow', async (x: number) => {
      await new Promise(setImmediate)
      return count('slow', x)
    })
    await using store = await createStore()
    const states: string[] = []
    await store.run(() => Promise.all(Array.from({ length: 10 }, () => slow(1))), {
      onStep: ({ state }) => states.push(state),
    })
    await Promise.all([store.run(() => slow(2)), store.run(() => slow(2))])
    assert.equal(ran.length, 2)
    assert.deepEqual(states, ['computed', ...Array(9).fill('cached')])
  })

  it('a failure of calls made at once is shared, and giving one up does not fail the other', async () => {
    let tries = 0
    const fails = op('fails', async () => {
      await new Promise(setImmediate)
      tries++
      throw new Error('no')
    })
    await using store = await createStore()
    const all = await store.run(() => Promise.allSettled([fails(), fails(), fails()]))
    assert.deepEqual(
      all.map(({ status }) => status),
      ['rejected', 'rejected', 'rejected'],
    )
    assert.equal(tries, 1)

    const controller = new AbortController()
    let started = 0
    const waits = op('waits', async () => {
      if (++started > 1) return 'done'
      controller.abort()
      return new Promise<string>(() => undefined)
    })
    const [first, second] = await store.run(() =>
      Promise.allSettled([waits.with({ signal: controller.signal })(), waits()]),
    )
    assert.equal(first.status === 'rejected' && first.reason.code, 'CALL_CANCELLED')
    assert.equal(second.status === 'fulfilled' && (await second.value.value()), 'done')
  })
})

describe('names', () => {
  it('two ops of one name cannot answer for each other', async () => {
    const one = op('same', (x: number) => x + 1)
    const two = op('same', (x: number) => x - 1)
    await using store = await createStore()
    await store.run(async () => {
      await one(1)
      await assert.rejects(two(1), { code: 'OP_NAME_TAKEN' })
    })
  })

  it('a version is part of the key', async () => {
    const { ran, count } = counter()
    await using store = await createStore()
    const one = op('f', (x: number) => count('one', x + 1))
    const two = op('f', (x: number) => count('two', x + 2), { version: 2 })
    await store.run(async () => {
      assert.deepEqual(await unwrap([one(1), two(1), one(1), two(1)]), [2, 3, 2, 3])
    })
    assert.deepEqual(ran, ['one', 'two'])
  })

  it('an op that calls itself with the same inputs is told so instead of waiting for itself', async () => {
    await using store = await createStore()
    const loop: { again?: (x: number) => Promise<Ref<number>> } = {}
    const self = op('self', async (x: number): Promise<number> => unwrap(loop.again!(x)))
    loop.again = self as never
    await assert.rejects(
      store.run(() => self(1)),
      { code: 'CALL_RECURSION' },
    )
    const down = op(
      'down',
      async (x: number): Promise<number> => (x === 0 ? 0 : 1 + (await unwrap(loop.again!(x - 1)))),
    )
    loop.again = down as never
    assert.equal(await store.run(() => unwrap(down(20))), 20)
  })
})
