// Ops are functions whose results are kept: run them again, and the store answers.
import { strict as assert } from 'node:assert'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createStore, json, op } from '@colophon/core'
import { z } from 'zod'

const words = op({
  name: 'example.words',
  version: 1,
  summary: 'Split a text into its words',
  inputs: { text: json(z.string()) },
  params: z.object({ shortest: z.number().int().min(1).default(1).describe('Letters of the shortest word to keep') }),
  outputs: { words: json(z.array(z.string())) },
  async run({ text, shortest }) {
    return { words: text.split(/\W+/).filter((word) => word.length >= shortest) }
  },
})

const longest = op('example.longest', (list: string[]) => list.toSorted((a, b) => b.length - a.length)[0] ?? '')

const path = await mkdtemp(join(tmpdir(), 'colophon-example-'))

/** Finds the longest word in the store on disk, and says what was computed for that and what was answered. */
const findLongest = async (): Promise<string[]> => {
  const steps: string[] = []
  const store = await createStore({ path, commit: 'group' })
  await store.run(
    async () => {
      const found = await words({ text: 'Every step is computed once', shortest: 2 })
      const word = await longest(found.words)
      assert.equal(await word.value(), 'computed')
    },
    { onStep: ({ op, state }) => steps.push(`${op}: ${state}`) },
  )
  assert.deepEqual((await store.verify()).problems, [])
  await store.close()
  return steps
}

const first = await findLongest()
const second = await findLongest()
await rm(path, { recursive: true })

console.log([...first, ...second].join('\n'))
assert.deepEqual(first, ['example.words: computed', 'example.longest: computed'])
assert.deepEqual(second, ['example.words: cached', 'example.longest: cached'])
