import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { commandWords, parseArguments } from './arguments.ts'
import { globalOptions, type Option } from './options.ts'

const options: Option[] = [
  { name: 'width', value: 'N', text: '' },
  { name: 'output', short: 'o', value: 'FILE', text: '' },
  { name: 'tag', value: 'TEXT', many: true, text: '' },
  { name: 'loud', negatable: true, text: '' },
  { name: 'json', text: '' },
]
const parse = (...argv: string[]) => parseArguments(argv, options, 'colophon x --help')
const refused = (...argv: string[]): string => {
  try {
    parse(...argv)
  } catch (thrown) {
    return (thrown as Error).message
  }
  return assert.fail(`${argv} was accepted`)
}

describe('parseArguments', () => {
  test('takes values after a space or =, wherever flags stand', () => {
    const args = parse('a', '--width', '5', 'b', '--output=x=y', '--json', 'c')
    assert.deepEqual(args.positionals, ['a', 'b', 'c'])
    assert.equal(args.text('width'), '5')
    assert.equal(args.text('output'), 'x=y')
    assert.equal(args.switch('json'), true)
    assert.equal(args.switch('loud'), undefined)
    assert.equal(parse('-o', 'f').text('output'), 'f')
    assert.equal(parse('-of').text('output'), 'f')
  })

  test('collects what may be repeated and turns switches off', () => {
    assert.deepEqual(parse('--tag', 'a', '--tag=b').texts('tag'), ['a', 'b'])
    assert.equal(parse('--no-loud').switch('loud'), false)
    assert.equal(parse('--loud').switch('loud'), true)
  })

  test('takes negative numbers for arguments and values', () => {
    const args = parse('-12', '-.5', '--width', '-3')
    assert.deepEqual(args.positionals, ['-12', '-.5'])
    assert.equal(args.text('width'), '-3')
  })

  test('leaves alone what follows --', () => {
    assert.deepEqual(parse('--json', '--', '--width', '-o').positionals, ['--width', '-o'])
  })

  test('says what is wrong with a flag', () => {
    assert.match(
      refused('--wdith', '5'),
      /^There is no flag "--wdith"\. Did you mean "--width"\? See "colophon x --help"\.$/,
    )
    assert.match(refused('--no-json'), /^There is no flag "--no-json"\./)
    assert.match(refused('-z'), /^There is no flag "-z"\./)
    assert.match(refused('--width'), /^--width needs a value: --width N\./)
    assert.match(refused('--width', '--json'), /^--width needs a value/)
    assert.match(refused('--json=1'), /^--json takes no value\./)
    assert.match(refused('--width', '1', '--width', '2'), /^--width is given twice/)
    assert.match(refused('--loud', '--no-loud'), /^--no-loud is given twice/)
  })

  test('gives back any value joined by =', () => {
    fc.assert(fc.property(fc.string(), (value) => parse(`--width=${value}`).text('width') === value))
  })
})

test('commandWords skips global flags and their values', () => {
  const words = (...argv: string[]) => commandWords(argv, globalOptions)
  assert.deepEqual(words('--json', '--store', 's', '--tenant=t', '-q', 'media', 'probe', 'f', '--x', 'y'), {
    words: ['media', 'probe', 'f'],
    at: 5,
  })
  assert.deepEqual(words('--nope', 'media'), { words: [], at: 0 })
  assert.deepEqual(words('--store'), { words: [], at: 2 })
  assert.deepEqual(words(), { words: [], at: 0 })
})
