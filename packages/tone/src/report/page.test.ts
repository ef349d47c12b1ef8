import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import test from 'node:test'
import { runInNewContext, Script } from 'node:vm'
import { escaped, markup } from './markup.ts'
import { reportPage } from './page.ts'
import { pageScript } from './page-script.ts'
import type { ReportSounds } from './sounds.ts'
import { samplePlots, sampleReport } from './testing/sample.ts'
import { outsideOf, wrongIn } from './testing/well-formed.ts'

const sound = { uri: 'data:audio/mp4;base64,AAAA', from: 61, seconds: 24, loudness: -14.2 }
const sounds: ReportSounds = { before: { ...sound, loudness: null }, after: sound, reference: sound }

test('a page is well-formed in every language, with and without sounds and plots', () => {
  for (const lang of ['en', 'zh'] as const) {
    for (const heard of [null, sounds, { ...sounds, reference: null }]) {
      for (const plots of [samplePlots(), {}]) {
        const page = reportPage(sampleReport(), plots, heard, { lang })
        assert.deepEqual(wrongIn(page, true), [])
        assert.deepEqual(outsideOf(page), [])
        assert.doesNotMatch(page.replace(/base64,[^"]*/g, ''), /NaN<|>NaN|undefined|\[object/)
      }
    }
  }
})

test('a page is the same each time', () => {
  const page = () => reportPage(sampleReport(), samplePlots(), sounds)
  assert.equal(page(), page())
})

test('the policy of a page allows its own style and script, and nothing else', () => {
  const page = reportPage(sampleReport(), samplePlots(), sounds)
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`
  const between = (tag: string) =>
    [...page.matchAll(new RegExp(`<${tag}>([^]*?)</${tag}>`, 'g'))].map((match) => match[1]!)
  const [styles, scripts] = [between('style'), between('script')]
  assert.deepEqual([styles.length, scripts.length], [1, 1])
  assert.deepEqual(policy.split('; '), [
    `default-src 'none'`,
    `style-src ${hash(styles[0]!)}`,
    'img-src data:',
    `script-src ${hash(scripts[0]!)}`,
    'media-src data:',
    `base-uri 'none'`,
    `form-action 'none'`,
  ])
  assert.doesNotMatch(page, /\sstyle="|\son\w+="|javascript:/)
  assert.doesNotMatch(reportPage(sampleReport(), samplePlots()), /<script|media-src/)
})

test('names are shown as they are, whatever is in them', () => {
  const hostile = [
    '"><script>alert(1)</script>.wav',
    `' onload='alert(1)`,
    '</title></style><img src=x onerror=alert(1)>',
    ']]>&amp;&#x3c;script&#x3e;',
    '{name}{references}$&$1{share}',
    'a\u202egnp.exe\u0000\ud800',
  ]
  for (const name of hostile) {
    const page = reportPage(sampleReport(name), samplePlots(), sounds)
    assert.deepEqual(wrongIn(page, true), [], name)
    assert.equal(page.match(/<script/g)!.length, 1)
    assert.ok(!page.includes('<img') && !page.includes('\u202e') && !page.includes('\u0000'))
    assert.ok(page.includes(`<h1>${escaped(name)}</h1>`))
  }
  assert.equal(escaped('<a href="x">\u0007&\ud800</a>'), '&lt;a href=&quot;x&quot;&gt;\ufffd&amp;\ufffd&lt;/a&gt;')
})

test('markup takes text, numbers, lists and nothing', () => {
  const bold = markup`<b>${'<'}</b>`
  assert.equal(markup`${bold}|${[1 / 3, bold]}|${null}${undefined}${false}|${0}`.text, '<b>&lt;</b>|0.33<b>&lt;</b>||0')
  assert.throws(() => markup`${Number.NaN}`, RangeError)
})

test('a page tells what was met, what was not, and why', () => {
  const page = reportPage(sampleReport(), {})
  assert.match(page, /2 of 3 goals met/)
  assert.match(page, /reference of take 7.wav \(67 %\)/)
  assert.match(page, /<td role="cell" class="now" data-label="After">−14\.02<\/td>/)
  assert.match(page, /△ not met<\/span><small>closer/)
  assert.match(page, /<p class="why">No more than 12 dB are used\.<\/p>/)
  assert.match(reportPage({ ...sampleReport(), warnings: ['gains end at 6 dB'] }, {}), /<li>Gains end at 6 dB\.<\/li>/)
  const clean = { ...sampleReport(), limits: [], warnings: [], confidence: [], stages: [], quantities: [] }
  assert.match(reportPage(clean, {}), /No limit kept the result from the reference\./)
})

test('the script of a page is a program, and leaves pages without Web Audio alone', () => {
  new Script(pageScript)
  const section = { querySelector: () => assert.fail('the players were touched') }
  runInNewContext(pageScript, { window: {}, document: { getElementById: () => section } })
})
