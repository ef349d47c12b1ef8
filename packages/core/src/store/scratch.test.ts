import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { it } from 'node:test'
import { createStore } from '../index.ts'
import { FileObjects } from './file-objects.ts'

it('opening a store clears the scratch files of the dead, and no others', async () => {
  const path = mkdtempSync(join(tmpdir(), 'colophon-scratch-'))
  try {
    const scratch = join(path, 'scratch')
    mkdirSync(scratch)
    const host = hostname().replaceAll(/[^\w.]/g, '_')
    const dead = spawnSync(process.execPath, ['--version']).pid
    const own = basename((await new FileObjects(path).temp('.own')).path)
    const hoursAgo = (hours: number): number => Date.now() / 1000 - hours * 3600
    const files: [name: string, hours: number, stays: boolean][] = [
      [`${host}~${dead}~a`, 0, false],
      [`${host}~${process.ppid}~b`, 1000, true],
      // Of an earlier process with the same number, as the first of a container has it each time.
      [`${host}~${process.pid}~c`, 1, false],
      [own, 0, true],
      ['elsewhere~1~d', 1, true],
      ['elsewhere~1~e', 1000, false],
      ['notes.txt', 1000, true],
    ]
    for (const [name, hours] of files) {
      writeFileSync(join(scratch, name), '')
      utimesSync(join(scratch, name), hoursAgo(hours), hoursAgo(hours))
    }
    await (await createStore(path)).close()
    const kept = files.filter(([, , stays]) => stays).map(([name]) => name)
    assert.deepEqual(readdirSync(scratch).sort(), kept.sort())
  } finally {
    rmSync(path, { recursive: true })
  }
})
