// Ops are functions whose results are kept: run them again, and the store answers.
import { strict as assert } from 'node:assert'
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

const store = await createStore()
const steps: string[] = []

const findLongest = () =>
  store.run(
    async () => {
      const found = await words({ text: 'Every step is computed once', shortest: 2 })
      return await (await longest(found.words)).value()
    },
    { onStep: ({ op, state }) => steps.push(`${op} ${state}`) },
  )

assert.equal(await findLongest(), 'computed')
assert.equal(await findLongest(), 'computed')
assert.deepEqual(steps, [
  'example.words computed',
  'example.longest computed',
  'example.words cached',
  'example.longest cached',
])
console.log(steps.join('\n'))
await store.close()
