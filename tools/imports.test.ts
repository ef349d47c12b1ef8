import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { importsOf, violations } from './imports.ts'

/** A small repository that keeps every rule, with `changes` written over it. */
const check = (changes: Record<string, string | object>): string[] => {
  const root = mkdtempSync(join(tmpdir(), 'colophon-imports-'))
  const door = { exports: { '.': './src/index.ts' } }
  const files: Record<string, string | object> = {
    'package.json': { devDependencies: { 'fast-check': '4' } },
    'packages/core/package.json': { ...door, dependencies: { zod: '4' } },
    'packages/core/src/index.ts': "import { z } from 'zod'\nexport * from './op.ts'",
    'packages/core/src/op.ts': "import { join } from 'node:path'\nexport const op = join",
    'packages/core/src/op.test.ts': "import fc from 'fast-check'\nimport { op } from './op.ts'",
    'packages/media/package.json': { ...door, dependencies: { '@colophon/core': '0', sharp: '1' } },
    'packages/media/src/index.ts':
      "import type { Sharp } from 'sharp'\nimport { op } from '@colophon/core'\nexport const run = () => import('./run.ts')",
    'packages/media/src/run.ts': "import sharp from 'sharp'",
    'packages/media/example.ts': "import { run } from '@colophon/media'",
    'examples/demo.ts': "import { run } from '@colophon/media'\nimport { z } from 'zod'",
    ...changes,
  }
  try {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(join(root, dirname(path)), { recursive: true })
      writeFileSync(join(root, path), typeof content === 'string' ? content : JSON.stringify(content))
    }
    return violations(root)
  } finally {
    rmSync(root, { recursive: true })
  }
}

test('code that keeps the rules passes', () => {
  assert.deepEqual(check({}), [])
})

test('every form of import is seen, with the time when it takes place', () => {
  const source = `
    import type { A } from './a.ts'
    import { type B } from './b.ts'
    import './c.ts'
    export type { D } from './d.ts'
    export * from './e.ts'
    const f = await import('./f.ts')
    let g: import('./g.ts').G
    export const h = 'not an import'`
  assert.deepEqual(
    importsOf(source).map(({ specifier, when }) => `${specifier} ${when}`),
    ['./a.ts never', './b.ts load', './c.ts load', './d.ts never', './e.ts load', './f.ts later', './g.ts never'],
  )
})

test('a room may import only the rooms of its row', () => {
  const source = { 'packages/core/src/op.ts': "\nimport type { Image } from '@colophon/media'" }
  assert.deepEqual(check(source), [
    'packages/core/src/op.ts:2: "@colophon/media" may not be imported by packages/core.',
  ])
})

test('a room has no other door than its package name', () => {
  const found = check({
    'packages/media/src/run.ts': "import '@colophon/core/src/op.ts'",
    'packages/media/src/more.ts': "import '../../core/src/op.ts'\nimport 'sharp'",
    'examples/demo.ts': "import '../packages/core/src/op.ts'",
  })
  assert.deepEqual(found, [
    'examples/demo.ts:1: "../packages/core/src/op.ts" lies outside examples.',
    'packages/media/src/more.ts:1: "../../core/src/op.ts" lies outside packages/media.',
    'packages/media/src/run.ts:1: "@colophon/core/src/op.ts" is a path into a room, whose only door is @colophon/core.',
  ])
})

test('a folder under packages that the table does not know is refused', () => {
  assert.deepEqual(check({ 'packages/attic/package.json': {} }), [
    'packages/attic is not a room of the table in tools/imports.ts.',
  ])
})

test('a package is listed where it is imported, and imported where it is listed', () => {
  const found = check({
    'packages/core/src/op.ts': "import fc from 'fast-check'",
    'packages/media/package.json': {
      exports: { '.': './src/index.ts' },
      dependencies: { '@colophon/core': '0', sharp: '1', 'left-pad': '1' },
    },
  })
  assert.deepEqual(found, [
    'packages/core/src/op.ts:1: "fast-check" is not listed in packages/core/package.json.',
    'packages/media/package.json lists "left-pad", which nothing there imports.',
  ])
})

test('a circle of files is found, one of types is none', () => {
  const circle = { 'packages/core/src/op.ts': "import './ref.ts'", 'packages/core/src/ref.ts': "import './op.ts'" }
  assert.deepEqual(check(circle), [
    'packages/core/src/op.ts imports packages/core/src/ref.ts imports packages/core/src/op.ts: a circle.',
  ])
  assert.deepEqual(check({ ...circle, 'packages/core/src/ref.ts': "import type { op } from './op.ts'" }), [])
})

test('a heavy package that the door would load is found', () => {
  assert.deepEqual(
    check({ 'packages/media/src/index.ts': "import { op } from '@colophon/core'\nexport * from './run.ts'" }),
    [
      'packages/media/src/run.ts:1: "sharp" is heavy and would be loaded with packages/media/src/index.ts -> packages/media/src/run.ts; use import() when an op runs.',
    ],
  )
})
