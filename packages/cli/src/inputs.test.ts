import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { any, blob, FileSource, json, list, optional, record, set, type ValueType } from '@colophon/core'
import fc from 'fast-check'
import { z } from 'zod'
import { parseArguments } from './arguments.ts'
import { inputArguments, inputOptions, inputUsage, readInputs } from './inputs.ts'

const of = (inputs: Record<string, ValueType>) => inputArguments({ inputs, inputNames: Object.keys(inputs) })

const read = (inputs: Record<string, ValueType>, ...argv: string[]) => {
  const own = of(inputs)
  return readInputs(own, parseArguments(argv, inputOptions(own), 'help'), () => '[1]', 'help')
}

const file = (path: string) => new FileSource(path)

describe('inputs', () => {
  test('are files and values in their declared order', () => {
    const { values, files } = read({ image: blob(), size: any(), mask: blob() }, 'a.png', '5', 'm.png')
    assert.deepEqual(values, { image: file('a.png'), size: 5, mask: file('m.png') })
    assert.deepEqual(files, ['a.png', 'm.png'])
  })

  test('given by name leave their place to the others', () => {
    const { values } = read({ image: blob(), mask: blob() }, '--input-image', 'a', 'b')
    assert.deepEqual(values, { image: file('a'), mask: file('b') })
  })

  test('one that takes several takes what the others leave', () => {
    const { values } = read({ first: blob(), clips: list(blob()), last: any() }, 'a', 'b', 'c', '{"x": 1}')
    assert.deepEqual(values, { first: file('a'), clips: [file('b'), file('c')], last: { x: 1 } })
    assert.deepEqual(read({ tags: set(any()) }, '1', 'x').values, { tags: new Set([1, 'x']) })
    assert.deepEqual(read({ by: record(blob()) }, 'en=a=b', 'de=c').values, { by: { en: file('a=b'), de: file('c') } })
  })

  test('that may be left out come after those that must be given', () => {
    const inputs = { mask: optional(blob()), image: blob() }
    assert.deepEqual(read(inputs, 'a').values, { image: file('a') })
    assert.deepEqual(read(inputs, 'm', 'a').values, { mask: file('m'), image: file('a') })
  })

  test('are read by their schema: text is text where text is wanted', () => {
    const inputs = {
      name: json(z.string()),
      n: json(z.number()),
      list: json(z.array(z.number())),
      on: json(z.boolean()),
    }
    assert.deepEqual(read(inputs, '5', '5', '@file', 'true').values, { name: '5', n: 5, list: [1], on: true })
  })

  test('are shown as they are given', () => {
    const inputs = { first: blob(), clips: list(blob()), end: optional(blob()), by: record(json(z.any())) }
    assert.deepEqual(inputUsage(of(inputs)), ['FIRST', 'CLIPS…', '[--input-end FILE]', '--input-by NAME=JSON…'])
    assert.deepEqual(inputUsage(of({ maskImage: optional(blob()) })), ['[MASK-IMAGE]'])
  })

  test('missing, left over and unreadable ones are named', () => {
    const message = (inputs: Record<string, ValueType>, ...argv: string[]) => {
      try {
        read(inputs, ...argv)
      } catch (thrown) {
        return (thrown as Error).message.replace(' See "help".', '')
      }
      return assert.fail('accepted')
    }
    assert.equal(message({ image: blob(), mask: blob() }, 'a'), 'The input MASK is missing.')
    assert.equal(message({ clips: list(blob()) }), 'The input CLIPS is missing.')
    assert.equal(message({ a: any(), b: any() }, '1', '2', '3'), '"3" is one argument too many; this takes 2 inputs.')
    assert.equal(message({}, 'x'), '"x" is one argument too many; this takes no inputs.')
    assert.equal(message({ n: json(z.number()) }, 'x'), 'N takes a number, not "x".')
    assert.equal(message({ by: record(blob()) }, 'x'), 'BY takes NAME=FILE, not "x".')
  })

  test('as many arguments as there are inputs all arrive, in order', () => {
    const kinds = fc.array(fc.constantFrom('one', 'optional'), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(kinds, (all) => {
        const inputs = Object.fromEntries(all.map((kind, i) => [`i${i}`, kind === 'one' ? any() : optional(any())]))
        const argv = all.map((_, i) => `v${i}`)
        assert.deepEqual(Object.values(read(inputs, ...argv).values), argv)
        const must = all.filter((kind) => kind === 'one').length
        const few = read(inputs, ...argv.slice(0, must)).values
        assert.deepEqual(Object.values(few), argv.slice(0, must))
        assert.ok(all.every((kind, i) => (kind === 'one') === `i${i}` in few))
      }),
    )
  })
})
