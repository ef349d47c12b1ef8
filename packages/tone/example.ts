// A dull, quiet recording made to sound like a bright, loud one; then the same again from the preset alone.
import { strict as assert } from 'node:assert'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { file } from '@colophon/core'
import { writeMedia } from '@colophon/media'
import { analyze, match, render } from '@colophon/tone'

const folder = await mkdtemp(join(tmpdir(), 'colophon-tone-'))
const path = (name: string) => join(folder, name)
const [sampleRate, seconds] = [44_100, 12]

/** Chords of a plucked string, with a brightness between 0 and 1. */
async function* chords(brightness: number, level: number) {
  for (let beat = 0; beat < seconds * 2; beat++) {
    const left = Float32Array.from({ length: sampleRate / 2 }, (_, i) => {
      const time = i / sampleRate
      let sum = 0
      for (const note of [1, 1.25, 1.5])
        for (let partial = 1; partial <= 24; partial++)
          sum += brightness ** partial * Math.sin(2 * Math.PI * 110 * note * (1 + (beat % 4) / 8) * partial * time)
      return level * sum * Math.exp(-4 * time)
    })
    const right = left.map((value, i) => 0.7 * value + 0.3 * (left[i - 40] ?? 0))
    yield { time: beat / 2, sampleRate, layout: 'stereo', channels: [left, right], length: left.length }
  }
}

await writeMedia(path('bright.wav'), { audio: { blocks: chords(0.9, 0.06), encoding: { codec: 'pcm_s24le' } } })
await writeMedia(path('dull.wav'), { audio: { blocks: chords(0.6, 0.02), encoding: { codec: 'pcm_s24le' } } })

const { media, report, preset, measured } = await match({
  references: [file(path('bright.wav'))],
  target: file(path('dull.wav')),
  kind: 'music',
  eqCap: 44,
})
await media.saveTo(path('matched.wav'))
await report.saveTo(path('report.html'))
for (const { label, unit, before, after, wanted } of (await measured.value()).quantities)
  console.log(label.padEnd(34), before, '→', after, unit, wanted === null ? '' : `(wanted ${wanted})`)

const again = await render({ recording: file(path('dull.wav')), preset: await preset.value() })
assert.equal(again.media.hash, media.hash)

const { profile } = await analyze({ recording: file(path('matched.wav')), kind: 'music' })
const { loudness } = await profile.value()
assert.ok(Math.abs(loudness.integrated! - (await preset.value()).loudness.target!) < 0.1)
await rm(folder, { recursive: true })
