import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { scratch } from '../../testing/scratch.ts'

/** One thing that is tried, and what of it the page is to say. */
export interface Trial<T> {
  readonly name: string
  /** @param path gives paths of scratch files */
  measure(path: (name: string) => string): Promise<T>
  /** What is not as it should be in what was found. */
  readonly problems: (found: T) => readonly string[]
  /** The problems that are known of and said on the page. */
  readonly known?: readonly string[]
}

/** A part of docs/media.md that is made from what was measured. */
export interface Part<T> {
  readonly name: string
  readonly trials: readonly Trial<T>[]
  /** Why it cannot be measured here. */
  readonly skip?: string
  /** Markdown for all that was found, in the order of the trials. */
  render(found: readonly T[]): string
}

const page = join(import.meta.dirname, '../../../../../docs/media.md')

const marks = (name: string): readonly [begin: string, end: string] => [
  `<!-- measured: ${name} -->`,
  `<!-- end: ${name} -->`,
]

function span(text: string, name: string): readonly [from: number, to: number] {
  const [begin, end] = marks(name)
  const [from, to] = [text.indexOf(begin) + begin.length, text.indexOf(end)]
  if (from < begin.length || to < from) throw new Error(`docs/media.md has no place for what is measured of ${name}`)
  return [from, to]
}

/** Writes a part of the page. */
export function writePart<T>(part: Part<T>, found: readonly T[]): void {
  const text = readFileSync(page, 'utf8')
  const [from, to] = span(text, part.name)
  writeFileSync(page, `${text.slice(0, from)}\n${part.render(found)}\n${text.slice(to)}`)
}

/** Tests that every trial comes out as it is known to, and that the page says so. */
export function testPart<T>(part: Part<T>): void {
  const path = scratch()
  const found: T[] = []
  for (const [index, trial] of part.trials.entries()) {
    test(trial.name, { skip: part.skip ?? false }, async () => {
      const result = await trial.measure((name) => path(`${index}-${name}`))
      found.push(result)
      assert.deepEqual(trial.problems(result), trial.known ?? [])
    })
  }
  test(`docs/media.md says what was found of ${part.name}`, { skip: part.skip ?? false }, () => {
    const text = readFileSync(page, 'utf8')
    const hint = `Run "npm run docs:media -- ${part.name}" and commit the page, if this is how it should be.`
    assert.equal(text.slice(...span(text, part.name)).trim(), part.render(found).trim(), hint)
  })
}

/** A table in Markdown. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n')

/** A tick, or what is wrong. */
export const cell = (problems: readonly string[], good = '✓'): string => problems.join('; ') || good

/** Rows of a table whose cells are all the same but those of one column, made one, with that column's cells side by side. */
export function merged(rows: readonly (readonly string[])[], column: number): string[][] {
  const groups = new Map<string, string[][]>()
  for (const row of rows) {
    const key = JSON.stringify(row.toSpliced(column, 1))
    groups.set(key, [...(groups.get(key) ?? []), [...row]])
  }
  return [...groups.values()].map((group) =>
    group[0]!.with(column, [...new Set(group.map((row) => row[column]!))].join(', ')),
  )
}
