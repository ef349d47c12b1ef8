import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import test, { after } from 'node:test'
import { promisify } from 'node:util'
import { ColophonError, type ErrorCode } from '@colophon/core'
import { scratch } from '../testing/scratch.ts'
import { Sandbox, type SandboxOptions } from './sandbox.ts'

const path = scratch()
const unruly = new URL('../testing/unruly.ts', import.meta.url)

/** For runs that do no harm. */
const common = new Sandbox()
after(() => common[Symbol.asyncDispose]())

/** Does something with a sandbox of its own, and makes sure that its processes are gone afterwards. */
async function within(options: SandboxOptions | undefined, use: (sandbox: Sandbox) => Promise<void>): Promise<void> {
  if (!options) return use(common)
  await using sandbox = new Sandbox(options)
  await use(sandbox)
}

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function fails(run: Promise<unknown>, code: ErrorCode, message: RegExp): Promise<void> {
  await assert.rejects(run, (error) => {
    assert.ok(error instanceof ColophonError, String(error))
    assert.equal(error.code, code, error.message)
    assert.match(error.message, message)
    return true
  })
}

test('values pass in and out: plain data, typed arrays, maps, dates, big integers', () =>
  within(undefined, async (sandbox) => {
    const value = {
      samples: Float32Array.of(0.5, -1, Number.NaN),
      pixels: Uint8Array.of(1, 2, 3),
      tags: new Map([['title', 'ü']]),
      when: new Date(0),
      large: 2n ** 70n,
      none: undefined,
    }
    assert.deepEqual(await sandbox.run(unruly, 'echo', [value]), value)
    const long = new Uint8Array(5_000_000).map((_, index) => index * 7)
    assert.deepEqual(await sandbox.run(unruly, 'echo', [long]), long)
  }))

test('progress is told while a run goes on', () =>
  within(undefined, async (sandbox) => {
    const told: unknown[] = []
    await sandbox.run(unruly, 'steps', [2], { onProgress: (...step) => told.push(step) })
    assert.deepEqual(told, [
      [0.5, 'step 1'],
      [1, 'step 2'],
    ])
  }))

test('errors come back as they were, with the name of the file; others in their own words', () =>
  within(undefined, async (sandbox) => {
    await fails(
      sandbox.run(unruly, 'refuse', [], { name: 'clip.mp4' }),
      'MEDIA_DAMAGED',
      /^clip\.mp4 is damaged or cut short: its header is upside down\.$/,
    )
    await fails(sandbox.run(unruly, 'slip'), 'SANDBOX_FAILED', /this is no function/)
    await fails(sandbox.run(unruly, 'nothing'), 'SANDBOX_FAILED', /exports no function "nothing"/)
    const functions = [() => 1]
    await assert.rejects(sandbox.run(unruly, 'echo', [functions]), /could not be cloned/)
    assert.equal(await sandbox.run(unruly, 'echo', [1]), 1)
  }))

test('a child is used again until it is worn, then gives way to a new one', () =>
  within({ runs: 2 }, async (sandbox) => {
    const pids = []
    for (let run = 0; run < 4; run++) pids.push(await sandbox.run<number>(unruly, 'pid'))
    assert.equal(pids[0], pids[1])
    assert.notEqual(pids[1], pids[2])
    assert.equal(pids[2], pids[3])
  }))

test('a crash fails the run, names the file, and the next run gets a new child', () =>
  within({}, async (sandbox) => {
    const before = await sandbox.run<number>(unruly, 'pid')
    for (const [signal, why] of [
      ['SIGSEGV', /clip\.mp4 crashed the process.*SIGSEGV/],
      ['SIGABRT', /clip\.mp4 crashed the process.*SIGABRT/],
      ['SIGKILL', /clip\.mp4 crashed the process.*ran out of memory/],
    ] as const)
      await fails(sandbox.run(unruly, 'die', [signal], { name: 'clip.mp4' }), 'MEDIA_CRASHED', why)
    assert.notEqual(await sandbox.run(unruly, 'pid'), before)
    assert.equal(alive(before), false)
  }))

test('a run over its time is ended, whether it waits or computes', () =>
  within({ timeout: 0.2 }, async (sandbox) => {
    for (const name of ['spin', 'wait'])
      await fails(
        sandbox.run(unruly, name, [], { name: 'long.mkv' }),
        'MEDIA_OVER_TIME',
        /long\.mkv takes longer.* 0\.2 s/,
      )
    await fails(sandbox.run(unruly, 'wait', [], { timeout: 0.1 }), 'MEDIA_OVER_TIME', / 0\.1 s/)
    assert.equal(await sandbox.run(unruly, 'echo', [1]), 1)
  }))

test('a run over its memory is ended, whether within V8 or outside', () =>
  within({ memory: 256 * 2 ** 20 }, async (sandbox) => {
    for (const name of ['hoard', 'heap', ...(process.platform === 'linux' ? ['claim'] : [])])
      await fails(
        sandbox.run(unruly, name, [2 ** 31], { name: 'bomb.png' }),
        'MEDIA_OVER_MEMORY',
        /bomb\.png needs more than the 256 MiB/,
      )
    assert.equal(await sandbox.run(unruly, 'echo', [1]), 1)
  }))

test('an answer larger than allowed is not taken', () =>
  within({ answerBytes: 1000 }, async (sandbox) => {
    await fails(
      sandbox.run(unruly, 'echo', ['x'.repeat(2000)], { name: 'a.wav' }),
      'MEDIA_CRASHED',
      /message of 20\d\d bytes/,
    )
    assert.equal(await sandbox.run(unruly, 'echo', [1]), 1)
  }))

test('an aborted run ends with the reason; one that still waits never starts', () =>
  within({}, async (sandbox) => {
    const controller = new AbortController()
    const reason = new Error('enough')
    const running = sandbox.run(unruly, 'wait', [], { signal: controller.signal })
    const waiting = sandbox.run(unruly, 'echo', [1], { signal: controller.signal })
    const after = sandbox.run(unruly, 'echo', [2])
    controller.abort(reason)
    await assert.rejects(running, reason)
    await assert.rejects(waiting, reason)
    assert.equal(await after, 2)
    await assert.rejects(sandbox.run(unruly, 'echo', [3], { signal: controller.signal }), reason)
    assert.equal(await sandbox.run(unruly, 'echo', [4]), 4)
  }))

test('as many children work at once as allowed, and every run has its turn', () =>
  within({ children: 2 }, async (sandbox) => {
    const pids = await Promise.all(Array.from({ length: 12 }, () => sandbox.run<number>(unruly, 'pid')))
    assert.equal(new Set(pids).size, 2)
  }))

test('a child has no environment of its parent and stands in an empty folder', () =>
  within(undefined, async (sandbox) => {
    process.env.COLOPHON_SECRET_PROBE = 'hidden'
    const { env, cwd } = await sandbox.run<{ env: Record<string, string>; cwd: string }>(unruly, 'surroundings')
    delete process.env.COLOPHON_SECRET_PROBE
    assert.equal(JSON.stringify(env).includes('hidden'), false)
    assert.equal(env.PATH, undefined)
    assert.match(cwd, /colophon-sandbox-/)
  }))

test('JavaScript in a child opens no connection, starts no process, and reads and writes only where it may', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  writeFileSync(path('secret.txt'), 'secret')
  writeFileSync(path('open.txt'), 'open')
  await within({ read: [path('open.txt')] }, async (sandbox) => {
    assert.equal(await sandbox.run(unruly, 'connects', [port]), 'ERR_ACCESS_DENIED')
    assert.equal(await sandbox.run(unruly, 'spawns'), 'ERR_ACCESS_DENIED')
    assert.equal(await sandbox.run(unruly, 'reads', [path('secret.txt')]), 'ERR_ACCESS_DENIED')
    assert.equal(await sandbox.run(unruly, 'reads', [path('open.txt')]), 'allowed')
    assert.equal(await sandbox.run(unruly, 'writes', [path('new.txt')]), 'ERR_ACCESS_DENIED')
  })
  await within({ write: [path('.')], fileBytes: 4 }, async (sandbox) => {
    assert.equal(await sandbox.run(unruly, 'reads', [path('secret.txt')]), 'allowed')
    assert.equal(await sandbox.run(unruly, 'writes', [path('new.txt')]), 'allowed')
    assert.equal(existsSync(path('new.txt')), true)
  })
  server.close()
})

test('a launcher that cannot be started is told', () =>
  within({ launcher: ['/nowhere/bwrap'] }, async (sandbox) => {
    await fails(sandbox.run(unruly, 'pid'), 'SANDBOX_FAILED', /ended at the start: .*\/nowhere\/bwrap/)
  }))

test('a closed sandbox ends what runs and takes nothing more', async () => {
  const sandbox = new Sandbox()
  const child = await sandbox.run<number>(unruly, 'pid')
  const runs = [sandbox.run(unruly, 'wait'), sandbox.run(unruly, 'echo', [1])]
  const settled = Promise.allSettled(runs)
  await sandbox[Symbol.asyncDispose]()
  for (const { status } of await settled) assert.equal(status, 'rejected')
  await fails(sandbox.run(unruly, 'pid'), 'SANDBOX_FAILED', /it is closed/)
  assert.equal(alive(child), false)
})

test('limits under which nothing could run are refused', () => {
  for (const options of [{ memory: 1000 }, { timeout: 0 }, { timeout: Number.NaN }, { children: 0 }, { runs: 1.5 }])
    assert.throws(() => new Sandbox(options), RangeError)
})

/** A program that starts a child, says its process id, and goes on as `then` says. */
const program = (then: string): string[] => [
  '--no-warnings',
  '--input-type=module',
  '-e',
  `import { Sandbox } from '${new URL('./sandbox.ts', import.meta.url)}'
   const sandbox = new Sandbox()
   console.log(await sandbox.run('${unruly}', 'pid'))
   ${then}`,
]

test('an idle child does not keep its parent alive, and ends with it', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, program(''))
  await gone(Number(stdout))
})

test('closing a sandbox ends where nothing else keeps the program alive', async () => {
  const close = "await sandbox[Symbol.asyncDispose](); console.log('closed')"
  // Whether the process, its wire or its standard error ends last differs from time to time.
  for (let time = 0; time < 3; time++) {
    const { stdout } = await promisify(execFile)(process.execPath, program(close))
    assert.match(stdout, /closed/)
  }
})

for (const [doing, then] of [
  ['waits', "await sandbox.run('URL', 'wait')"],
  ['computes', "await sandbox.run('URL', 'spin')"],
] as const)
  test(`a child that ${doing} ends when its parent is killed`, async () => {
    const parent = spawn(process.execPath, program(then.replace('URL', String(unruly))), {
      stdio: ['ignore', 'pipe', 'inherit'],
      // A program that is killed leaves its sandbox's empty folder.
      env: { ...process.env, TMPDIR: path('.') },
    })
    const [line] = await once(parent.stdout, 'data')
    assert.equal(alive(Number(line)), true)
    parent.kill('SIGKILL')
    await gone(Number(line))
  })

/** Waits until a process that is not ours is gone; the test's own time limit ends this. A zombie that nobody reaped is gone. */
async function gone(pid: number): Promise<void> {
  while (!/^(Z.*)?$/.test(await stateOf(pid))) await new Promise((resolve) => setTimeout(resolve, 50))
}

/** The letter that the system has for what a process is doing; empty if there is none. */
async function stateOf(pid: number): Promise<string> {
  // Small Linux images have no ps.
  if (process.platform === 'linux')
    return readFile(`/proc/${pid}/stat`, 'latin1').then(
      (text) => text.slice(text.lastIndexOf(')') + 2),
      () => '',
    )
  return promisify(execFile)('ps', ['-o', 'stat=', '-p', String(pid)]).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  )
}
