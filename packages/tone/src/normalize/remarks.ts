import type { NormalizeReport } from './report.ts'

/** dB of reduction from which on a limiter is heard. */
const heavy = 6
/** Within this, in LU or dB, a target is met. */
const met = 0.1

/** What to say of a normalisation beside its numbers. Nothing that did not go as asked is passed over. */
export function remarksOf(report: Omit<NormalizeReport, 'remarks'>): string[] {
  const { target, recording, before, after, gain, limiting, shortfall, untouched, left } = report
  const remarks: string[] = []
  if (untouched) remarks.push(`It reads ${lufs(before.integrated)} and is passed on as it was.`)
  if (limiting) {
    const percent = limiting.share < 0.0005 ? 'under 0.1' : (100 * limiting.share).toFixed(1)
    remarks.push(
      `The limiter takes off up to ${limiting.most.toFixed(1)} dB, most at ${clock(limiting.at)}, and works ${percent} % of the time.`,
    )
    if (limiting.most > heavy) {
      remarks.push('That much limiting may be heard: a target that is less loud, or "limit" set to "never", avoids it.')
    }
  }
  if (!limiting && shortfall > met) {
    remarks.push(
      `It stays ${shortfall.toFixed(1)} LU quieter than the target: its peaks of ${before.truePeak.toFixed(1)} dBTP leave room for ${untouched ? 'no gain' : `${signed(gain)} dB`}.`,
    )
  } else if (shortfall > met) {
    remarks.push(
      `It stays ${shortfall.toFixed(1)} LU quieter than the target: the limiter takes off what more gain adds.`,
    )
  }
  if (after.truePeak > target.ceiling + 0.005) {
    remarks.push(
      `Its true peak is ${after.truePeak.toFixed(2)} dBTP, above the ceiling of ${target.ceiling} dBTP: coding with loss moves peaks.`,
    )
  }
  for (const { index, kind, codec, why } of left)
    remarks.push(`Stream ${index} (${kind}, ${codec}) is left out: ${why}.`)
  if (recording.channels === 1) {
    remarks.push('One channel is measured as it is, by BS.1770: on two loudspeakers it will be 3 LU louder.')
  }
  if (recording.duration < 60) remarks.push('Shorter than a minute, its loudness range says little.')
  return remarks
}

const lufs = (value: number) => `${value.toFixed(1)} LUFS`
const signed = (value: number) => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(1)}`

/** Seconds as h:mm:ss.s or m:ss.s. */
function clock(seconds: number): string {
  const tenths = Math.round(seconds * 10)
  const [hours, minutes] = [Math.floor(tenths / 36000), Math.floor(tenths / 600) % 60]
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}

/** One line that says what became of a recording. */
export function normalizeSummary({ before, after, gain, limiting, shortfall, untouched }: NormalizeReport): string {
  if (untouched) return `${lufs(before.integrated)}, left as it is`
  const parts = [
    `${before.integrated.toFixed(1)} → ${lufs(after.integrated)}`,
    `${after.truePeak.toFixed(2)} dBTP`,
    `gain ${signed(gain)} dB`,
    limiting && `limited by up to ${limiting.most.toFixed(1)} dB`,
    shortfall > met && `${shortfall.toFixed(1)} LU short of the target`,
  ]
  return parts.filter(Boolean).join(', ')
}
