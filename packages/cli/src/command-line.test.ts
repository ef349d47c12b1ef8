import assert from 'node:assert/strict'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { finished, Place, testOps } from './testing/command.ts'

const place = (t: ConstructorParameters<typeof Place>[0]) => {
  const here = new Place(t)
  here.write('ops.ts', testOps)
  const run = (args: readonly string[], env?: Record<string, string>) => here.run(['--ops', 'ops.ts', ...args], env)
  return { here, run }
}

describe('an op as a command', { concurrency: true }, () => {
  test('takes its params as flags of every kind and prints its outputs for people', async (t) => {
    const { run } = place(t)
    const args = ['demo', 'greet', '--name', 'Ann', '--times=2', '--loud', '--tone', 'cool', '--tag', 'a', '--tag', 'b']
    const { code, stdout, stderr } = await run([...args, '--limits', '{"low": -1, "high": 2}'])
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^text: hello Ann! hello Ann!\ngiven:\n/)
    assert.match(stdout, / {2}tag: \[a, b\]\n/)
    assert.match(stdout, / {2}limits:\n {4}high: 2\n {4}low: -1\n/)
    assert.match(stderr, /^greeted Ann \(computed in .*; call [0-9a-f]{12}\)\n$/)
  })

  test('answers from the store when it is asked again', async (t) => {
    const { run } = place(t)
    await run(['demo', 'greet', '--name', 'Ann'])
    const { stdout, stderr } = await run(['run', 'demo.greet', '--name', 'Ann', '--no-loud'])
    assert.match(stderr, /^greeted Ann \(from the store; call [0-9a-f]{12}\)\n$/)
    assert.match(stdout, /text: hello Ann!/)
  })

  test('that is a pipeline says how much the store knew, and what its log says goes to standard error', async (t) => {
    const { run } = place(t)
    const both = (a: string, b: string, ...more: string[]) => run(['demo', 'both', '--a', a, '--b', b, ...more])
    const first = await both('Ann', 'Bob', '--json')
    assert.deepEqual(JSON.parse(first.stdout), { texts: ['hello Ann!', 'hello Bob!'] })
    assert.match(
      first.stderr,
      /^demo\.both: greeting two names=\["Ann","Bob"\]\ndemo\.both \(computed in [^,]*; call .*\)\n$/,
    )
    assert.match((await both('Ann', 'Cy')).stderr, /\(computed in .*, 1 of 2 steps from the store; call/)
    assert.equal((await both('Ann', 'Dan', '--quiet')).stderr, '')
  })

  test('prints exactly one JSON object on standard output with --json', async (t) => {
    const { run } = place(t)
    const { code, stdout } = await run(['demo', 'greet', '--name', 'Ann', '--json', '--param-json', 'x'])
    assert.equal(code, 0)
    assert.equal(stdout.split('\n').length, 2)
    const { greeting } = JSON.parse(stdout)
    assert.equal(greeting.text, 'hello Ann!')
    assert.equal(greeting.given.json, 'x')
  })

  test('says nothing on standard error with --quiet', async (t) => {
    const { run } = place(t)
    const { stdout, stderr } = await run(['-q', 'math', 'add', '1', '-2'])
    assert.deepEqual({ stdout, stderr }, { stdout: '-1\n', stderr: '' })
  })

  test('takes plain values, JSON from files, and records by name', async (t) => {
    const { here, run } = place(t)
    here.write('data.json', '{"a": 5}')
    const { stdout } = await run(['demo', 'pick', '--input-from', 'x=1', '--input-from', 'y=2', '@data.json', '--json'])
    assert.deepEqual(JSON.parse(stdout), { all: { from: { x: 1, y: 2 }, data: { a: 5 } } })
    const positional = await run(['demo', 'pick', 'x=1', 'y=2', '{"a": 1}', '--json'])
    assert.deepEqual(JSON.parse(positional.stdout).all, { from: { x: 1, y: 2 }, data: { a: 1 } })
  })

  test('gets secrets by name from the configuration, and never shows them', async (t) => {
    const { here, run } = place(t)
    const env = { COLOPHON_SECRET_MY_KEY_FILE: here.write('held', 'hush-hush\n') }
    const { stdout } = await run(['demo', 'sign', '--key', 'my-key', '--json'], env)
    assert.deepEqual(JSON.parse(stdout), { length: 9, version: 1 })
    const unknown = await run(['demo', 'sign', '--key', 'other'])
    assert.equal(unknown.code, 2)
    assert.equal(
      unknown.stderr,
      'colophon: The secret "other" is not known. Set it under secrets in the configuration or as COLOPHON_SECRET_OTHER.\n',
    )
  })

  test('does afterwards what it declares, also when the store knows the result, and shows what came of it', async (t) => {
    const { here, run } = place(t)
    for (const made of ['computed', 'from the store']) {
      const { code, stdout, stderr } = await run(['demo', 'seek', '--word', 'far', '--tenant', 'ann', '--json'])
      assert.equal(code, 0, stderr)
      const elsewhere = { found: false, word: 'far', call: 64, tenant: 'ann', folder: here.path('.colophon') }
      assert.deepEqual(JSON.parse(stdout), { found: false, elsewhere })
      assert.match(stderr, new RegExp(`^found elsewhere \\(${made}`))
    }
    const nothing = await run(['demo', 'seek', '--word', 'nothing'])
    assert.equal(nothing.code, 4)
    assert.equal(nothing.stdout, 'false\n')
    const never = await run(['demo', 'seek', '--word', 'never'])
    assert.equal(never.code, 1)
    assert.match(never.stderr, /it is nowhere/)
  })

  test('exits with 4 when its outcome says that nothing was found', async (t) => {
    const { run } = place(t)
    const { code, stdout, stderr } = await run(['demo', 'look', '--json'])
    assert.equal(code, 4)
    assert.deepEqual(JSON.parse(stdout), { found: false })
    assert.match(stderr, /^nothing was found \(computed/)
  })

  test('exits with 1 and one sentence when it fails, and shows a stack only when asked to', async (t) => {
    const { run } = place(t)
    const { code, stdout, stderr } = await run(['demo', 'fail'])
    assert.deepEqual({ code, stdout }, { code: 1, stdout: '' })
    assert.equal(stderr, 'colophon: "demo.fail" failed: the moon is full\n')
    for (const asked of [
      await run(['demo', 'fail', '--debug']),
      await run(['demo', 'fail'], { COLOPHON_DEBUG: '1' }),
    ]) {
      assert.match(asked.stderr, /ops\.ts:\d+/)
    }
  })
})

describe('output files', { concurrency: true }, () => {
  test('go where -o and --NAME say', async (t) => {
    const { here, run } = place(t)
    here.write('a.txt', 'a')
    here.write('b.txt', 'b')
    const args = ['demo', 'join', 'a.txt', 'b.txt', '--between', '+', '-o', 'ab.txt', '--notes', 'n.md']
    const { code, stdout, stderr } = await run(args)
    assert.equal(code, 0, stderr)
    assert.equal(readFileSync(here.path('ab.txt'), 'utf8'), 'a+b')
    assert.equal(readFileSync(here.path('n.md'), 'utf8'), 'notes')
    assert.equal(stdout, 'whole: ab.txt (3 B)\nnotes: n.md (5 B)\ncount: 2\n')
  })

  test('lie beside the main one, documents only when asked for', async (t) => {
    const { here, run } = place(t)
    here.write('a.txt', 'a')
    mkdirSync(here.path('out'))
    const join = await run(['demo', 'join', 'a.txt', '-o', 'out/all.txt'])
    assert.equal(join.stdout, 'whole: out/all.txt (1 B)\nnotes: out/all.notes.md (5 B)\ncount: 1\n')

    assert.equal((await run(['demo', 'invent', '--words', 'a  [ 1 ]'])).stdout, 'of: [1, 2.5]\nwords: a  [ 1 ]\n')
    await run(['demo', 'invent', '--words', 'a  [ 1 ]', '-o', 'r.json'])
    assert.equal(readFileSync(here.path('r.json'), 'utf8'), '{\n  "of": [1, 2.5],\n  "words": "a  [ 1 ]"\n}\n')

    const cooked = await run(['demo', 'cook', 'r.json', 'a.txt', '-o', 'm.md'])
    assert.equal(cooked.stdout, 'meal: m.md (8 B)\nformat: markdown\n', cooked.stderr)
    const kept = await run(['demo', 'cook', 'r.json', 'a.txt', '--recipe', 'again.json'])
    assert.equal(kept.stdout, 'meal: a.cook.txt (8 B)\nrecipe: again.json (44 B)\nformat: text\n', kept.stderr)
    assert.deepEqual(readFileSync(here.path('again.json')), readFileSync(here.path('r.json')))
    const whole = JSON.parse((await run(['demo', 'cook', '@r.json', 'a.txt', '--json'])).stdout)
    assert.deepEqual(whole.recipe, { of: [1, 2.5], words: 'a  [ 1 ]' })
    const wrong = await run(['demo', 'cook', 'a.txt', 'a.txt'])
    assert.deepEqual(
      [wrong.code, wrong.stderr.split('\n')[0]],
      [2, 'colophon: a.txt is not JSON. See "colophon demo cook --help".'],
    )
  })

  test('get a name made of input and op without -o, and their reports say so', async (t) => {
    const { here, run } = place(t)
    here.write('in/a.txt', 'a')
    const { stdout } = await run(['demo', 'join', 'in/a.txt', '--json'])
    const { whole, notes, count } = JSON.parse(stdout)
    assert.deepEqual([whole.path, notes.path, count], ['a.join.txt', 'a.join.notes.md', 1])
    assert.deepEqual([whole.size, whole.hash.length, whole.facts], [1, 64, {}])
    assert.equal(readFileSync(here.path('a.join.txt'), 'utf8'), 'a')
  })

  test('never replace a file under a made-up name unless it is the same or --force is given', async (t) => {
    const { here, run } = place(t)
    here.write('a.txt', 'a')
    assert.equal((await run(['demo', 'join', 'a.txt'])).code, 0)
    assert.equal((await run(['demo', 'join', 'a.txt'])).code, 0)
    here.write('a.join.txt', 'mine')
    const refused = await run(['demo', 'join', 'a.txt'])
    assert.equal(refused.code, 3)
    assert.equal(refused.stderr, 'colophon: a.join.txt exists already. Choose another name or add --force.\n')
    assert.equal(readFileSync(here.path('a.join.txt'), 'utf8'), 'mine')
    assert.equal((await run(['demo', 'join', 'a.txt', '--force'])).code, 0)
    assert.equal(readFileSync(here.path('a.join.txt'), 'utf8'), 'a')
  })

  test('may be standard output, a device, or several with numbers', async (t) => {
    const { here, run } = place(t)
    here.write('a.txt', 'one\ntwo\n')
    const piped = await run(['demo', 'join', 'a.txt', '-o', '-', '--notes', '/dev/null'])
    assert.deepEqual([piped.code, piped.stdout], [0, 'one\ntwo\n'])
    const split = await run(['demo', 'split', 'a.txt'])
    assert.equal(split.stdout, 'lines: [a.split.1.txt (3 B), a.split.2.txt (3 B)]\n')
    assert.equal(readFileSync(here.path('a.split.2.txt'), 'utf8'), 'two')
    const both = await run(['demo', 'join', 'a.txt', '-o', '-', '--json'])
    assert.equal(both.code, 2)
  })

  test('that cannot be written are refused before anything is computed', async (t) => {
    const { here, run } = place(t)
    here.write('a.txt', 'a')
    mkdirSync(here.path('folder'))
    const cases: [string[], number, string][] = [
      [['-o', 'folder'], 3, 'folder is a directory. Give a file.'],
      [['-o', 'no/where.txt'], 3, `no/where.txt cannot be written: the folder ${here.path('no')} does not exist.`],
      [['-o', 'a.txt'], 3, 'a.txt exists already. Choose another name or add --force.'],
      [['-o', 'x', '--notes', './x'], 2, 'Two outputs would be written to ./x. See "colophon demo join --help".'],
    ]
    for (const [args, code, message] of cases) {
      const found = await run(['demo', 'join', 'a.txt', ...args])
      assert.equal(found.code, code)
      assert.equal(found.stderr.split('\n')[0], `colophon: ${message}`)
    }
    assert.ok(!existsSync(here.path('.colophon')))
    assert.equal(readFileSync(here.path('a.txt'), 'utf8'), 'a')
  })
})

describe('bad input', { concurrency: true }, () => {
  const cases: [string, string[], number, string][] = [
    ['a missing file', ['nowhere.mp4'], 3, 'nowhere.mp4 does not exist. Check the path.'],
    ['a directory', ['folder'], 3, 'folder is a directory. Give a file.'],
    ['an empty file', ['empty.mp4'], 3, 'empty.mp4 is empty. Give a file that holds something.'],
    [
      'a text named .mp4',
      ['text.mp4'],
      3,
      'text.mp4 is not a media file that Colophon reads: it begins with plain text.',
    ],
    [
      'an unknown flag',
      ['text.mp4', '--widht', '5'],
      2,
      'There is no flag "--widht". Did you mean "--width"? See "colophon media thumbnail --help".',
    ],
    [
      'a flag of the wrong type',
      ['text.mp4', '--width', 'wide'],
      2,
      '--width takes a whole number from 1 to 8192, not "wide". See "colophon media thumbnail --help".',
    ],
    [
      'a number out of range',
      ['text.mp4', '--width=0'],
      2,
      '--width takes a whole number from 1 to 8192, not 0. See "colophon media thumbnail --help".',
    ],
    [
      'an unknown choice',
      ['text.mp4', '--format', 'bmp'],
      2,
      '--format takes jpeg, png or webp, not "bmp". See "colophon media thumbnail --help".',
    ],
    [
      'a flag without its value',
      ['text.mp4', '-o'],
      2,
      '-o needs a value: -o FILE. See "colophon media thumbnail --help".',
    ],
    ['no input', [], 2, 'The input MEDIA is missing. See "colophon media thumbnail --help".'],
    [
      'an input too many',
      ['text.mp4', 'other.mp4'],
      2,
      '"other.mp4" is one argument too many; this takes one input. See "colophon media thumbnail --help".',
    ],
  ]
  for (const [what, args, code, message] of cases) {
    test(`${what} is refused with exit code ${code}, and nothing is left`, async (t) => {
      const here = new Place(t)
      mkdirSync(here.path('folder'))
      here.write('empty.mp4', '')
      here.write('text.mp4', 'only words\n')
      const found = await here.run(['media', 'thumbnail', ...args])
      const [first, second, ...rest] = found.stderr.split('\n')
      assert.equal(first, `colophon: ${message}`)
      assert.deepEqual({ code: found.code, stdout: found.stdout }, { code, stdout: '' })
      // Wrong usage comes with the usage line, bad input with nothing more.
      if (code === 2) assert.match(second!, /^Usage: colophon media thumbnail MEDIA \[-o FILE\]/)
      assert.deepEqual(rest, code === 2 ? [''] : [])
      assert.deepEqual(
        readdirSync(here.folder)
          .filter((name) => name !== '.colophon')
          .sort(),
        ['empty.mp4', 'folder', 'text.mp4'],
      )
    })
  }

  test('a file without permission is refused', {
    skip: process.getuid?.() === 0 && 'root may read everything',
  }, async (t) => {
    const here = new Place(t)
    chmodSync(here.write('mine.mp4', 'x'), 0)
    const { code, stderr } = await here.run(['media', 'thumbnail', 'mine.mp4'])
    assert.equal(code, 3)
    assert.match(stderr, /^colophon: mine\.mp4 cannot be read: permission (is )?denied\.\n$/)
  })

  test('with --json the error is one problem document on standard error', async (t) => {
    const here = new Place(t)
    const { code, stdout, stderr } = await here.run(['media', 'thumbnail', 'nowhere.mp4', '--json'])
    assert.deepEqual({ code, stdout }, { code: 3, stdout: '' })
    assert.deepEqual(JSON.parse(stderr), {
      type: 'urn:colophon:error:FILE_NOT_FOUND',
      title: 'File not found',
      status: 404,
      detail: 'nowhere.mp4 does not exist. Check the path.',
      code: 'FILE_NOT_FOUND',
      details: { path: 'nowhere.mp4' },
    })
  })

  test('the name of a file cannot steer the terminal', async (t) => {
    const { code, stderr } = await new Place(t).run(['media', 'probe', '\u001b[31mred.mp4'])
    assert.equal(code, 3)
    assert.equal(stderr, 'colophon: \\x1b[31mred.mp4 does not exist. Check the path.\n')
  })
})

describe('a command line that names no command', { concurrency: true }, () => {
  const cases: [string[], string][] = [
    [['mdia', 'probe'], 'There is no command "mdia". Did you mean "media"? See "colophon help".'],
    [['media', 'prob'], 'There is no command "media prob". Did you mean "media probe"? See "colophon media --help".'],
    [['media'], '"colophon media" needs one more word: compare, probe, thumbnail. See "colophon media --help".'],
    [['ops'], '"colophon ops" needs one more word: list, show. See "colophon ops --help".'],
    [['ops', 'lst'], 'There is no command "ops lst". Did you mean "ops list"? See "colophon ops --help".'],
    [['run', 'media.prob'], 'There is no op "media.prob". Did you mean "media.probe"? "colophon ops list" shows all.'],
    [['run'], 'OP is missing. See "colophon run --help".'],
    [['--qiet'], 'There is no flag "--qiet". Did you mean "--quiet"? See "colophon help".'],
    [['--quiet'], 'No command is given. See "colophon help".'],
    [['call', 'show', 'a', 'b'], '"b" is one argument too many. See "colophon call show --help".'],
    [['store', 'stats', '--store'], '--store needs a value: --store PATH. See "colophon store stats --help".'],
    [['store', 'stats', '--json', '--json'], '--json is given twice; give it once. See "colophon help".'],
    [['store', 'stats', '--quiet=1'], '--quiet takes no value. See "colophon help".'],
  ]
  for (const [args, message] of cases) {
    test(`colophon ${args.join(' ')}`, async (t) => {
      const { code, stdout, stderr } = await new Place(t).run(args)
      const said = args.filter((arg) => arg === '--json').length > 0 ? JSON.parse(stderr).detail : stderr.split('\n')[0]
      assert.equal(said.replace(/^colophon: /, ''), message)
      assert.deepEqual({ code, stdout }, { code: 2, stdout: '' })
    })
  }
})

describe('Ctrl-C', { concurrency: true }, () => {
  const interrupted = async (t: ConstructorParameters<typeof Place>[0], op: string, signals: number) => {
    const { here } = place(t)
    const child = here.start(['--ops', 'ops.ts', 'demo', op, ...(op === 'hang' ? ['-o', 'out.bin'] : [])])
    const end = finished(child)
    await new Promise<void>((resolve) => {
      child.stderr!.on('data', (text: string) => text.includes('begun') && resolve())
    })
    const began = performance.now()
    child.kill('SIGINT')
    for (let i = 1; i < signals; i++) {
      await new Promise((resolve) => setTimeout(resolve, 500))
      child.kill('SIGINT')
    }
    return { here, ...(await end), took: performance.now() - began }
  }

  test('ends the run with exit code 130 and one sentence, leaving no file', async (t) => {
    const { here, code, stdout, stderr } = await interrupted(t, 'hang', 1)
    assert.deepEqual({ code, stdout }, { code: 130, stdout: '' })
    assert.equal(stderr, 'begun\ncolophon: "demo.hang" was cancelled.\n')
    assert.deepEqual(readdirSync(here.folder).sort(), ['.colophon', 'ops.ts'])
    const left = readdirSync(here.path('.colophon'), { recursive: true, withFileTypes: true })
    assert.deepEqual(
      left.filter((entry) => entry.isFile() && entry.name.endsWith('.bin')).map(({ name }) => name),
      [],
    )
    const { stdout: stats } = await here.run(['store', 'stats', '--json'])
    assert.equal(JSON.parse(stats).results, 0)
  })

  test('a second time ends at once an op that does not listen', async (t) => {
    const { code, took } = await interrupted(t, 'deaf', 2)
    assert.equal(code, 130)
    assert.ok(took < 4000, `${took} ms`)
  })

  test('an op that does not listen is left behind after a while', async (t) => {
    const { code, took } = await interrupted(t, 'deaf', 1)
    assert.equal(code, 130)
    assert.ok(took < 12_000, `${took} ms`)
  })
})

describe('help', { concurrency: true }, () => {
  const commands = [
    ...['media probe', 'media thumbnail', 'run', 'run media.probe', 'ops list', 'ops show', 'call show'],
    ...['store stats', 'store verify', 'config check', 'config show'],
  ]
  for (const command of commands) {
    test(`colophon ${command} --help shows usage, flags and an example that begins like it`, async (t) => {
      const { code, stdout, stderr } = await new Place(t).run([...command.split(' '), '--help'])
      assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
      assert.ok(stdout.startsWith(`colophon ${command}: `), stdout)
      assert.match(stdout, /^Usage: colophon /m)
      assert.match(stdout, /^Flags of every command$/m)
      assert.match(stdout, /^Examples?\n {2}\S.*colophon |^Examples?\n {2}colophon /m)
      assert.ok(Math.max(...stdout.split('\n').map((line) => line.length)) <= 130)
    })
  }

  test('colophon, colophon help and colophon --help show every op and command, and an example', async (t) => {
    const here = new Place(t)
    const texts = await Promise.all([[], ['help'], ['--help'], ['-h']].map((args) => here.run(args)))
    for (const { code, stdout } of texts) {
      assert.equal(code, 0)
      assert.equal(stdout, texts[0]!.stdout)
    }
    for (const words of [
      'media probe FILE',
      'media thumbnail MEDIA',
      'ops list',
      'config check',
      'Examples',
      '130 interrupted',
    ]) {
      assert.ok(texts[0]!.stdout.includes(words), words)
    }
  })

  test('a room shows its verbs, and help WORDS is WORDS --help', async (t) => {
    const here = new Place(t)
    const room = await here.run(['media', '--help'])
    assert.match(room.stdout, /^Usage: colophon media VERB\n\nCommands\n {2}media compare/)
    assert.match(room.stdout, /^Example\n {2}colophon media compare --help$/m)
    assert.deepEqual(await here.run(['help', 'media']), room)
    const help = await here.run(['help', 'media', 'probe'])
    assert.deepEqual(help, await here.run(['media', 'probe', '-h']))
  })

  test('comes even when the configuration is wrong', async (t) => {
    const here = new Place(t)
    const { code, stdout, stderr } = await here.run(['--help'], { COLOPHON_TENNANT: 'x' })
    assert.equal(code, 0)
    assert.match(stdout, /^ {2}ops list/m)
    assert.match(stderr, /Did you mean "COLOPHON_TENANT"/)
  })

  test('describes an op whose author wrote no help', async (t) => {
    const { run } = place(t)
    const { stdout } = await run(['demo', 'greet', '--help'])
    assert.match(stdout, /^Usage: colophon demo greet \[--name TEXT\]/m)
    assert.match(stdout, /^ {2}--name TEXT +Who \(required\)$/m)
    assert.match(stdout, /^ {2}--times N +How often \(a whole number from 1 to 9; default 1\)$/m)
    assert.match(stdout, /^ {2}--tone warm\|cool +\(default warm\)$/m)
    assert.match(stdout, /^ {2}--tag TEXT +\(may be repeated; default \[\]\)$/m)
    assert.match(stdout, /^Example\n {2}colophon demo greet --name text$/m)
    assert.match((await run(['demo', 'join', '--help'])).stdout, /^ {2}colophon demo join parts\.txt -o out\.txt$/m)
  })
})

test('--version prints the version', async (t) => {
  const { code, stdout } = await new Place(t).run(['--version'])
  assert.equal(code, 0)
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
})

test('output may be read only in part', async (t) => {
  const here = new Place(t)
  const child = here.start(['--help'])
  child.stdout!.destroy()
  const { code, stderr } = await finished(child)
  assert.deepEqual({ code, stderr }, { code: 0, stderr: '' })
})
