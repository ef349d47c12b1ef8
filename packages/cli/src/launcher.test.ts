import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { describe, test } from 'node:test'
import { bin, finished, Place, testOps } from './testing/command.ts'

const versionOf = (node: string): number => {
  const { stdout } = spawnSync(node, ['--version'], { encoding: 'utf8' })
  return Number.parseInt((stdout ?? '').slice(1), 10) || 0
}

/** A Node on this machine that is too old to run Colophon itself. */
const oldNode = (process.env.PATH ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .filter((node) => existsSync(node))
  .find((node) => versionOf(node) >= 18 && versionOf(node) < 26)

const skip = !oldNode && 'no Node from 18 to 25 is on the PATH'

describe('the launcher', { concurrency: true }, () => {
  test('started by an older Node hands over to the pinned one, with arguments, output and exit code', { skip }, () => {
    const version = execFileSync(oldNode!, [bin, '--version'], { encoding: 'utf8' })
    assert.match(version, /^\d+\.\d+\.\d+\n$/)
    const wrong = spawnSync(oldNode!, [bin, 'no such', 'thing'], { encoding: 'utf8' })
    assert.equal(wrong.status, 2)
    assert.match(wrong.stderr, /^colophon: There is no command "no such"\./)
  })

  test('passes a signal on to the pinned Node, once for both', { skip }, async (t) => {
    const here = new Place(t)
    here.write('ops.ts', testOps)
    const child = spawn(oldNode!, [bin, '--ops', 'ops.ts', 'demo', 'hang'], { cwd: here.folder, detached: true })
    const end = finished(child)
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (text: string) => text.includes('begun') && resolve())
    })
    // As a terminal does it: to the whole group.
    process.kill(-child.pid!, 'SIGINT')
    const { code, stderr } = await end
    assert.equal(code, 130)
    assert.equal(stderr, 'begun\ncolophon: "demo.hang" was cancelled.\n')
  })

  const installed = (here: Place) => {
    mkdirSync(here.path('node_modules/.bin'), { recursive: true })
    mkdirSync(here.path('cli/bin'), { recursive: true })
    cpSync(bin, here.path('cli/bin/colophon.js'))
    symlinkSync('../../cli/bin/colophon.js', here.path('node_modules/.bin/colophon'))
    here.write('cli/package.json', '{"type": "module"}')
    return here.path('node_modules/.bin/colophon')
  }

  test('runs the built JavaScript where there is no source, and the Node beside it', async (t) => {
    const here = new Place(t)
    const command = installed(here)
    here.write('cli/dist/main.js', 'console.log(process.argv.slice(2), process.execPath)')
    symlinkSync(process.execPath, join(dirname(command), 'node'))
    const { stdout, status } = spawnSync(command, ['a b', "c'd"], { encoding: 'utf8', env: { PATH: '' } })
    assert.equal(status, 0)
    assert.equal(stdout, `[ 'a b', "c'd" ] ${process.execPath}\n`)
  })

  test('says what is needed when no Node is new enough', { skip }, (t) => {
    const here = new Place(t)
    const command = installed(here)
    // One that is pinned and too old itself must not be handed over to for ever.
    mkdirSync(here.path('node_modules/node/bin'), { recursive: true })
    writeFileSync(here.path('node_modules/node/package.json'), '{"version": "22.1.0"}')
    writeFileSync(here.path('node_modules/node/bin/node'), '')
    const { stderr, status } = spawnSync(oldNode!, [command, '--version'], { encoding: 'utf8' })
    assert.equal(status, 1)
    assert.match(stderr, /^colophon: Node\.js 26 or newer is needed, and this is \d+\.\d+\.\d+\. Install it\.\n$/)
  })
})
