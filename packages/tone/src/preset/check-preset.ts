import { ColophonError } from '@colophon/core'
import { type Preset, preset } from './preset.ts'

/** The part of a document that an issue is about, as `eq.mid.bands[2].gain`. */
const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>(
    (text, part) => (typeof part === 'number' ? `${text}[${part}]` : text ? `${text}.${String(part)}` : String(part)),
    '',
  )

/**
 * A preset from anything that may be one, with its defaults filled in.
 *
 * @param name how to call it where it is not valid
 * @throws ColophonError TONE_PRESET_INVALID naming the part that is wrong
 */
export function checkPreset(value: unknown, name: string): Preset {
  const found = preset.safeParse(value)
  const why = found.success ? disorder(found.data) : undefined
  if (found.success && !why) return found.data
  const issue = found.error?.issues[0]
  const where = issue && pathText(issue.path)
  const what = issue ? issue.message.replace(/^Invalid input: /, '') : why!
  throw new ColophonError('TONE_PRESET_INVALID', { name, why: where ? `${where}: ${what}` : what })
}

/** What a schema cannot say: lists that belong together are of one length, and rise where they must. */
function disorder(preset: Preset): string | undefined {
  const curves: [string, { frequency: readonly number[]; level: readonly number[] } | undefined][] = [
    ['eq.mid.curve', preset.eq?.mid.curve],
    ['eq.side.curve', preset.eq?.side?.curve],
    ['denoise.floor', preset.denoise?.floor],
    ['roomTone.spectrum', preset.roomTone?.spectrum],
  ]
  for (const [where, found] of curves) {
    if (!found) continue
    const why = pairing('frequency', found.frequency, 'level', found.level)
    if (why) return `${where}: ${why}`
  }
  for (const [index, { level, gain }] of (preset.dynamics?.curves ?? []).entries()) {
    const why = pairing('level', level, 'gain', gain)
    if (why) return `dynamics.curves[${index}]: ${why}`
  }
  const { reverb } = preset
  if (reverb) {
    const why = pairing('frequency', reverb.frequency, 'decay', reverb.decay)
    if (why) return `reverb: ${why}`
    if (reverb.tone.length !== reverb.decay.length) return 'reverb: tone and decay are not of one length'
  }
  const { limiter } = preset
  if (limiter.internal > limiter.ceiling) return 'limiter: internal is above the ceiling'
  return undefined
}

function pairing(
  first: string,
  rising: readonly number[],
  second: string,
  other: readonly number[],
): string | undefined {
  if (rising.length === 0) return `${first} is empty`
  if (rising.length !== other.length) return `${first} and ${second} are not of one length`
  return rising.every((value, at) => at === 0 || value > rising[at - 1]!) ? undefined : `${first} does not rise`
}
