import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { BlockMeter } from '../measure/block-meter.ts'
import { controlPass } from './control.ts'
import { ControlReader, controlValues } from './control-track.ts'
import { LoudnessSteps, levelsOf, stepsIn } from './levels.ts'
import { inFolder, presetWith, recordingOf, strokes } from './testing/sounds.ts'

describe('the control track', () => {
  for (const [rate, seconds] of [
    [44_100, 14],
    [8000, 30],
  ] as const)
    it(`has for each block what the meter finds in the whole recording, at ${rate} Hz`, () =>
      inFolder(async (folder) => {
        const length = rate * seconds + 33
        const samples = [strokes(length, rate, 1), strokes(length, rate, 2)]
        const pcm = recordingOf(join(folder, 'in'), samples, rate)
        const track = await controlPass(pcm, presetWith(), { folder })
        const meter = new BlockMeter(rate, 'stereo', 2, track.block)
        const wanted = new Float32Array(track.blocks * BlockMeter.values)
        meter.measure(samples, 0, track.blocks, wanted)
        using reader = new ControlReader(track)
        const found = reader.read(0, track.blocks)
        for (let block = 0; block < track.blocks; block++) {
          for (let value = 0; value < 3; value++) {
            const [is, should] = [found[block * controlValues + value]!, wanted[block * 3 + value]!]
            assert.ok(
              Math.abs(is - should) <= 1e-5 * Math.abs(should) + 1e-9,
              `${is} ${should}, ${value} of block ${block}`,
            )
          }
          let peak = 0
          for (const channel of samples)
            for (let i = block * track.block; i < Math.min(length, (block + 1) * track.block); i++)
              peak = Math.max(peak, Math.abs(channel[i]!))
          assert.equal(found[block * controlValues + 3], peak)
        }
      }))

  it('adds up to the same power per 10 ms', () =>
    inFolder(async (folder) => {
      const samples = strokes(50_001, 44_100, 1)
      const track = await controlPass(recordingOf(join(folder, 'in'), [samples]), presetWith(), { folder })
      const { plain } = levelsOf(track)
      assert.equal(plain.length, stepsIn(track))
      let [whole, own] = [0, 0]
      for (const value of samples) own += value * value
      // The last step is shorter than the others.
      for (const [step, power] of plain.entries())
        whole += power * (step + 1 < plain.length ? 441 : 50_001 - 441 * step)
      assert.ok(Math.abs(whole / own - 1) < 0.003)
    }))

  it('has the same loudness per 10 ms in any stretch as in the whole', () =>
    inFolder(async (folder) => {
      const samples = strokes(61 * 8000 + 7, 8000, 1)
      const track = await controlPass(recordingOf(join(folder, 'in'), [samples], 8000), presetWith(), { folder })
      const { loudness } = levelsOf(track)
      using steps = new LoudnessSteps(track)
      assert.equal(steps.length, loudness.length)
      for (const [from, to] of [
        [0, loudness.length],
        [17, 18],
        [3333, loudness.length],
        [0, 5],
      ] as const)
        assert.ok(steps.read(from, to).every((value, i) => value === loudness[from + i]))
    }))
})
