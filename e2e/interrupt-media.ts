/**
 * Stops the writing of recordings in every way there is, and looks what is left.
 *
 *   node e2e/interrupt-media.ts [--json]
 *
 * Programs that write are sent Ctrl-C and other signals while their file grows, end themselves, or have a fault; writing is aborted,
 * fails in the caller's own code, meets a full disk at every point of a file, or a folder that is not there. Each time the process
 * ends as it would without the library, the error says what is wrong, no partial file is left, and a file that had the target's name
 * before is as it was. The full disk needs Linux and leave to mount a tmpfs (root, or user namespaces).
 */
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { ColophonError } from '@colophon/core'
import { type OnFrame, openMedia, rewriteMedia, rewriteVideo } from '@colophon/media'
import { start } from './support/child.ts'
import type { Interruptible } from './support/interrupt-program.ts'
import { longVideo } from './support/long-video.ts'
import { longWav } from './support/long-wav.ts'
import { smallDisk } from './support/small-disk.ts'
import { table } from './support/table.ts'

const MiB = 2 ** 20
const { values: flags } = parseArgs({ options: { json: { type: 'boolean' } } })
const say = flags.json ? console.error : console.log
// First of all, since it may begin this script anew among mounts of its own.
const disk = smallDisk(4 * MiB)

const folder = mkdtempSync(join(tmpdir(), 'colophon-interrupt-media-'))
process.once('exit', () => {
  rmSync(folder, { recursive: true, force: true })
  disk?.release()
})
const source = join(folder, 'source.mkv')
const results: { how: string; what: string; result: string }[] = []
/** Milliseconds after which a program that neither grows its file nor ends is given up. */
const patience = 30_000

const encoding = { preset: 'ultrafast' } as const
const old = 'what was there before'

async function check(how: string, what: string, body: () => Promise<void>): Promise<void> {
  try {
    await body()
    results.push({ how, what, result: 'ok' })
  } catch (error) {
    results.push({ how, what, result: `${error instanceof Error ? error.message.split('\n')[0] : error}` })
    process.exitCode = 1
  }
}

let places = 0
/** A folder with a file that has the target's name already. */
function place(name = 'target.mkv') {
  const path = join(folder, `place-${places++}`)
  mkdirSync(path)
  const target = join(path, name)
  writeFileSync(target, old)
  return {
    path,
    target,
    assertUntouched() {
      assert.deepEqual(readdirSync(path), [name], 'a partial file was left')
      assert.equal(readFileSync(target, 'utf8'), old)
    },
  }
}

/** Starts a program and interferes when its partial file has grown to some size. */
async function interfere(
  job: Omit<Interruptible, 'source' | 'target'>,
  how: NodeJS.Signals | 'line',
  expected: { readonly code: number | null; readonly signal: NodeJS.Signals | null; readonly says?: string },
): Promise<void> {
  const there = place()
  const { process: child, ended } = start(
    'interrupt-program.ts',
    { ...job, source, target: there.target },
    { TMPDIR: there.path },
  )
  let over = false
  ended.then(() => (over = true))
  const grown = () => {
    const part = readdirSync(there.path).find((name) => name.endsWith('.part'))
    return part !== undefined && statSync(join(there.path, part), { throwIfNoEntry: false })!.size > 100_000
  }
  for (const began = performance.now(); !grown(); await pause(5)) {
    if (over) assert.fail(`the program ended by itself: ${(await ended).stderr}${(await ended).stdout}`)
    assert.ok(performance.now() - began < patience, 'no partial file grew')
  }
  if (how === 'line') child.stdin!.end('now\n')
  else child.kill(how)
  const { code, signal, stdout } = await ended
  assert.deepEqual([code, signal], [expected.code, expected.signal])
  assert.equal(stdout, expected.says ?? '')
  there.assertUntouched()
}

await longVideo(source, { width: 320, height: 180, minutes: 4 })
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  await check(signal, 'rewriting', () => interfere({ what: 'rewriting' }, signal, { code: null, signal }))
for (const what of ['partial rewriting', 'writing', 'parts through a file'] as const)
  await check('SIGINT', what, () => interfere({ what }, 'SIGINT', { code: null, signal: 'SIGINT' }))
const handled = { code: 3, signal: null, says: 'stopped\nends with 3\n' }
await check('SIGINT, handled by the program', 'rewriting', () =>
  interfere({ what: 'rewriting', does: 'handle' }, 'SIGINT', handled),
)
await check('process.exit', 'rewriting', () =>
  interfere({ what: 'rewriting', does: 'exit' }, 'line', { code: 7, signal: null }),
)
await check('a fault elsewhere in the program', 'rewriting', () =>
  interfere({ what: 'rewriting', does: 'throw' }, 'line', { code: 1, signal: null }),
)

/** Rewrites in this process and expects an error. */
async function fails(
  target: string,
  onFrame: OnFrame,
  options: { signal?: AbortSignal; only?: [{ from: number; to: number }] } = {},
): Promise<unknown> {
  const error = await rewriteVideo(source, target, onFrame, { ...options, encoding }).then(
    () => assert.fail('it succeeded'),
    (thrown) => thrown,
  )
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'exit'])
    assert.equal(process.listenerCount(signal), signal === 'exit' ? ownExits : 0, `a listener for ${signal} was left`)
  return error
}
const ownExits = process.listenerCount('exit')

for (const only of [undefined, [{ from: 1, to: 230 }] as [{ from: number; to: number }]]) {
  const what = only ? 'partial rewriting' : 'rewriting'
  const ranges = only ? { only } : {}
  await check('an abort', what, async () => {
    const there = place()
    const stop = new AbortController()
    const reason = new Error('enough')
    const onFrame: OnFrame = (_, { index }) => {
      if (index === 300) stop.abort(reason)
    }
    assert.equal(await fails(there.target, onFrame, { ...ranges, signal: stop.signal }), reason)
    there.assertUntouched()
  })
  await check('an abort before the beginning', what, async () => {
    const there = place()
    const reason = new Error('not at all')
    const error = await fails(there.target, () => {}, { ...ranges, signal: AbortSignal.abort(reason) })
    assert.equal(error, reason)
    there.assertUntouched()
  })
  for (const late of [false, true])
    await check(`an error of onFrame${late ? ', later' : ''}`, what, async () => {
      const there = place()
      const fault = new Error('this frame is wrong')
      const onFrame: OnFrame = async (_, { index }) => {
        if (late) await pause(0)
        if (index === 200) throw fault
      }
      assert.equal(await fails(there.target, onFrame, ranges), fault)
      there.assertUntouched()
    })
}

await check('an error of a transform', 'sound', async () => {
  const there = place('target.wav')
  const fault = new Error('this sound is wrong')
  const rewriting = rewriteMedia(longWav(0.1), there.target, {
    audio: {
      transform: async function* (blocks) {
        let left = 50
        for await (const block of blocks) {
          if (left-- === 0) throw fault
          yield block
        }
      },
    },
  })
  await assert.rejects(rewriting, (error) => error === fault)
  there.assertUntouched()
})

await check('a folder that is not there', 'rewriting', async () => {
  const error = await fails(join(folder, 'nowhere', 'target.mkv'), () => assert.fail('a frame was decoded'))
  assert.ok(error instanceof ColophonError && error.code === 'FILE_NOT_FOUND', `${error}`)
  assert.match(error.message, /nowhere/)
})

await check("a folder of the target's name", 'rewriting', async () => {
  const error = await fails(folder, () => assert.fail('a frame was decoded'))
  assert.ok(error instanceof ColophonError, `${error}`)
})

/** Writes onto a disk with room for all but the last part of the file. */
async function fullDisk(missing: number, container: string, size: number): Promise<void> {
  const target = join(disk!.path, `target.${container}`)
  writeFileSync(target, old)
  const ballast = disk!.fillUpTo(Math.max(0, size - missing))
  const before = disk!.free
  try {
    const error = await rewriteVideo(clip, target, () => {}, { encoding }).then(
      () => assert.fail(`it succeeded, with ${statSync(target).size} bytes`),
      (thrown) => thrown,
    )
    assert.ok(error instanceof ColophonError, `not an error of ours: ${error}`)
    assert.equal(error.code, 'MEDIA_NOT_WRITTEN')
    assert.match(error.message, /[Nn]o space left/)
    assert.deepEqual(
      readdirSync(disk!.path).filter((name) => name.endsWith('.part')),
      [],
    )
    assert.equal(readFileSync(target, 'utf8'), old)
    assert.equal(disk!.free, before)
  } finally {
    ballast.remove()
    rmSync(target)
  }
}

const clip = join(folder, 'clip.mkv')
if (disk) {
  await longVideo(clip, { width: 320, height: 180, minutes: 1 / 3 })
  for (const container of ['mkv', 'mp4', 'ts']) {
    const whole = join(folder, `whole.${container}`)
    await rewriteVideo(clip, whole, () => {}, { encoding })
    const { size } = statSync(whole)
    for (const [where, missing] of [
      ['at once', size],
      ['halfway', size >> 1],
      ['near the end', 70_000],
      ['at the last page', 1],
    ] as const)
      await check(`a full disk, ${where}`, `rewriting, ${container}`, () => fullDisk(missing, container, size))
    // With room for all of it the same succeeds, so it was the room.
    const target = join(disk.path, `target.${container}`)
    await check('enough room', `rewriting, ${container}`, async () => {
      await rewriteVideo(clip, target, () => {}, { encoding })
      assert.equal(statSync(target).size, size)
      assert.ok((await openMedia(target)).report.duration! > 19)
      rmSync(target)
    })
  }
} else {
  const must = process.env.CI === 'true' && process.getuid?.() === 0
  say(`${must ? 'Failed' : 'Skipped'}: no small disk can be mounted here, and /dev/shm is not a small one.`)
  if (must) process.exitCode = 1
}

say(table(results))
if (flags.json) console.log(JSON.stringify({ results }))
