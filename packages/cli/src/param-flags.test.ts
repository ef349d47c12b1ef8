import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { secret } from '@colophon/core'
import fc from 'fast-check'
import { z } from 'zod'
import { parseArguments } from './arguments.ts'
import { globalOptions } from './options.ts'
import { flagOptions, kebab, paramFlags, readParams } from './param-flags.ts'

const read = (params: z.ZodObject, ...argv: string[]) => {
  const flags = paramFlags({ params })
  const given = parseArguments(argv, flagOptions(flags), 'help')
  return readParams(flags, given, (path) => ({ 'box.json': '{"x": 1}', bad: '{' })[path] ?? '', 'help')
}

const only = (schema: z.ZodType) => paramFlags({ params: z.object({ it: schema }) })[0]!

describe('params as flags', () => {
  test('of every kind are read as the schema wants them', () => {
    const params = z.object({
      text: z.string(),
      number: z.number(),
      whole: z.int(),
      flag: z.boolean().default(true),
      choice: z.enum(['a', 'b']),
      size: z.literal([1, 2]),
      tags: z.array(z.string()),
      counts: z.array(z.number()).optional(),
      box: z.object({ x: z.number() }),
      pair: z.tuple([z.number(), z.number()]),
      either: z.union([z.number(), z.literal('auto')]),
      list: z.union([z.string(), z.array(z.string())]),
      maybe: z.number().nullable(),
      key: secret(),
      any: z.any(),
    })
    const argv =
      '--text 5 --number -1.5e3 --whole 7 --no-flag --choice b --size 2 --tags a --tags b --counts 1 --counts 2 ' +
      '--box @box.json --pair [1,2] --either auto --list ["a"] --maybe null --key mine@2 --any words'
    assert.deepEqual(read(params, ...argv.split(' ')), {
      text: '5',
      number: -1500,
      whole: 7,
      flag: false,
      choice: 'b',
      size: 2,
      tags: ['a', 'b'],
      counts: [1, 2],
      box: { x: 1 },
      pair: [1, 2],
      either: 'auto',
      list: ['a'],
      maybe: null,
      key: 'mine@2',
      any: 'words',
    })
  })

  test('left out stay out, so that defaults stay defaults', () => {
    assert.deepEqual(read(z.object({ a: z.number().default(5), b: z.string().optional() })), {})
  })

  test('that do not fit are refused with what the flag takes', () => {
    const refused = (schema: z.ZodType, ...argv: string[]) => {
      try {
        read(z.object({ it: schema }), ...argv)
      } catch (thrown) {
        return (thrown as Error).message.replace(/ See "help"\.$/, '')
      }
      return assert.fail(`${argv} was accepted`)
    }
    const from0 = z.number().min(0)
    assert.equal(refused(z.int(), '--it', '1.5'), '--it takes a whole number, not "1.5".')
    assert.equal(refused(from0, '--it', 'five'), '--it takes a number from 0, not "five".')
    assert.equal(refused(from0, '--it', ''), '--it takes a number from 0, not "".')
    assert.equal(refused(from0, '--it', '0x10'), '--it takes a number from 0, not "0x10".')
    assert.equal(refused(from0, '--it', '-1'), '--it takes a number from 0, not -1.')
    assert.equal(refused(z.number().gt(0).lt(1), '--it', '1'), '--it takes a number above 0 and below 1, not 1.')
    assert.equal(refused(z.enum(['a', 'b', 'c']), '--it', 'd'), '--it takes a, b or c, not "d".')
    assert.equal(
      refused(z.union([z.number(), z.literal('auto')]), '--it', 'x'),
      '--it takes a number or auto, not "x".',
    )
    assert.equal(refused(z.object({ x: z.number() }), '--it', '{x'), '--it takes JSON text or @FILE, not "{x".')
    assert.equal(refused(z.object({ x: z.number() }), '--it', '@bad'), '--it takes JSON text or @FILE, not "@bad".')
    assert.equal(
      refused(z.object({ x: z.number() }), '--it', '{}'),
      '--it is not valid: expected number, received undefined.',
    )
    assert.equal(
      refused(z.string().min(3), '--it', 'x'),
      '--it is not valid: too small: expected string to have >=3 characters.',
    )
    assert.equal(refused(z.string()), '--it is missing; it takes a text.')
    assert.equal(
      refused(secret(), '--it', 'a b'),
      '--it is not valid: a secret is given as its name, or as name@version.',
    )
  })

  test('are described with range, default and whether they are required', () => {
    assert.equal(
      only(z.int().min(1).max(9).default(3).describe('How many')).text,
      'How many (a whole number from 1 to 9; default 3)',
    )
    assert.equal(only(z.number().describe('How many')).text, 'How many (a number; required)')
    assert.equal(only(z.enum(['a', 'b']).default('a')).text, '(default a)')
    assert.equal(only(z.array(z.string()).optional().describe('Words')).text, 'Words (may be repeated)')
    assert.equal(only(z.string().optional()).text, '')
    assert.equal(only(z.boolean().default(false).describe('Shout')).text, 'Shout (default false)')
  })

  test('never take a name that means something else', () => {
    const names = ['json', 'store', 'output', 'force', 'help', 'inputFile', 'noise', 'noSound', 'maxWidthPx', '漢字']
    const shape = Object.fromEntries(names.map((name) => [name, z.string().optional()]))
    assert.deepEqual(
      paramFlags({ params: z.object(shape) }).map(({ flag }) => flag),
      [
        'param-json',
        'param-store',
        'param-output',
        'param-force',
        'param-help',
        'param-input-file',
        'noise',
        'param-no-sound',
        'max-width-px',
        'param',
      ],
    )
  })

  test('have names of their own, whatever the params are called', () => {
    const names = fc.uniqueArray(
      fc.string({ minLength: 1, maxLength: 8 }).filter((name) => name !== '__proto__'),
      { maxLength: 12 },
    )
    fc.assert(
      fc.property(names, (params) => {
        const shape = Object.fromEntries(params.map((name) => [name, z.boolean().optional()]))
        const flags = paramFlags({ params: z.object(shape) }).map(({ flag }) => flag)
        const known = new Set(globalOptions.map(({ name }) => name))
        const all = flags.flatMap((flag) => [flag, `no-${flag}`])
        assert.equal(new Set(all).size, 2 * params.length)
        for (const flag of flags) assert.ok(/^[a-z0-9]+(-[a-z0-9]+)*$/.test(flag) && !known.has(flag), flag)
      }),
    )
  })

  test('give back any number, text and JSON that they were given', () => {
    const params = z.object({ n: z.number(), s: z.string(), j: z.record(z.string(), z.any()) })
    const json = fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      fc.jsonValue({ noUnicodeString: false }),
    )
    // As text, -0 is 0.
    const number = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0)
    fc.assert(
      fc.property(number, fc.string(), json, (n, s, j) => {
        const found = read(params, `--n=${n}`, `--s=${s}`, `--j=${JSON.stringify(j)}`)
        assert.deepEqual(found, { n, s, j: JSON.parse(JSON.stringify(j)) })
      }),
    )
  })
})

test('kebab case', () => {
  const cases = {
    maxWidth: 'max-width',
    psnrDB: 'psnr-db',
    URLPath: 'url-path',
    snake_case: 'snake-case',
    a1B: 'a1-b',
    '-x-': 'x',
  }
  for (const [name, flag] of Object.entries(cases)) assert.equal(kebab(name), flag)
})
