import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { openMedia } from '@colophon/media'
import { decayDistance, decayStatistics } from '../measure/decay.ts'
import { noise, sound } from '../pcm/testing/make-pcm.ts'
import { designReverb } from './design-reverb.ts'
import { reverbResponse } from './reverb-response.ts'
import { babble, envelopesOf, exponentialRoom, inRoom, withReverb } from './testing/rooms.ts'

const rate = 16_000
const low = babble(20, rate, 110, 1)
const high = babble(24, rate, 190, 2)

/** What the design leaves of the distance, measured on sound. */
function left(target: Float32Array, reference: Float32Array) {
  const [own, wanted] = [envelopesOf(target, rate), decayStatistics(envelopesOf(reference, rate))]
  const before = decayStatistics(own)
  const design = designReverb(own, wanted, rate)
  const rendered = design.stage ? withReverb(target, reverbResponse(design.stage, rate, 1)[0]!) : target
  const after = decayDistance(decayStatistics(envelopesOf(rendered, rate)), wanted, before)!
  return { design, before: decayDistance(before, wanted)!, after }
}

test('a voice comes into the room of another', () => {
  for (const [decay, wet] of [
    [0.4, -6],
    [0.9, -4],
    [1.6, -10],
  ] as const) {
    const { design, before, after } = left(low, inRoom(high, exponentialRoom(decay, wet, rate)))
    assert.ok(after < 0.5 * before, `${decay} s, ${wet} dB: ${before.toFixed(2)} to ${after.toFixed(2)}`)
    assert.ok(design.confidence > 0.4)
    const middle = design.stage!.decay.toSorted((a, b) => a - b)[design.stage!.decay.length >> 1]!
    assert.ok(middle > decay / 1.7 && middle < decay * 1.7, `${decay} s: ${middle}`)
    assert.ok(Math.abs(design.stage!.wet - wet) < 5, `${wet} dB: ${design.stage!.wet}`)
    assert.ok(design.floor.level.every((level) => level > 0 && level < 70))
  }
})

test('nothing is added for a reference that is as dry, or the same, or drier', () => {
  for (const [target, reference] of [
    [low, high],
    [high, low],
    [low, low],
    [inRoom(low, exponentialRoom(0.8, -4, rate)), high],
    [low, inRoom(high, exponentialRoom(0.6, -32, rate))],
  ] as const) {
    const { design, before, after } = left(target, reference)
    assert.equal(design.stage, null)
    assert.equal(design.confidence, 0)
    assert.equal(after, before)
  }
})

test('noise in the reference is not taken for its room', () => {
  const random = noise(3)
  const { design } = left(
    low,
    high.map((value) => value + 0.001 * random()),
  )
  assert.equal(design.stage, null)
})

test('nothing is told from silence, and from less than two seconds', () => {
  const wet = decayStatistics(envelopesOf(inRoom(high, exponentialRoom(0.9, -4, rate)), rate))
  for (const target of [new Float32Array(5 * rate), low.subarray(0, 0.3 * rate), new Float32Array(0)]) {
    const design = designReverb(envelopesOf(target, rate), wet, rate)
    assert.deepEqual([design.stage, design.before, design.confidence], [null, null, 0])
  }
  assert.equal(designReverb(envelopesOf(low, rate), null, rate).stage, null)
})

test('a steady sound is not given reverberation that would change nothing', () => {
  const { design } = left(
    sound(5, (time) => 0.1 * Math.sin(2 * Math.PI * 440 * time), rate),
    inRoom(high, exponentialRoom(0.9, -4, rate)),
  )
  assert.equal(design.stage, null)
})

test('the same recordings give the same design', () => {
  const reference = decayStatistics(envelopesOf(inRoom(high, exponentialRoom(0.7, -6, rate)), rate))
  assert.deepEqual(
    designReverb(envelopesOf(low, rate), reference, rate),
    designReverb(envelopesOf(low, rate), reference, rate),
  )
})

const folder = join(import.meta.dirname, '../../../../../shared/media/audio')
const skip = existsSync(folder) ? false : `no recordings in ${folder}`

async function recording(name: string): Promise<Float32Array> {
  const parts: number[] = []
  for await (const { channels } of (await openMedia(join(folder, name))).samples({ precision: 'float32' }))
    for (const value of channels[0]!) parts.push(value)
  return Float32Array.from(parts)
}

test('real voices come into rooms, and dry ones are left alone', { skip }, async () => {
  const [one, other] = [await recording('speech-198-209.ogg'), await recording('speech-3436-172162.ogg')]
  for (const [target, reference] of [
    [one, other],
    [other, one],
  ] as const) {
    assert.equal(left(target, reference).design.stage, null)
    for (const [decay, wet] of [
      [0.25, -4],
      [0.6, -12],
      [1.4, -4],
    ] as const) {
      const { before, after } = left(target, inRoom(reference, exponentialRoom(decay, wet, rate)))
      assert.ok(after < 0.5 * before, `${decay} s, ${wet} dB: ${before.toFixed(2)} to ${after.toFixed(2)}`)
    }
  }
})
