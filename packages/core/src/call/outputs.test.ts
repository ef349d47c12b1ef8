import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { BlobRef, blob, createStore, json, op, optional, unwrap } from '../index.ts'

const maybe = op({
  name: 'test.maybe',
  params: z.object({ with: z.boolean() }),
  outputs: { note: optional(blob()), told: json(z.string()) },
  run: ({ with: there }) => ({ note: there ? Buffer.from('a note') : undefined, told: `${there}` }),
})

const must = op({
  name: 'test.must',
  outputs: { note: blob() },
  run: () => ({ note: undefined as unknown as Uint8Array }),
})

test('an output of a blob that may be missing is one or undefined, computed or from the store', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-outputs-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  for (const round of ['computed', 'stored']) {
    await using store = await createStore(folder)
    const states: string[] = []
    await store.run(
      async () => {
        const there = await unwrap(maybe({ with: true }))
        assert.ok(there.note instanceof BlobRef, round)
        assert.equal(there.note.size, 6)
        assert.deepEqual(await unwrap(maybe({ with: false })), { note: undefined, told: 'false' })
      },
      { onStep: ({ state }) => states.push(state) },
    )
    assert.deepEqual(states, round === 'computed' ? ['computed', 'computed'] : ['cached', 'cached'])
  }
})

test('an output of a blob that must be there and is not is the fault of the op', async () => {
  await assert.rejects(must({}), { code: 'CALL_OUTPUT_INVALID', message: /Output "note" .* it is missing/ })
})
