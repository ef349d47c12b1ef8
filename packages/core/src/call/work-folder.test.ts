import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { z } from 'zod'
import { createStore, json, op } from '../index.ts'

/** Does its work in three parts, each once; `fail` is called before each. */
const partsOp = (fail: (part: number) => void | Promise<void>, seen: string[] = []) =>
  op({
    name: 'demo.parts',
    inputs: { seed: json(z.number()) },
    outputs: { made: json(z.array(z.number())) },
    run: async ({ seed }, { workFolder }) => {
      const folder = await workFolder()
      seen.push(folder)
      const journal = join(folder, 'journal')
      const done = () => (existsSync(journal) ? readFileSync(journal, 'utf8').trim().split('\n').filter(Boolean) : [])
      const before = done().length
      for (let part = before; part < 3; part++) {
        await fail(part)
        appendFileSync(journal, `${seed}\n`)
      }
      return { made: [before, done().length] }
    },
  })

const folders = (path: string): string[] =>
  readdirSync(join(path, 'work'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.includes('~'))
    .map(({ name }) => name)

async function withStore(work: (path: string) => Promise<void>): Promise<void> {
  const path = mkdtempSync(join(tmpdir(), 'colophon-folder-'))
  try {
    await work(path)
  } finally {
    rmSync(path, { recursive: true })
  }
}

describe('the work folder of a call', () => {
  it('is found by the next attempt and gone with the result', () =>
    withStore(async (path) => {
      const store = await createStore(path)
      let failures = 1
      const parts = partsOp((part) => {
        if (part === 2 && failures-- > 0) throw new Error('out of luck')
      })
      const made = await store.run(async () =>
        (await parts.with({ retries: 1, retryDelayMs: 1 })({ seed: 7 })).made.value(),
      )
      assert.deepEqual(made, [2, 3])
      await store.close()
      assert.deepEqual(folders(path), [])
    }))

  it('stays when the call fails, and is not that of another', () =>
    withStore(async (path) => {
      const store = await createStore(path)
      let luck = false
      const parts = partsOp((part) => {
        if (part === 1 && !luck) throw new Error('out of luck')
      })
      await assert.rejects(store.run(async () => parts({ seed: 1 })))
      luck = true
      const made = (seed: number) => store.run(async () => (await parts({ seed })).made.value())
      assert.deepEqual(await made(2), [0, 3])
      assert.deepEqual(await made(1), [1, 3])
      await store.close()
    }))

  it('goes at the end of a call without a store', async () => {
    const seen: string[] = []
    const parts = partsOp(() => undefined, seen)
    assert.deepEqual(await (await parts({ seed: 1 })).made.value(), [0, 3])
    assert.deepEqual(await (await parts({ seed: 1 })).made.value(), [0, 3])
    assert.equal(new Set(seen).size, 2)
    assert.deepEqual(seen.map(existsSync), [false, false])
  })

  it('is found by the next process when one is killed in the middle', () =>
    withStore(async (path) => {
      const program = `
        import { appendFileSync } from 'node:fs'
        import { join } from 'node:path'
        import { z } from 'zod'
        import { createStore, json, op } from ${JSON.stringify(import.meta.resolve('../index.ts'))}
        const parts = op({
          name: 'demo.parts',
          inputs: { seed: json(z.number()) },
          outputs: { made: json(z.array(z.number())) },
          run: async ({ seed }, { workFolder }) => {
            const journal = join(await workFolder(), 'journal')
            appendFileSync(journal, seed + '\\n')
            appendFileSync(journal, seed + '\\n')
            console.log('begun')
            await new Promise((resolve) => setTimeout(resolve, 60_000))
            return { made: [] }
          },
        })
        const store = await createStore(process.argv[1])
        await store.run(() => parts({ seed: 5 }))`
      const child = spawn(process.execPath, ['--input-type=module', '-e', program, path], {
        cwd: import.meta.dirname,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const ended = new Promise((resolve) => child.on('exit', resolve))
      for await (const line of child.stdout) if (String(line).includes('begun')) break
      child.kill('SIGKILL')
      await ended
      assert.equal(folders(path).length, 1)
      const store = await createStore(path)
      const parts = partsOp(() => undefined)
      assert.deepEqual(await store.run(async () => (await parts({ seed: 5 })).made.value()), [2, 3])
      await store.close()
      assert.deepEqual(folders(path), [])
    }))
})
