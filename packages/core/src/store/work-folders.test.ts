import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import { FileObjects } from './file-objects.ts'

function inFolder(work: (path: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const path = mkdtempSync(join(tmpdir(), 'colophon-work-'))
    try {
      await work(path)
    } finally {
      rmSync(path, { recursive: true })
    }
  }
}

const daysAgo = (days: number): Date => new Date(Date.now() - days * 24 * 3600 * 1000)

describe('work folders', () => {
  it(
    'are found as they were left, by their key and tenant alone',
    inFolder(async (path) => {
      const objects = new FileObjects(path)
      const first = await objects.workFolder('a', 'k1')
      writeFileSync(join(first.path, 'part'), 'done so far')
      await first.keep()
      for (const [tenant, key] of [
        ['b', 'k1'],
        ['a', 'k2'],
      ] as const) {
        const other = await objects.workFolder(tenant, key)
        assert.ok(!existsSync(join(other.path, 'part')))
        await other.remove()
      }
      const again = await new FileObjects(path).workFolder('a', 'k1')
      assert.equal(readFileSync(join(again.path, 'part'), 'utf8'), 'done so far')
      await again.remove()
      assert.ok(!existsSync(again.path))
      const anew = await objects.workFolder('a', 'k1')
      assert.ok(!existsSync(join(anew.path, 'part')))
    }),
  )

  it(
    'are given to one at a time',
    inFolder(async (path) => {
      const objects = new FileObjects(path)
      const kept = await objects.workFolder('a', 'k')
      await kept.keep()
      const both = await Promise.all([objects.workFolder('a', 'k'), new FileObjects(path).workFolder('a', 'k')])
      assert.notEqual(both[0]!.path, both[1]!.path)
      await Promise.all(both.map((folder) => folder.keep()))
    }),
  )

  it(
    'of a process that is gone are taken over, those of one that lives are not',
    inFolder(async (path) => {
      const objects = new FileObjects(path)
      const home = dirname((await objects.workFolder('a', 'x')).path)
      const host = hostname().replaceAll(/[^\w.]/g, '_')
      const dead = spawnSync(process.execPath, ['--version']).pid
      for (const [pid, key] of [
        [dead, 'k1'],
        [process.ppid, 'k2'],
      ] as const) {
        mkdirSync(join(home, `${host}~${pid}~${key}~1`))
        writeFileSync(join(home, `${host}~${pid}~${key}~1`, 'part'), '')
      }
      assert.ok(existsSync(join((await objects.workFolder('a', 'k1')).path, 'part')))
      assert.ok(!existsSync(join((await objects.workFolder('a', 'k2')).path, 'part')))
    }),
  )

  it(
    'of a process that is dead but was never reaped are taken over',
    { skip: process.platform === 'linux' ? false : 'no /proc' },
    inFolder(async (path) => {
      // The shell becomes a program that waits for none of its children. Only then may its child end, or the shell still sees it.
      const parent = spawn('sh', ['-c', 'cat <&3 & echo $!; exec sleep 30 3<&-'], {
        stdio: ['ignore', 'pipe', 'ignore', 'pipe'],
      })
      try {
        let said = ''
        for await (const piece of parent.stdout!) {
          said += piece
          if (said.includes('\n')) break
        }
        const pid = Number(said)
        while (readFileSync(`/proc/${parent.pid}/comm`, 'utf8') !== 'sleep\n') await setImmediate()
        parent.stdio[3]!.destroy()
        while (!readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z')) await setImmediate()
        const objects = new FileObjects(path)
        const home = dirname((await objects.workFolder('a', 'x')).path)
        const host = hostname().replaceAll(/[^\w.]/g, '_')
        mkdirSync(join(home, `${host}~${pid}~k~1`))
        writeFileSync(join(home, `${host}~${pid}~k~1`, 'part'), '')
        assert.ok(existsSync(join((await objects.workFolder('a', 'k')).path, 'part')))
      } finally {
        parent.kill('SIGKILL')
      }
    }),
  )

  it(
    'that nobody came back for are cleared after a week',
    inFolder(async (path) => {
      const objects = new FileObjects(path)
      const home = dirname((await objects.workFolder('a', 'x')).path)
      const folders = [
        [join(home, 'free~k1~1'), 6],
        [join(home, 'free~k2~1'), 8],
        [join(home, `elsewhere~1~k3~1`), 8],
      ] as const
      for (const [folder, days] of folders) {
        mkdirSync(folder)
        utimesSync(folder, daysAgo(days), daysAgo(days))
      }
      const used = await objects.workFolder('a', 'k4')
      utimesSync(used.path, daysAgo(8), daysAgo(8))
      new FileObjects(path)
      assert.deepEqual(
        [...folders.map(([folder]) => existsSync(folder)), existsSync(used.path)],
        [true, false, false, true],
      )
    }),
  )
})
