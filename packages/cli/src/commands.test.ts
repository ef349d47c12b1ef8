import assert from 'node:assert/strict'
import { existsSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { Place, testOps } from './testing/command.ts'

describe('ops', { concurrency: true }, () => {
  test('are listed and shown, for people and as JSON', async (t) => {
    const here = new Place(t)
    assert.match(
      (await here.run(['ops', 'list'])).stdout,
      /^media\.compare +version \d+ +\S.*\nmedia\.probe +version \d+ +\S.*\nmedia\.thumbnail +version/,
    )
    const list = JSON.parse((await here.run(['ops', 'list', '--json'])).stdout)
    assert.deepEqual(
      list.ops.map(({ name }: { name: string }) => name),
      [
        ...[
          'media.compare',
          'media.probe',
          'media.thumbnail',
          'model.half',
          'model.inspect',
          'tone.analyze',
          'tone.match',
        ],
        ...['tone.normalize', 'tone.preset', 'tone.render'],
        ...['watermark.attack', 'watermark.capacity', 'watermark.embed', 'watermark.extract'],
        ...['watermark.image.copies', 'watermark.image.embed', 'watermark.image.extract', 'watermark.test'],
      ],
    )
    const shown = JSON.parse((await here.run(['ops', 'show', 'media.thumbnail', '--json'])).stdout)
    assert.equal(shown.command, 'colophon media thumbnail')
    assert.equal(shown.params.width.default, 320)
    assert.match((await here.run(['ops', 'show', 'media.thumbnail'])).stdout, /^name: media\.thumbnail\nversion: \d+\n/)
  })

  test('of the user come from --ops and from the configuration', async (t) => {
    const here = new Place(t)
    here.write('mine/ops.ts', testOps)
    here.write(
      'more.ts',
      "import { op } from '@colophon/core'\nexport default [op('more.twice', (x: number) => 2 * x)]\n",
    )
    here.write('colophon.yaml', 'ops:\n  - mine/ops.ts\n')
    const { stdout } = await here.run(['ops', 'list', '--ops', 'more.ts'])
    assert.match(stdout, /^demo\.greet /m)
    assert.match(stdout, /^more\.twice /m)
    assert.equal((await here.run(['more', 'twice', '4', '--ops', 'more.ts', '-q'])).stdout, '8\n')
  })

  test('that cannot be loaded are named with the reason', async (t) => {
    const here = new Place(t)
    here.write('none.ts', 'export const x = 1\n')
    here.write('broken.ts', "throw new Error('not today')\n")
    here.write(
      'twice.ts',
      "import { op } from '@colophon/core'\nexport const a = op('media.probe', (x: number) => x)\n",
    )
    const cases: [string, number, string][] = [
      ['gone.ts', 3, `${here.path('gone.ts')} does not exist. Check the path.`],
      ['none.ts', 2, `The ops in ${here.path('none.ts')} cannot be loaded: it exports no op.`],
      ['broken.ts', 2, `The ops in ${here.path('broken.ts')} cannot be loaded: not today.`],
      ['twice.ts', 2, 'Two different ops are both called "media.probe" version 1. Rename one, or raise its version.'],
    ]
    for (const [file, code, message] of cases) {
      const found = await here.run(['ops', 'list', '--ops', file])
      assert.deepEqual(found, { code, stdout: '', stderr: `colophon: ${message}\n` })
    }
  })
})

describe('a store', { concurrency: true }, () => {
  test('is looked into by its calls, counts and health', async (t) => {
    const here = new Place(t)
    here.write('ops.ts', testOps)
    const { stderr } = await here.run(['math', 'add', '1', '2', '--ops', 'ops.ts', '--store', 'deep/store'])
    const call = /call ([0-9a-f]{12})/.exec(stderr)![1]!
    const at = ['--store', 'deep/store']
    const shown = (await here.run(['call', 'show', call, ...at])).stdout
    assert.match(shown, new RegExp(`^id: ${call}[0-9a-f]{52}\nop: math.add\n`))
    assert.match(shown, /^inputs:\n {2}x:\n {4}value: 1\n {2}y:\n {4}value: 2\noutputs:\n {2}output:\n {4}value: 3\n/m)
    assert.match(shown, /^ {2}- \d{4}-\d\d-\d\dT\S+ computed in \S+ ms \(run [0-9a-f]{8}\)$/m)
    assert.equal(JSON.parse((await here.run(['call', 'show', call, '--json', ...at])).stdout).op, 'math.add')
    assert.equal(JSON.parse((await here.run(['store', 'stats', '--json', ...at])).stdout).calls, 1)
    assert.match(
      (await here.run(['store', 'stats', ...at])).stdout,
      /^op +version +calls.*\nmath\.add +1 +1 +1 +0 +0$/m,
    )
    assert.match((await here.run(['store', 'verify', ...at])).stdout, /^ok: true\n/)
    const other = await here.run(['call', 'show', '0123456789', ...at])
    assert.deepEqual([other.code, other.stdout], [4, ''])
    assert.match(other.stderr, /^colophon: No call 0123456789 is in this store\./)
  })

  test('is not made by looking for it', async (t) => {
    const here = new Place(t)
    for (const words of [
      ['store', 'stats'],
      ['store', 'verify'],
      ['call', 'show', 'abcd'],
    ]) {
      const { code, stderr } = await here.run(words)
      assert.equal(code, 4)
      assert.match(stderr, /^colophon: There is no store at \S+\.colophon yet\./)
    }
    assert.ok(!existsSync(here.path('.colophon')))
  })

  test('that is a file of another kind is refused', async (t) => {
    const here = new Place(t)
    here.write('file', 'x')
    const { code, stderr } = await here.run(['store', 'stats', '--store', 'file'])
    assert.ok(code === 3 || code === 1, stderr)
    assert.match(stderr, /^colophon: [^\n]*\n$/)
  })

  test('keeps tenants apart', async (t) => {
    const here = new Place(t)
    here.write('ops.ts', testOps)
    const add = ['math', 'add', '1', '2', '--ops', 'ops.ts']
    await here.run(add)
    assert.match((await here.run([...add, '--tenant', 'other'])).stderr, /computed/)
    assert.match((await here.run(add)).stderr, /from the store/)
  })
})

describe('the configuration', { concurrency: true }, () => {
  test('is checked, with what set it', async (t) => {
    const here = new Place(t)
    assert.match(
      (await here.run(['config', 'check'])).stdout,
      /^The configuration is valid \(all defaults\); \d+ ops\.\n$/,
    )
    const file = here.write('colophon.yaml', 'tenant: me\n')
    const { code, stdout } = await here.run(['config', 'check'], { COLOPHON_STORE_COMMIT: 'call' })
    assert.equal(code, 0)
    assert.equal(
      stdout.replace(/\d+ ops/, 'N ops'),
      `The configuration is valid (${file}, COLOPHON_STORE_COMMIT); N ops.\n`,
    )
    writeFileSync(file, 'tenant: [me]\n')
    const wrong = await here.run(['config', 'check'])
    assert.equal(wrong.code, 2)
    assert.equal(
      wrong.stderr,
      `colophon: Configuration key "tenant" (from ${file}:1) is not valid: expected string, received array.\n`,
    )
  })

  test('is shown without secrets, with what set each value', async (t) => {
    const here = new Place(t)
    here.write('colophon.yaml', 'secrets:\n  api: hush\n')
    const env = { COLOPHON_STORE_CACHE_BYTES: '1MiB' }
    const { stdout } = await here.run(['config', 'show', '--tenant', 'me'], env)
    assert.match(stdout, /^store\.path +\S+\.colophon +default$/m)
    assert.match(stdout, /^store\.cacheBytes +1048576 +COLOPHON_STORE_CACHE_BYTES$/m)
    assert.match(stdout, /^tenant +me +--tenant$/m)
    assert.match(stdout, /^secrets\.api +\(secret\) +\S+colophon\.yaml:2$/m)
    const json = JSON.parse((await here.run(['config', 'show', '--json'], env)).stdout)
    assert.deepEqual(json.secrets, { api: '(secret)' })
    assert.equal(json.store.cacheBytes, 2 ** 20)
  })
})
