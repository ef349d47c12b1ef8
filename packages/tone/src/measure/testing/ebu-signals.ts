import { makeWindow } from '@colophon/media'

/** A signal of EBU Tech 3341 (Table 1) or Tech 3342 (Table 1), 2023, and what a meter must read. */
export interface EbuSignal {
  readonly name: string
  readonly layout: string
  readonly channels: readonly Float32Array[]
  readonly reading:
    | 'levels'
    | 'integrated'
    | 'momentary'
    | 'shortTerm'
    | 'steadyMomentary'
    | 'steadyShortTerm'
    | 'range'
    | 'peak'
  readonly expected: number
  /** How far below and above that a reading may be. */
  readonly tolerance: readonly [below: number, above: number]
}

/** A level in dBFS, null for silence, and for how many seconds. */
type Part = readonly [level: number | null, seconds: number]

/** A sine of 1 kHz that changes in level; its phase goes on. */
function tones(rate: number, parts: readonly Part[]): Float32Array {
  const period = rate % 1000 === 0 ? rate / 1000 : rate / 100
  const table = Float64Array.from({ length: period }, (_, i) => Math.sin((2 * Math.PI * 1000 * i) / rate))
  const lengths = parts.map(([, seconds]) => Math.round(seconds * rate))
  const samples = new Float32Array(lengths.reduce((sum, length) => sum + length, 0))
  let at = 0
  for (const [part, [level]] of parts.entries()) {
    const amplitude = level === null ? 0 : 10 ** (level / 20)
    const end = at + lengths[part]!
    if (amplitude === 0) at = end
    for (; at < end; at++) samples[at] = amplitude * table[at % period]!
  }
  return samples
}

const both = (samples: Float32Array) => [samples, samples]

/** Fades of 10 ms at both ends. */
function faded(samples: Float64Array, rate: number): Float64Array {
  const length = Math.round(0.01 * rate)
  for (let i = 0; i < length; i++) {
    samples[i]! *= i / length
    samples[samples.length - 1 - i]! *= i / length
  }
  return samples
}

/** A sine of one n-th of the sample rate. */
function steady(rate: number, nth: number, degrees: number, amplitude: number): Float32Array {
  const phase = (degrees * Math.PI) / 180
  const sine = Float64Array.from({ length: rate / 4 }, (_, i) => amplitude * Math.sin((2 * Math.PI * i) / nth + phase))
  return Float32Array.from(faded(sine, rate))
}

/** Half the coefficients of the low-pass filter in front of `decimated`. */
const half = 256

/** One period of a quarter of the sample rate at full scale within a sine of a sixth at half scale, made at four times the rate. */
function burst(rate: number): Float64Array {
  const before = 24 * Math.floor(rate / 10 / 24)
  const samples = Float64Array.from({ length: 2 * before + 16 }, (_, i) => {
    if (i >= before && i < before + 16) return Math.sin((2 * Math.PI * (i - before)) / 16)
    return 0.5 * Math.sin((2 * Math.PI * (i < before ? i : i - before - 16)) / 24)
  })
  return faded(samples, 4 * rate)
}

/** Every fourth sample from `offset` on of what is left below half the final rate. */
function decimated(samples: Float64Array, offset: number): Float32Array {
  const window = makeWindow({ kaiser: 10 }, 2 * half + 1, 'symmetric')
  const filter = window.map((value, i) => {
    const x = (i - half) / 4
    return (value * (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x))) / 4
  })
  return Float32Array.from({ length: Math.floor((samples.length - offset) / 4) }, (_, at) => {
    const first = offset + 4 * at - half
    let sum = 0
    for (let i = Math.max(0, -first); i <= 2 * half && first + i < samples.length; i++) {
      sum += filter[i]! * samples[first + i]!
    }
    return sum
  })
}

const twenty = Array.from({ length: 20 }, (_, i) => i + 1)

/** Signals of loudness, Tech 3341 1 to 6 and 9 to 14. Cases 7 and 8 are programmes, which cannot be made from their description. */
export function* loudnessSignals(rate: number): Generator<EbuSignal> {
  const make = (name: string, reading: EbuSignal['reading'], expected: number, parts: readonly Part[]): EbuSignal => {
    const channels = both(tones(rate, parts))
    return { name: `3341-${name}`, layout: 'stereo', channels, reading, expected, tolerance: [0.1, 0.1] }
  }
  const repeated = (times: number, parts: readonly Part[]) => Array.from({ length: times }, () => parts).flat()
  yield make('1', 'levels', -23, [[-23, 20]])
  yield make('2', 'levels', -33, [[-33, 20]])
  const loud = [
    [-36, 10],
    [-23, 60],
    [-36, 10],
  ] as const
  yield make('3', 'integrated', -23, loud)
  yield make('4', 'integrated', -23, [[-72, 10], ...loud, [-72, 10]])
  yield make('5', 'integrated', -23, [
    [-26, 20],
    [-20, 20.1],
    [-26, 20],
  ])
  const surround = [-28, -28, -24, -30, -30].map((level) => tones(rate, [[level, 20]]))
  yield { ...make('6', 'integrated', -23, []), layout: '5.0', channels: surround }
  yield make(
    '9',
    'steadyShortTerm',
    -23,
    repeated(5, [
      [-20, 1.34],
      [-30, 1.66],
    ]),
  )
  for (const i of twenty)
    yield make(`10-${i}`, 'shortTerm', -23, [
      [null, i * 0.15],
      [-23, 3],
      [null, 1],
    ])
  for (const i of twenty) {
    yield make(`11-${i}`, 'shortTerm', -38 + i, [
      [null, i * 0.15],
      [-38 + i, 3],
      [null, 3 - i * 0.15],
    ])
  }
  yield make(
    '12',
    'steadyMomentary',
    -23,
    repeated(25, [
      [-20, 0.18],
      [-30, 0.22],
    ]),
  )
  for (const i of twenty)
    yield make(`13-${i}`, 'momentary', -23, [
      [null, i * 0.02],
      [-23, 0.4],
      [null, 1],
    ])
  for (const i of twenty) {
    yield make(`14-${i}`, 'momentary', -38 + i, [
      [null, i * 0.02],
      [-38 + i, 0.4],
      [null, 0.4 - i * 0.02],
    ])
  }
}

/** Signals of true peak, Tech 3341 15 to 23. */
export function* peakSignals(rate: number): Generator<EbuSignal> {
  const make = (number: number, expected: number, samples: Float32Array): EbuSignal => ({
    name: `3341-${number}`,
    layout: 'stereo',
    channels: both(samples),
    reading: 'peak',
    expected,
    tolerance: [0.4, 0.2],
  })
  yield make(15, -6, steady(rate, 4, 0, 0.5))
  yield make(16, -6, steady(rate, 4, 45, 0.5))
  yield make(17, -6, steady(rate, 6, 60, 0.5))
  yield make(18, -6, steady(rate, 8, 67.5, 0.5))
  yield make(19, 3, steady(rate, 4, 45, 1.41))
  const made = burst(rate)
  for (const offset of [0, 1, 2, 3]) yield make(20 + offset, 0, decimated(made, offset))
}

/** Signals of loudness range, Tech 3342 1 to 4. Cases 5 and 6 are programmes. */
export function* rangeSignals(rate: number): Generator<EbuSignal> {
  const levels = [
    [10, [-20, -30]],
    [5, [-20, -15]],
    [20, [-40, -20]],
    [15, [-50, -35, -20, -35, -50]],
  ] as const
  for (const [i, [expected, parts]] of levels.entries()) {
    const channels = both(
      tones(
        rate,
        parts.map((level) => [level, 20]),
      ),
    )
    yield { name: `3342-${i + 1}`, layout: 'stereo', channels, reading: 'range', expected, tolerance: [1, 1] }
  }
}
