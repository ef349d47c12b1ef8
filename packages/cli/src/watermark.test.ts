import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, type TestContext, test } from 'node:test'
import { type Picture, readPicture, writePicture } from '@colophon/media'
import { Place } from './testing/command.ts'

/** Blotches on blotches, in grey: enough like a photograph to hide something in. */
function blotches(seed: number): Picture {
  const [width, height] = [256, 256]
  const samples = new Uint8Array(width * height)
  for (let pixel = 0; pixel < samples.length; pixel++) {
    const [x, y] = [pixel % width, Math.floor(pixel / width)]
    let level = 120
    for (const [size, strength] of [
      [50, 40],
      [11, 25],
      [4, 12],
      [1.7, 8],
    ] as const)
      level += strength * Math.sin(x / size + seed + 2 * Math.sin(y / size / 1.3)) * Math.cos(y / size - seed)
    samples[pixel] = Math.min(255, Math.max(0, Math.round(level)))
  }
  const common = { premultiplied: false, orientation: 1, format: 'png', encoding: { frames: 1 } } as const
  return { width, height, channels: 1, samples, bitDepth: 8, ...common }
}

async function placed(t: TestContext): Promise<Place> {
  const here = new Place(t)
  await writePicture(blotches(1), here.path('photo.png'))
  return here
}

const keyFile = (here: Place): string => here.path('.colophon/secrets/default/watermark.key')

describe('marking on the command line', { concurrency: true }, () => {
  test('works in an empty folder, says that a key was made, and is read by another process', async (t) => {
    const here = await placed(t)
    const made = await here.run(['watermark', 'embed', 'photo.png', '--message', 'hello', '-o', 'out.png'])
    assert.equal(made.code, 0, made.stderr)
    assert.match(
      made.stderr,
      /^The key "watermark" was made now and is kept in \S+watermark\.key\. Back it up; COLOPHON_SECRET_WATERMARK/,
    )
    assert.match(made.stderr, /^hid "hello", 4[234]\.\d dB; read back with \d+ of \d+ code bits wrong \(computed/m)
    assert.ok(existsSync(keyFile(here)))
    assert.deepEqual(readdirSync(here.folder).sort(), ['.colophon', 'out.png', 'photo.png'])

    const read = await here.run(['watermark', 'extract', 'out.png', '--json'])
    assert.equal(read.code, 0)
    const { report, registry } = JSON.parse(read.stdout)
    assert.deepEqual([report.state, report.message, report.key], ['found', 'hello', 'watermark@0'])
    assert.equal(registry.mark.entry.message, 'hello')
    assert.doesNotMatch(read.stderr, /was made now/)
  })

  test('answers 4 for what has no mark of the key, whatever has been asked before', async (t) => {
    const here = await placed(t)
    const mine = { COLOPHON_SECRET_WATERMARK: 'a key of our own' }
    await here.run(['watermark', 'embed', 'photo.png', '--message', 'hello', '-o', 'out.png'], mine)
    assert.ok(!existsSync(keyFile(here)))
    const other = await here.run(['watermark', 'extract', 'out.png'], { COLOPHON_SECRET_WATERMARK: 'another key' })
    assert.equal(other.code, 4)
    assert.match(other.stderr, /^no mark of the key watermark@1 was found/m)
    assert.equal((await here.run(['watermark', 'extract', 'photo.png'], mine)).code, 4)
    assert.equal((await here.run(['watermark', 'extract', 'out.png'], mine)).code, 0)
  })

  test('registers a message that is too long to be hidden itself, with its recipient', async (t) => {
    const here = await placed(t)
    const message = 'Für die Presse, 12. Mai – 新闻稿'
    await here.run(['watermark', 'embed', 'photo.png', '--message', message, '--recipient', 'alice', '-o', 'alice.png'])
    const { stdout, stderr } = await here.run(['watermark', 'extract', 'alice.png', '--json'])
    const { entry } = JSON.parse(stdout).registry.mark
    assert.deepEqual([entry.message, entry.recipient], [message, 'alice'])
    assert.ok(stderr.includes(message) && stderr.includes('alice'))
  })

  test('makes one file for each recipient, and the picture of what was changed when asked', async (t) => {
    const here = await placed(t)
    const flags = ['--message', 'Press', '--recipient', 'alice', '--recipient', '鲍勃', '-o', 'copy.png']
    assert.equal((await here.run(['watermark', 'image', 'copies', 'photo.png', ...flags])).code, 0)
    await here.run(['watermark', 'image', 'embed', 'photo.png', '--message', 'x', '--residual', '-o', 'out.png'])
    const files = readdirSync(here.folder).filter((name) => name.endsWith('.png'))
    assert.deepEqual(files.sort(), ['copy.alice.png', 'copy.鲍勃.png', 'out.png', 'out.residual.png', 'photo.png'])
    assert.equal((await readPicture(here.path('out.residual.png'))).width, 256)
  })

  test('refuses in one sentence, leaves no file, and tells by its exit code what kind of error it is', async (t) => {
    const here = await placed(t)
    here.write('text.png', 'no picture\n')
    here.write('empty.png', '')
    const cases: [string[], number, RegExp][] = [
      [['photo.png'], 2, /^colophon: There is nothing to hide\. Give a message, an id or a recipient\.$/],
      [
        ['photo.png', '--message', 'x', '--key', 'nokey'],
        2,
        /^colophon: The secret "nokey" is not known\. Set it under/,
      ],
      [['photo.png', '--id', 'nope'], 2, /^colophon: "nope" is not the id of a payload: /],
      [['photo.png', '--message', 'x', '--psnr', '99'], 2, /^colophon: --psnr takes a number from 30 to 60, not 99\./],
      [['text.png', '--message', 'x'], 3, /^colophon: text\.png is not a media file that Colophon reads: .*text\.$/],
      [['empty.png', '--message', 'x'], 3, /^colophon: empty\.png is empty\./],
      [['gone.png', '--message', 'x'], 3, /^colophon: gone\.png does not exist\. Check the path\.$/],
    ]
    for (const [args, code, message] of cases) {
      const found = await here.run(['watermark', 'embed', ...args, '-o', 'out.png'])
      assert.deepEqual([found.code, found.stdout], [code, ''], args.join(' '))
      const lines = found.stderr
        .split('\n')
        .filter((line) => line && !line.startsWith('Usage:') && !line.startsWith('The key'))
      assert.equal(lines.length, 1, found.stderr)
      assert.match(lines[0]!, message)
    }
    assert.ok(!existsSync(here.path('out.png')))
  })

  test('does not go on with a damaged key', async (t) => {
    const here = await placed(t)
    await here.run(['watermark', 'embed', 'photo.png', '--message', 'x', '-o', 'out.png'])
    const whole = readFileSync(keyFile(here), 'utf8')
    writeFileSync(keyFile(here), whole.slice(0, 20))
    const { code, stderr } = await here.run(['watermark', 'extract', 'out.png'])
    assert.equal(code, 1)
    assert.equal(
      stderr,
      `colophon: The secret "watermark" that the store keeps in ${join(here.folder, '.colophon/secrets/default/watermark.key')} is damaged. Restore the file from a backup; what was made with it cannot be read with another.\n`,
    )
  })
})
