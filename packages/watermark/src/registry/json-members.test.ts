import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { jsonMembers } from './json-members.ts'

const parsed = (text: string) => {
  const { members, problem } = jsonMembers(text)
  assert.equal(problem, undefined)
  return members.map(({ key, value }) => [key, JSON.parse(value)])
}

describe('the members of a JSON object', () => {
  test('are those that JSON.parse finds, however it is written', () => {
    const key = fc.string().filter((text) => !/^\d+$/.test(text) && text !== '__proto__')
    fc.assert(
      fc.property(fc.dictionary(key, fc.jsonValue()), fc.constantFrom(undefined, 2, '\t'), (object, indent) => {
        const text = JSON.stringify(object, null, indent)
        assert.deepEqual(parsed(text), Object.entries(JSON.parse(text)))
      }),
    )
  })

  test('are all given where a key stands twice, and with their lines', () => {
    const { members, problem } = jsonMembers('\ufeff{"a": 1,\n\n "a": [1,\n2], "__proto__": {}}\n')
    assert.equal(problem, undefined)
    assert.deepEqual(members, [
      { key: 'a', value: '1', line: 1 },
      { key: 'a', value: '[1,\n2]', line: 3 },
      { key: '__proto__', value: '{}', line: 4 },
    ])
  })

  test('that cannot be valid cost only themselves', () => {
    const { members, problem } = jsonMembers('{"a": nonsense, "b": [1, , 2], "c": {"d" 1}, "e": 5}')
    assert.equal(problem, undefined)
    assert.deepEqual(
      members.map(({ value }) => value),
      ['nonsense', '[1, , 2]', '{"d" 1}', '5'],
    )
  })

  test('before the place where a text is broken are given, with what is wrong there', () => {
    const cases: [string, number, number, RegExp][] = [
      ['', 0, 1, /"\{" is missing, and the text ends/],
      ['[1]', 0, 1, /"\{" is missing, and "\[" stands there/],
      ['{"a": 1,\n"b": "ab', 1, 2, /the text ends in the middle of a text in quotes/],
      ['{"a": 1, "b": {"c": 1', 1, 1, /the text ends in the middle of a value/],
      ['{"a": 1, b: 2}', 1, 1, /a key in quotes is missing, and "b" stands there/],
      ['{"a": 1,}', 1, 1, /a key in quotes is missing, and "\}" stands there/],
      ['{"a" 1}', 0, 1, /":" is missing, and "1" stands there/],
      ['{"a": , "b": 1}', 0, 1, /a value is missing/],
      ['{"a": 1} x', 1, 1, /something follows the object, and "x" stands there/],
      ['{"\\x": 1}', 0, 1, /a key is no valid text/],
    ]
    for (const [text, count, line, why] of cases) {
      const { members, problem } = jsonMembers(text)
      assert.deepEqual([members.length, problem?.line], [count, line], text)
      assert.match(problem!.why, why)
    }
  })

  test('are found at any depth, and any text ends in an answer', () => {
    const deep = `{"a": ${'['.repeat(100_000)}${']'.repeat(100_000)}, "b": 1}`
    assert.equal(jsonMembers(deep).members.length, 2)
    const unit = fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', ' ', 'a', '1')
    fc.assert(
      fc.property(fc.string({ unit, maxLength: 60 }), (text) => {
        const { problem, members } = jsonMembers(text)
        let valid = true
        try {
          const value = JSON.parse(text)
          valid = typeof value === 'object' && value !== null && !Array.isArray(value)
        } catch {
          valid = false
        }
        if (valid) assert.equal(problem, undefined)
        assert.ok(members.every(({ key }) => typeof key === 'string'))
      }),
      { numRuns: 500 },
    )
  })
})
