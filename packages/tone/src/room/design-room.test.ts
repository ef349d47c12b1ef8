import assert from 'node:assert/strict'
import test from 'node:test'
import { analyse } from '../analysis/analyse.ts'
import type { Analysis } from '../analysis/analysis.ts'
import { makePcm, noise, scratch } from '../pcm/testing/make-pcm.ts'
import { preset } from '../preset/preset.ts'
import { designRoom, type RoomDesign } from './design-room.ts'
import { babble, exponentialRoom, inRoom } from './testing/rooms.ts'

const rate = 16_000
const path = scratch()
const low = babble(14, rate, 110, 1)
const high = babble(14, rate, 190, 2)

let made = 0
const analysed = (samples: Float32Array): Promise<Analysis> =>
  analyse(makePcm(path(`${made++}`), [samples], rate), { kind: 'speech' })

/** With steady noise of a mean square, dB. */
function noisy(samples: Float32Array, level: number, seed = 4): Float32Array {
  const random = noise(seed)
  return samples.map((value) => value + random() * Math.sqrt(3) * 10 ** (level / 20))
}

const designed = (target: Analysis, reference: Analysis, kind: 'speech' | 'music' = 'speech'): RoomDesign =>
  designRoom(target, reference.profile, {
    preset: {},
    loudness: reference.profile.loudness.integrated ?? -23,
    kind,
  })

const stagesOf = ({ denoise, reverb, roomTone }: RoomDesign): string[] =>
  Object.entries({ denoise, reverb, roomTone }).flatMap(([name, stage]) => (stage ? [name] : []))

const dry = await analysed(noisy(low, -85))

test('a reference that is reverberant and noisy asks for reverberation and room tone', async () => {
  const design = designed(dry, await analysed(noisy(inRoom(high, exponentialRoom(0.7, -5, rate)), -62)))
  assert.deepEqual(stagesOf(design), ['reverb', 'roomTone'])
  assert.deepEqual(design.limits, [])
  assert.ok(design.decay.after! < 0.5 * design.decay.before!)
  assert.ok(design.confidence.reverb!.value > 0.4 && design.confidence.roomTone!.value > 0.4)
  preset.shape.reverb.parse(design.reverb)
  preset.shape.roomTone.parse(design.roomTone)
  // White noise of -62 dB: a sixth of an octave at 1 kHz is 11.6 % of that frequency wide.
  const { frequency, level } = design.roomTone!.spectrum
  const at = level[frequency.findIndex((hertz) => hertz >= 1000)]!
  assert.ok(Math.abs(at - (-62 + 10 * Math.log10(115.7 / 8000))) < 2.5, `${at} dB at 1 kHz`)
})

test('noise that the reference does not have is lowered, by 12 dB at the most', async () => {
  const clean = await analysed(noisy(high, -85))
  const little = designed(await analysed(noisy(low, -78)), clean)
  assert.deepEqual(stagesOf(little), ['denoise'])
  assert.ok(little.denoise!.most > 3 && little.denoise!.most < 10, `${little.denoise!.most} dB`)
  const much = designed(await analysed(noisy(low, -55)), clean)
  assert.deepEqual(stagesOf(much), ['denoise'])
  assert.equal(much.denoise!.most, 12)
  assert.deepEqual(
    much.limits.map(({ stage }) => stage),
    ['denoise'],
  )
  preset.shape.denoise.parse(much.denoise)
})

test('nothing is done where both are alike', async () => {
  assert.deepEqual(stagesOf(designed(dry, dry)), [])
  assert.deepEqual(stagesOf(designed(dry, await analysed(noisy(high, -85, 9)))), [])
})

test('music is given no reverberation, and that is said', async () => {
  const reference = await analysed(inRoom(high, exponentialRoom(1.2, -2, rate)))
  const design = designed(dry, reference, 'music')
  assert.equal(design.reverb, undefined)
  assert.deepEqual(
    design.limits.map(({ stage }) => stage),
    ['reverb'],
  )
})

test('stages that are not wanted are left out', async () => {
  const reference = await analysed(noisy(inRoom(high, exponentialRoom(0.7, -5, rate)), -62))
  const options = { preset: {}, loudness: -23, kind: 'speech' as const }
  const without = designRoom(dry, reference.profile, { ...options, without: ['reverb', 'roomTone', 'denoise'] })
  assert.deepEqual(stagesOf(without), [])
  assert.deepEqual(without.limits, [])
})

test('silence and what is too short ask for nothing, either way', async () => {
  const wet = await analysed(noisy(inRoom(high, exponentialRoom(0.7, -5, rate)), -62))
  for (const samples of [new Float32Array(2 * rate), low.subarray(0, 0.3 * rate)]) {
    const other = await analysed(samples)
    assert.equal(designed(other, wet).reverb, undefined)
    assert.equal(designed(wet, other).reverb, undefined)
    for (const design of [designed(other, wet), designed(wet, other)])
      assert.ok(!/null|NaN|Infinity/.test(JSON.stringify(design.roomTone ?? {}) + JSON.stringify(design.denoise ?? {})))
  }
})
