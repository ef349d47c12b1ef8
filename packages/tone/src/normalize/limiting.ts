import type { Preset } from '../preset/preset.ts'
import type { ControlTrack } from '../render/control-track.ts'
import { GainCurve } from '../render/gain.ts'
import type { NormalizeReport } from './report.ts'

/** dB of reduction from which on the limiter is said to work. */
const noticed = 0.1

/** What the limiter of a preset does to a recording, and where it does most. Null where it does nothing that counts. */
export function limitingOf(track: ControlTrack, preset: Preset): NormalizeReport['limiting'] {
  using curve = new GainCurve(track, preset)
  const threshold = 10 ** (-noticed / 20)
  let least = 1
  let at = 0
  let working = 0
  let reduction = 0
  for (const { first, limiter } of curve.pages()) {
    for (let block = 0; block + 1 < limiter.length; block++) {
      const gain = limiter[block]!
      if (gain < least) {
        least = gain
        at = first + block
      }
      if (gain < threshold) {
        working++
        reduction -= 20 * Math.log10(gain)
      }
    }
  }
  if (working === 0) return null
  return {
    most: rounded(-20 * Math.log10(least)),
    at: rounded((at * track.block) / track.sampleRate),
    share: rounded(working / track.blocks),
    mean: rounded(reduction / working),
  }
}

const rounded = (value: number): number => Number(value.toPrecision(4))
