import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parameterNames } from './parameter-names.ts'

/** Written as text, so that neither the formatter nor the type stripper changes what is read. */
const names = (source: string): string[] => parameterNames(new Function(`return (${source})`)())

const cases: Record<string, string[]> = {
  // Kinds of functions
  'function (a, b) {}': ['a', 'b'],
  'function named(a, b) {}': ['a', 'b'],
  'function* generator(a) {}': ['a'],
  'async function (a, b) {}': ['a', 'b'],
  'async function* many(a) {}': ['a'],
  '(a, b) => a + b': ['a', 'b'],
  'async (a, b) => a': ['a', 'b'],
  'a => a': ['a'],
  'async a => a': ['a'],
  'async => async': ['async'],
  'asyncish => f(asyncish, 2)': ['asyncish'],
  'café => f(café, 2)': ['café'],
  '$_1 => ($_1, 2)': ['$_1'],
  '() => 1': [],
  'function () {}': [],
  '({ method(a, b) {} }).method': ['a', 'b'],
  '({ async method(a) {} }).method': ['a'],
  '({ *method(a) {} }).method': ['a'],
  '({ ["x(y)"](a) {} })["x(y)"]': ['a'],
  '({ "quoted (name)"(a) {} })["quoted (name)"]': ['a'],
  '(class { method(a, b) {} }).prototype.method': ['a', 'b'],
  '(class { static method(a) {} }).method': ['a'],
  '(class { #x; set x(value) {} }, Object.getOwnPropertyDescriptor(class { set x(value) {} }.prototype, "x").set)': [
    'value',
  ],
  // Defaults
  '(a = 1, b = a) => a': ['a', 'b'],
  '(a = "x, (", b) => a': ['a', 'b'],
  "(a = ')', b) => a": ['a', 'b'],
  "(a = 'it\\'s, \\\\', b) => a": ['a', 'b'],
  '(a = [1, 2], b = { x: 1, y: [2, 3] }, c) => a': ['a', 'b', 'c'],
  '(a = f(1, g(2, 3)), b) => a': ['a', 'b'],
  '(a = (x, y) => x, b = function (z, w) { return [z, w] }) => a': ['a', 'b'],
  '(a = `x, ${[1, `)`].join(`, `)} (`, b) => a': ['a', 'b'],
  '(a = `${ { a: `}` /* } */ } }`, b) => a': ['a', 'b'],
  '(a = /[,/)]\\/"/, b) => a': ['a', 'b'],
  '(a = 4 / 2, b = 6 / 3) => a': ['a', 'b'],
  '(a = (4) / 2, b = "/") => a': ['a', 'b'],
  // Patterns and rest
  '({ x, y }, b) => x': ['arg0', 'b'],
  '([x, y] = [1, 2], b) => x': ['arg0', 'b'],
  '(a, { b = 1, c: [d] } = {}, ...rest) => a': ['a', 'arg1', 'rest'],
  '(...all) => all': ['all'],
  '(...  all) => all': ['all'],
  '(...[x, y]) => x': ['arg0'],
  // Comments and spaces
  '( /* a, */ b /* ) */, // c\n d) => b': ['b', 'd'],
  'function /* (x) */ (a) {}': ['a'],
  'function // (x)\n (a) {}': ['a'],
  'a /* , b */ => a': ['a'],
  '(\n  a,\n  b,\n) => a': ['a', 'b'],
  '(a = "/* not a comment", b = "*/") => a': ['a', 'b'],
  // Names met twice
  'function (a, a, b) {}': ['a', 'arg1', 'b'],
  '(arg1, { x }) => x': ['arg1', 'arg1_'],
  '({ x }, arg0) => x': ['arg0', 'arg1'],
}

for (const [source, expected] of Object.entries(cases))
  test(`parameters of ${source.replaceAll('\n', ' ')}`, () => assert.deepEqual(names(source), expected))

test('functions of the engine and bound ones have their parameters counted', () => {
  assert.deepEqual(parameterNames(Math.atan2), ['arg0', 'arg1'])
  assert.deepEqual(parameterNames(((a: number, b: number) => a + b).bind(null, 1)), ['arg0'])
  assert.deepEqual(parameterNames(Math.random), [])
})

test('a function that hides its text is still read', () => {
  const fn = (first: number, second: number) => first + second
  fn.toString = () => 'nothing to see'
  assert.deepEqual(parameterNames(fn), ['first', 'second'])
})

test('the text of a function that only looks native is read', () =>
  assert.deepEqual(names('function (a, b) { return "{ [native code] }" }'), ['a', 'b']))
