import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'

/** TypeScript in the documents is run, so it cannot go stale. A block that begins with a file's name is a part of something. */
const root = dirname(import.meta.dirname)
const pages = globSync(['README*.md', 'ARCHITECTURE.md', 'docs/**/*.md', 'packages/*/README.md'], { cwd: root }).sort()
const blocksOf = (page: string): string[] =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/^```ts\n(.*?)^```/gms)].map((match) => match[1]!)

describe('code in documents', () => {
  for (const page of pages)
    blocksOf(page).forEach((code, index) => {
      if (/^\/\/ [\w./-]+\.ts\n/.test(code)) return
      it(`runs: ${page}, block ${index + 1}`, () => {
        // Inside the repository, where the rooms are found by their names.
        const folder = mkdtempSync(join(root, 'node_modules', '.docs-'))
        try {
          const run = spawnSync(process.execPath, ['--input-type=module-typescript', '--eval', code], {
            cwd: folder,
            encoding: 'utf8',
          })
          assert.equal(run.status, 0, run.stderr)
        } finally {
          rmSync(folder, { recursive: true, force: true })
        }
      })
    })

  it('says the same in both languages', () => {
    const withoutComments = (page: string) => blocksOf(page).map((code) => code.replaceAll(/\/\/.*$/gm, '//'))
    assert.deepEqual(withoutComments('README.zh-CN.md'), withoutComments('README.md'))
  })
})
