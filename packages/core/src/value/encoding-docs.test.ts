import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { z } from 'zod'
import { blob, createStore, json, op } from '../index.ts'
import { contentOf, digestOf, inlineLimit } from './content.ts'
import { decode, encode, maxDepth, tags } from './encoding.ts'
import { typedArrays } from './encoding-format.ts'
import { digest, domains, toHex } from './hash.ts'

const page = readFileSync(join(import.meta.dirname, '../../../../docs/encoding.md'), 'utf8')

/** The rows of every table whose head is this, without the marks of code and of importance. */
const rows = (head: string): string[][] => {
  const tables = page.split('\n\n').filter((part) => part.startsWith(`| ${head} |\n|---`))
  assert.ok(tables.length > 0, `docs/encoding.md has no table | ${head} |`)
  return tables.flatMap((table) =>
    table
      .trim()
      .split('\n')
      .slice(2)
      .map((row) =>
        row
          .slice(2, -2)
          .split(' | ')
          .map((cell) => cell.replaceAll(/^\*\*|\*\*$|^`|`$/g, '')),
      ),
  )
}
const bytes = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex')
const evaluated = (source: string): unknown => new Function(`return (${source})`)()

test('the table of tags is that of the code', () => {
  const written = rows('tag | name | values | what follows').map(([tag, name]) => [name, Number.parseInt(tag!, 16)])
  assert.deepEqual(Object.fromEntries(written), tags)
})

test('the table of kinds of arrays is that of the code', () => {
  const written = rows('kind | array').map(([kind, name]) => [Number.parseInt(kind!, 16), name])
  assert.deepEqual(
    written,
    typedArrays.map(({ name }, kind) => [kind, name]),
  )
})

test('the table of domains is that of the code', () => {
  const written = rows('domain | text | of what').map(([name, text]) => [name, text!.replace('\\n', '\n')])
  assert.deepEqual(Object.fromEntries(written), domains)
})

test('limits are those of the code', () => {
  assert.match(page, new RegExp(`more than ${maxDepth} arrays`))
  assert.match(page, new RegExp(`at most ${inlineLimit} bytes`))
})

test('every value of the page has the bytes that it says', () => {
  const examples = rows('value | bytes')
  assert.ok(examples.length > 40)
  for (const [source, expected] of examples) {
    const encoding = Buffer.from(encode(evaluated(source!)))
    assert.equal(encoding.toString('hex'), bytes(expected!).toString('hex'), source!)
    assert.deepEqual(Buffer.from(encode(decode(bytes(expected!)))), encoding)
  }
  const shown = new Set<number | undefined>(examples.map(([, expected]) => bytes(expected!)[0]))
  for (const [name, tag] of Object.entries(tags))
    assert.ok(tag === tags.blob || shown.has(tag), `no example of ${name}`)
})

test('every value of the page has the hash that it says', () => {
  for (const [source, expected] of rows('value | hash')) {
    const text = source === 'a blob of no bytes' ? '' : /^a blob of the bytes `(.*)$/.exec(source!)?.[1]
    const found = text === undefined ? digestOf(contentOf(evaluated(source!))) : digest('blob', Buffer.from(text))
    assert.equal(toHex(found), expected, source!)
  }
})

test('the pieces of the keys on the page are hashed to the keys of real calls', async () => {
  const add = op('add', (x: number, y: number) => x + y)
  const scale = op({
    name: 'demo.scale',
    version: 2,
    inputs: { note: json(z.string()), image: blob() },
    params: z.object({ width: z.number().default(320) }),
    outputs: { size: json(z.number()) },
    run: () => ({ size: 1 }),
  })
  const names: string[] = []
  await using store = await createStore()
  await store.run(
    async () => {
      const sum = await add(1, 2)
      await scale({ note: 'hi', image: Buffer.from('hello'), width: 640 })
      await scale({ note: 'hi', image: Buffer.from('hello') })
      await add(sum, 4)
    },
    { onStep: ({ call }) => names.push(call) },
  )
  const [first, scaled, unscaled, second] = names
  const keys: string[] = []
  let preimage = Buffer.alloc(0)
  for (const [piece, text] of rows('piece | bytes')) {
    if (piece !== 'key') preimage = Buffer.concat([preimage, bytes(text!)])
    else {
      keys.push(bytes(text!).toString('hex'))
      assert.equal(createHash('sha256').update(preimage).digest('hex'), keys.at(-1))
      preimage = Buffer.alloc(0)
    }
  }
  assert.deepEqual(keys, [first, scaled])
  assert.equal(/the key is `([0-9a-f]{64})`/.exec(page)?.[1], unscaled)

  const lineage = page.slice(page.indexOf('## History'))
  const [line = '', history, name] = ['line', 'history', 'name'].map(
    (row) => new RegExp(`\\| ${row} \\| \`(.*)\` \\|`).exec(lineage)?.[1],
  )
  assert.equal(line, JSON.stringify(['0', '', first, 'output']))
  assert.equal(createHash('sha256').update(domains.history).update(line).digest('hex'), history)
  assert.equal(name, second)
  assert.equal(second?.split('.')[1], history)
})
