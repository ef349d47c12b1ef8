import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { progressLine, renderBar } from './progress-bar.ts'
import { ProgressReporter } from './progress-reporter.ts'

const moment = (fraction: number | undefined, elapsedMs = 0, note = '') => ({
  label: 'media.thumbnail',
  fraction,
  note,
  elapsedMs,
})

describe('the progress bar', () => {
  test('shows op, bar, percent, note and times', () => {
    assert.equal(
      renderBar(moment(0.5, 2000, 'decoding'), 80),
      'media.thumbnail ▕██████████          ▏  50 % decoding (2.0 s, 2.0 s left)',
    )
    assert.equal(renderBar(moment(undefined, 50), 80), 'media.thumbnail (50 ms)')
    assert.equal(renderBar(moment(1, 90_000), 80), 'media.thumbnail ▕████████████████████▏ 100 % (1 min 30 s)')
    assert.equal(renderBar(moment(0.13), 80), 'media.thumbnail ▕██▌                 ▏  13 % (0 ms)')
  })

  test('leaves out what does not fit, the note first', () => {
    const long = moment(0.5, 500, 'a long note about what is being decoded')
    assert.equal(renderBar(long, 59), 'media.thumbnail ▕█████     ▏  50 % (0.5 s)')
    assert.equal(renderBar(long, 36), 'media.thumbnail ▕█████     ▏  50 %')
    assert.equal(renderBar(long, 10), ' 50 %')
    assert.equal(renderBar(long, 3), '')
  })

  test('is one line no wider than the terminal, with no control characters, for anything an op may say', () => {
    const fraction = fc.option(fc.double(), { nil: undefined })
    fc.assert(
      fc.property(fraction, fc.string({ unit: 'binary' }), fc.nat(200), fc.nat(1e8), (part, note, width, elapsed) => {
        const line = renderBar(moment(part, elapsed, note), width)
        assert.ok([...line].length <= width)
        assert.ok(!/\p{Cc}/u.test(line))
      }),
    )
  })

  test('is a plain line in a log', () => {
    assert.equal(progressLine(moment(0.456, 0, 'decoding\n')), 'media.thumbnail 45 % decoding')
    assert.equal(progressLine(moment(undefined)), 'media.thumbnail')
  })
})

describe('the progress reporter', () => {
  const stream = (isTTY: boolean) => {
    const written: string[] = []
    return { isTTY, columns: 81, written, write: (text: string) => written.push(text) }
  }

  test('redraws in place on a terminal, and takes the bar away at the end', () => {
    const terminal = stream(true)
    let now = 0
    const reporter = new ProgressReporter(terminal, 'op', () => now)
    reporter.update(0.1, 'a')
    assert.deepEqual(terminal.written, [])
    now = 100
    reporter.update(0.5, 'b')
    now = 110
    reporter.update(0.6, 'c')
    now = 300
    reporter.update(0.2, undefined)
    reporter.end()
    reporter.end()
    assert.deepEqual(terminal.written, [
      '\rop ▕██████████          ▏  50 % b (0.1 s)\u001b[K',
      '\rop ▕████████████        ▏  60 % c (0.3 s)\u001b[K',
      '\r\u001b[K',
    ])
  })

  test('keeps the lines of the log above the bar', () => {
    const terminal = stream(true)
    let now = 0
    const reporter = new ProgressReporter(terminal, 'op', () => now)
    reporter.log('before')
    now = 100
    reporter.update(undefined, 'b')
    reporter.log('after\u001b[2J')
    reporter.end()
    const bar = '\rop b (0.1 s)\u001b[K'
    assert.deepEqual(terminal.written, ['before\n', bar, '\r\u001b[Kafter [2J\n', bar, '\r\u001b[K'])
  })

  test('writes a line now and then elsewhere, and none for short work', () => {
    const log = stream(false)
    let now = 0
    const reporter = new ProgressReporter(log, 'op', () => now)
    for (; now < 25_000; now += 100) reporter.update(now / 25_000, 'work')
    reporter.end()
    assert.deepEqual(log.written, ['op 40 % work\n', 'op 80 % work\n'])
  })
})
