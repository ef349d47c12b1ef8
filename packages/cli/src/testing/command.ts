import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'

/** The executable that users run. */
export const bin = fileURLToPath(new URL('../../bin/colophon.js', import.meta.url))

/** What a finished command left. */
export interface Finished {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** A folder of its own for a test, in which the real command is run. */
export class Place {
  readonly folder: string

  constructor(t: TestContext) {
    this.folder = mkdtempSync(join(tmpdir(), 'colophon-cli-'))
    t.after(() => rmSync(this.folder, { recursive: true, force: true }))
  }

  path(name: string): string {
    return join(this.folder, name)
  }

  write(name: string, content: string | Uint8Array): string {
    const path = this.path(name)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, content)
    return path
  }

  /** Starts `colophon` with the arguments. */
  start(args: readonly string[], env: Record<string, string> = {}): ChildProcess {
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('COLOPHON_')))
    return spawn(process.execPath, [bin, ...args], { cwd: this.folder, env: { ...own, ...env } })
  }

  /** Runs `colophon` with the arguments to its end. */
  run(args: readonly string[], env: Record<string, string> = {}): Promise<Finished> {
    return finished(this.start(args, env))
  }
}

/** Collects what a started command writes until it ends. */
export const finished = (child: ChildProcess): Promise<Finished> =>
  new Promise((resolve, reject) => {
    const text = { stdout: '', stderr: '' }
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]!.setEncoding('utf8').on('data', (piece: string) => {
        text[name] += piece
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, ...text }))
  })

/** Ops that tests offer with `--ops`: one for each way in which an op can behave. */
export const testOps = `
import { setTimeout as sleep } from 'node:timers/promises'
import { any, blob, json, list, op, optional, record, secret } from '@colophon/core'
import { z } from 'zod'

export const add = op('math.add', (x: number, y: number) => x + y)

const recipe = json(z.object({ of: z.array(z.number()), words: z.string() }), { name: 'recipe', extension: '.json' })

export const cook = op({
  name: 'demo.cook',
  inputs: { recipe, dish: blob({ extensions: ['.txt'] }) },
  params: z.object({ format: z.enum(['text', 'markdown']).default('text').meta({ fromOutput: true }) }),
  outputs: { meal: blob({ extensions: ['.txt', '.md'] }), recipe, format: json(z.string()) },
  run: ({ recipe, format }) => ({ meal: Buffer.from(recipe.words), recipe, format }),
})

export const invent = op({
  name: 'demo.invent',
  params: z.object({ words: z.string() }),
  outputs: { recipe },
  run: ({ words }) => ({ recipe: { of: [1, 2.5], words } }),
})

export const greet = op({
  name: 'demo.greet', summary: 'Greet somebody',
  params: z.object({
    name: z.string().describe('Who'),
    times: z.number().int().min(1).max(9).default(1).describe('How often'),
    loud: z.boolean().default(false),
    tone: z.enum(['warm', 'cool']).default('warm'),
    tag: z.array(z.string()).default([]),
    limits: z.object({ low: z.number(), high: z.number() }).optional(),
    json: z.string().default('no'),
  }),
  outputs: { greeting: json(z.object({ text: z.string(), given: z.any() })) },
  outcome: ({ greeting }) => ({ summary: 'greeted ' + (greeting as any).given.name }),
  run: (given) => ({ greeting: { text: ('hello ' + given.name + '! ').repeat(given.times).trim(), given: { ...given } } }),
})

export const both = op({
  name: 'demo.both', summary: 'A pipeline of two greetings', params: z.object({ a: z.string(), b: z.string() }),
  outputs: { texts: any() },
  async run({ a, b }, { log }) {
    log('greeting two', { names: [a, b] })
    const all = [await greet({ name: a }), await greet({ name: b })]
    return { texts: await Promise.all(all.map(async ({ greeting }) => (await greeting.value()).text)) }
  },
})

export const look = op({
  name: 'demo.look', summary: 'Look for something that is not there',
  outputs: { found: json(z.boolean()) },
  outcome: () => ({ exitCode: 4, summary: 'nothing was found' }),
  run: () => ({ found: false }),
})

export const seek = op({
  name: 'demo.seek', summary: 'Look for something that is found elsewhere', params: z.object({ word: z.string() }),
  outputs: { found: json(z.boolean()) },
  outcome: () => ({ exitCode: 4, summary: 'nothing was found' }),
  run: () => ({ found: false }),
  async afterwards({ found }, { params, call, tenant, folder }) {
    if (params.word === 'never') throw new Error('it is nowhere')
    if (params.word === 'nothing') return undefined
    return {
      shown: { elsewhere: { found, word: params.word, call: call.length, tenant, folder } },
      outcome: { summary: 'found elsewhere' },
    }
  },
})

export const fail = op({
  name: 'demo.fail', outputs: { none: any() },
  run: () => { throw new Error('the moon is full') },
})

export const join = op({
  name: 'demo.join', summary: 'Join files',
  inputs: { parts: list(blob({ extensions: ['.txt'] })), end: optional(blob()) },
  params: z.object({ between: z.string().default('') }),
  outputs: { whole: blob({ extensions: ['.txt'] }), notes: blob({ extensions: ['.md'] }), count: json(z.number()) },
  async run({ parts, end, between }) {
    const texts = await Promise.all([...parts, ...(end ? [end] : [])].map(async (part) => Buffer.from(await part.bytes()).toString()))
    return { whole: Buffer.from(texts.join(between)), notes: Buffer.from('notes'), count: texts.length }
  },
})

export const split = op({
  name: 'demo.split', inputs: { text: blob() }, outputs: { lines: list(blob({ extensions: ['.txt'] })) },
  async run({ text }) {
    return { lines: Buffer.from(await text.bytes()).toString().trim().split('\\n').map((line) => Buffer.from(line)) }
  },
})

export const pick = op({
  name: 'demo.pick', inputs: { from: record(json(z.number())), data: json(z.object({ a: z.number() })) },
  outputs: { all: any() }, run: ({ from, data }) => ({ all: { from, data } }),
})

export const sign = op({
  name: 'demo.sign', params: z.object({ key: secret() }),
  outputs: { length: json(z.number()), version: json(z.number()) },
  run: ({ key }) => ({ length: key.reveal().length, version: key.version }),
})

const wait = async (signal: AbortSignal | undefined, progress: (f: number, note?: string) => void) => {
  for (let i = 0; i < 600; i++) {
    progress(i / 600, 'waiting')
    if (i === 3) console.error('begun')
    await sleep(50, undefined, { signal })
  }
}
export const hang = op({
  name: 'demo.hang', outputs: { file: blob({ extensions: ['.bin'] }) },
  async run(_, { signal, progress, tempFile }) {
    const { path } = await tempFile('.bin')
    const { writeFileSync } = await import('node:fs')
    writeFileSync(path, 'half')
    await wait(signal, progress)
    return { file: Buffer.from('whole') }
  },
})
export const deaf = op({
  name: 'demo.deaf', outputs: { done: json(z.boolean()) },
  async run(_, { progress }) { await wait(undefined, progress); return { done: true } },
})
`
