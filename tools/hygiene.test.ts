import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'

const root = join(import.meta.dirname, '..')
const git = spawnSync('git', ['-c', 'safe.directory=*', 'ls-files', '-z'], { cwd: root, encoding: 'utf8' })
const skip = git.status === 0 ? false : 'not a git clone, or no git'

/** Tracked text files with their lines. */
const tracked = (): [path: string, lines: string[]][] =>
  git.stdout
    .split('\0')
    .filter((path) => path && existsSync(join(root, path)))
    .map((path): [string, string] => [path, readFileSync(join(root, path), 'utf8')])
    .filter(([, text]) => !text.includes('\0'))
    .map(([path, text]) => [path, text.split('\n')])

const found = (pattern: RegExp): string[] =>
  tracked().flatMap(([path, lines]) =>
    lines.flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
  )

test('no tracked file names a folder of one machine', { skip }, () => {
  assert.deepEqual(found(/(?<![\w.~-])\/(?:home|root|work|Users)\/[\w.-]/), [])
})

test('nothing is left to be done later in a comment', { skip }, () => {
  assert.deepEqual(found(/\b(?:TO[D]O|FIX[M]E)\b/), [])
})

interface Locked {
  readonly resolved?: string
  readonly optionalDependencies?: Record<string, string>
}

const locked: Record<string, Locked> = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages

test('the lockfile names no registry, so that any mirror serves', () => {
  assert.deepEqual(
    Object.values(locked).filter(({ resolved }) => /^https?:/.test(resolved ?? '')),
    [],
  )
})

test('the lockfile knows the native packages of every platform, not only those of the machine that wrote it', () => {
  const missing = Object.values(locked)
    .flatMap(({ optionalDependencies }) => Object.keys(optionalDependencies ?? {}))
    .filter((name) => !Object.keys(locked).some((path) => path.endsWith(`node_modules/${name}`)))
  assert.deepEqual(missing, [])
})
