import assert from 'node:assert/strict'
import test from 'node:test'
import { normalizeSummary, remarksOf } from './remarks.ts'
import { type NormalizeReport, normalizeReport } from './report.ts'

const measured = {
  integrated: -20,
  range: 6,
  maxMomentary: -15,
  maxShortTerm: -17,
  truePeak: -2,
  samplePeak: -2.1,
}

const report: NormalizeReport = {
  target: { name: 'podcast', loudness: -16, ceiling: -1, source: 'Apple Podcasts' },
  recording: { duration: 4000, sampleRate: 44100, layout: 'stereo', channels: 2 },
  before: measured,
  after: { ...measured, integrated: -16, truePeak: -1.02 },
  gain: 4,
  limiting: null,
  shortfall: 0,
  untouched: false,
  left: [],
  remarks: [],
}

test('what goes as asked needs no remark', () => {
  assert.deepEqual(remarksOf(report), [])
  assert.equal(normalizeSummary(report), '-20.0 → -16.0 LUFS, -1.02 dBTP, gain +4.0 dB')
  assert.deepEqual(normalizeReport.parse(report), report)
})

test('a limiter that had to work is named, with how much and where', () => {
  const limited = { ...report, limiting: { most: 3.25, at: 3725.04, share: 0.012, mean: 1 } }
  assert.deepEqual(remarksOf(limited), [
    'The limiter takes off up to 3.3 dB, most at 1:02:05.0, and works 1.2 % of the time.',
  ])
  assert.match(normalizeSummary(limited), /limited by up to 3.3 dB/)
})

test('a limiter that will be heard is warned of', () => {
  const heavy = remarksOf({ ...report, limiting: { most: 9, at: 59.96, share: 0.00001, mean: 5 } })
  assert.match(heavy[0]!, /up to 9.0 dB, most at 1:00.0, and works under 0.1 % of the time/)
  assert.match(heavy[1]!, /may be heard/)
})

test('what stays too quiet says by how much and why', () => {
  const [remark] = remarksOf({ ...report, gain: 1, shortfall: 3, after: { ...measured, integrated: -19 } })
  assert.match(remark!, /3.0 LU quieter than the target: its peaks of -2.0 dBTP leave room for \+1.0 dB/)
  const [, limited] = remarksOf({ ...report, shortfall: 0.5, limiting: { most: 5, at: 1, share: 0.5, mean: 1 } })
  assert.match(limited!, /0.5 LU quieter/)
})

test('a peak that a codec put above the ceiling is told', () => {
  const [remark] = remarksOf({ ...report, after: { ...measured, truePeak: -0.4 } })
  assert.match(remark!, /-0.40 dBTP, above the ceiling of -1 dBTP/)
})

test('mono and short recordings have their caveats', () => {
  const remarks = remarksOf({ ...report, recording: { ...report.recording, channels: 1, duration: 20 } })
  assert.equal(remarks.length, 2)
})

test('streams that are left out are named', () => {
  const left = [{ index: 3, kind: 'subtitle', codec: 'mov_text', why: '.wav files hold sound alone' }]
  const [remark] = remarksOf({ ...report, left })
  assert.equal(remark, 'Stream 3 (subtitle, mov_text) is left out: .wav files hold sound alone.')
})

test('what is passed on as it was says so', () => {
  const same = { ...report, untouched: true, gain: 0, after: measured }
  assert.equal(normalizeSummary(same), '-20.0 LUFS, left as it is')
  assert.equal(remarksOf(same)[0], 'It reads -20.0 LUFS and is passed on as it was.')
  assert.match(remarksOf({ ...same, shortfall: 4 })[1]!, /4.0 LU quieter .* leave room for no gain/)
})
