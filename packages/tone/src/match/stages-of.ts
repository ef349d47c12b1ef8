import type { Preset } from '../preset/preset.ts'
import type { MatchReport } from '../report/report.ts'

type Stages = MatchReport['stages']
type Numbers = Stages[number]['numbers']

const most = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length)
const number = (label: string, unit: string, value: number, digits = 1): Numbers[number] => ({
  label,
  unit,
  value: Number(value.toFixed(digits)),
})

/** The stages of a preset with their key numbers, as a report tells them. */
export function stagesOf(preset: Preset): Stages {
  const { denoise, eq, width, reverb, dynamics, roomTone, loudness, limiter } = preset
  const stages: Stages = []
  const add = (stage: Stages[number]['stage'], on: boolean, ...numbers: Numbers) => stages.push({ stage, on, numbers })
  if (denoise) add('denoise', denoise.on, number('Most reduction', 'dB', denoise.most))
  if (eq) {
    const used = eq.use === 'bands'
    add(
      'eq',
      eq.on,
      number('Most gain, mid', 'dB', most(used ? eq.mid.bands.map(({ gain }) => gain) : eq.mid.curve.level)),
      ...(eq.side ? [number('Most gain, side', 'dB', most(eq.side.curve.level))] : []),
      number('Bands differ from the curve by', 'dB', eq.mid.residual),
    )
  }
  if (width)
    add(
      'width',
      width.on,
      number('Gain of the side', 'dB', width.side),
      ...(width.monoBelow > 0 ? [number('Mono below', 'Hz', width.monoBelow, 0)] : []),
    )
  if (reverb)
    add(
      'reverb',
      reverb.on,
      number('Wet', 'dB', reverb.wet),
      number('Decay', 's', mean(reverb.decay), 2),
      number('Pre-delay', 'ms', reverb.preDelay * 1000, 0),
    )
  if (dynamics) {
    const { compressor, peaks } = dynamics
    add(
      'dynamics',
      dynamics.on,
      ...(dynamics.use === 'compressor' && compressor
        ? [number('Threshold', 'LUFS', compressor.threshold), number('Ratio', '', compressor.ratio, 2)]
        : dynamics.curves.map(({ window, gain }) => number(`Most gain over ${window} s`, 'dB', most(gain)))),
      ...(peaks ? [number('Ratio of peaks', '', peaks.ratio, 2)] : []),
    )
  }
  if (roomTone) add('roomTone', roomTone.on, number('Level at 1 kHz', 'dB', levelNear(roomTone.spectrum, 1000)))
  add('loudness', loudness.on, number('Drive', 'dB', loudness.drive))
  add(
    'limiter',
    limiter.on,
    number('Ceiling', 'dBTP', limiter.ceiling),
    number('Look-ahead', 'ms', limiter.lookAhead * 1000),
    number('Release', 'ms', limiter.release * 1000, 0),
  )
  return stages
}

function levelNear({ frequency, level }: NonNullable<Preset['roomTone']>['spectrum'], hertz: number): number {
  let nearest = 0
  for (const [at, each] of frequency.entries())
    if (Math.abs(Math.log(each / hertz)) < Math.abs(Math.log(frequency[nearest]! / hertz))) nearest = at
  return level[nearest]!
}
