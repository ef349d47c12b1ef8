/**
 * Transforms beside the fastest of npm and SciPy: `node benchmarks/media/transforms.ts`, with `--json` for one line of
 * JSON, `--quick` for a small run. `benchmarks/media.ts` has them among its figures.
 *
 * Everything takes turns in short slices, so that a machine that is busy for a while is busy for all, and what counts
 * is CPU time (user and system, of all threads; the work itself is on one). SciPy is a process that stays (`peer.py`);
 * inside a clock is nothing but the loop over transforms. Plans are made before; input and results lie in arrays of
 * whoever is measured: ours and the rivals' copies into and out of WebAssembly's memory are counted.
 */
import { setTimeout } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { Dct, DctBlocks, RealFft, Stft } from '@colophon/media'
import { type Figure, jsonOf, median, ratios, tableOf } from '../memo/figures.ts'
import { installRivals, type Rival } from './rivals.ts'
import { type Scipy, type ScipyTask, startScipy } from './scipy.ts'

type Precision = 'float32' | 'float64'
type Samples = Float32Array | Float64Array

/** What is measured at one size: ours as a function that does one transform and answers one number of the result. */
interface Case {
  readonly label: string
  readonly figure: 'fft' | 'dct' | 'stft'
  readonly precision: Precision
  readonly size: number
  readonly ours: () => number
  /** Ours another way, which is shown and not counted. */
  readonly again?: () => number
  /** The same by SciPy, one way or two. */
  readonly scipy: readonly ScipyTask[]
  readonly rivals: readonly { readonly name: string; readonly run: () => number }[]
}

/** The samples that `peer.py` makes too. */
function samples(length: number, precision: Precision): Samples {
  const at = (_: unknown, index: number) => ((index * 7919) % 10007) / 10007 - 0.5
  return precision === 'float32' ? Float32Array.from({ length }, at) : Float64Array.from({ length }, at)
}

const same = (samples: Samples, length: number): Samples =>
  samples instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)

function fftCase(length: number, precision: Precision, rivals: readonly Rival[]): Case {
  const fft = new RealFft(length, precision)
  const input = samples(length, precision)
  const [re, im] = [same(input, fft.bins), same(input, fft.bins)]
  const ours = () => {
    fft.forward(input, re, im)
    return re[3]!
  }
  ours()
  const expected = [re[3]!, im[3]!] as const
  const fit = rivals
    .filter((rival) => precision === 'float32' || rival.precision === 'float64')
    .map(({ name, prepare }) => ({ name, transform: prepare(length) }))
    // One of them has no right results at 65536 points.
    .filter(({ transform }) => {
      const found = transform(input)
      return Math.hypot(found[0] - expected[0], found[1] - expected[1]) <= 1e-3 * Math.hypot(...expected)
    })
    .map(({ name, transform }) => ({ name, run: () => transform(input)[0] }))
  return { label: `real FFT ${length}`, figure: 'fft', precision, size: length, ours, scipy: ['rfft'], rivals: fit }
}

function dctCase(length: number, precision: Precision): Case {
  const dct = new Dct(length, precision)
  const input = samples(length, precision)
  const output = same(input, length)
  const ours = () => {
    dct.dct2(input, output)
    return output[3]!
  }
  return {
    label: `DCT-II ${length}, a batch`,
    figure: 'dct',
    precision,
    size: length,
    ours,
    scipy: ['dct'],
    rivals: [],
  }
}

function blocksCase(side: number): Case {
  const blocks = new DctBlocks(side, side)
  const input = samples(side * side, 'float32') as Float32Array
  const plane = new Float32Array(side * side)
  const ours = () => {
    plane.set(input)
    blocks.forward(plane)
    return plane[10 * side + 11]!
  }
  const label = `DCT of 8x8 blocks, ${side} x ${side}`
  return { label, figure: 'dct', precision: 'float32', size: side, ours, scipy: ['dct-blocks'], rivals: [] }
}

/**
 * SciPy's spectra are new arrays each time, so ours are too; `again` measures ours once more into arrays that are
 * there.
 */
function stftCase(seconds: number, precision: Precision): Case {
  const stft = new Stft({ frame: 2048, hop: 512, precision })
  const input = samples(48_000 * seconds, precision)
  const label = `STFT 2048/512, ${seconds} s at 48 kHz`
  // Frame 11 begins at sample 4096, as frame 10 of scipy.signal.stft does, and peer.py finds the same of ShortTimeFFT.
  const ours = () => stft.forward(input).re[stft.bins * 11 + 3]!
  const into = stft.forward(input)
  const again = () => stft.forward(input, into).re[stft.bins * 11 + 3]!
  return {
    label,
    figure: 'stft',
    precision,
    size: input.length,
    ours,
    again,
    scipy: ['stft', 'short-time-fft'],
    rivals: [],
  }
}

/** Microseconds of a transform, over so many. */
function clock(run: () => number, repeats: number): number {
  const before = process.cpuUsage()
  for (let repeat = 0; repeat < repeats; repeat++) run()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / repeats
}

/**
 * Milliseconds that everything runs before it is measured: V8 compiles WebAssembly and JavaScript well only on the way.
 */
const warmUp = 300

/** How many transforms fill a slice, once the code is warm. */
async function repeatsOf(run: () => number, slice: number): Promise<number> {
  const spend = (milliseconds: number): number => {
    const began = performance.now()
    let done = 0
    while (performance.now() - began < milliseconds || done < 3) {
      run()
      done++
    }
    return (performance.now() - began) / done
  }
  // Twice, with a pause in which better code may take over.
  spend(warmUp)
  await setTimeout(50)
  spend(warmUp)
  return Math.max(1, Math.round(slice / spend(slice)))
}

/** Microseconds in each round, by who was measured: `ours`, a rival's name, or SciPy's task. */
async function measure(
  one: Case,
  scipy: Scipy | undefined,
  rounds: number,
  slice: number,
): Promise<Map<string, number[]>> {
  const again = one.again ? [{ name: 'ours, into arrays that are there', run: one.again }] : []
  const here: { name: string; run: () => number; repeats: number }[] = []
  for (const who of [{ name: 'ours', run: one.ours }, ...again, ...one.rivals]) {
    here.push({ ...who, repeats: await repeatsOf(who.run, slice) })
  }
  const there: { task: ScipyTask; repeats: number }[] = []
  for (const task of scipy ? one.scipy : []) {
    const { seconds, check } = await scipy!.time(task, one.size, one.precision, 2)
    if (!(Math.abs(check - one.ours()) <= 1e-3 * Math.abs(check))) {
      throw new Error(`${one.label}: SciPy's ${task} gives ${check}, ours ${one.ours()}`)
    }
    // A batch is many transforms; it is repeated as a whole.
    const batch = task === 'dct' ? 256 : 1
    there.push({ task, repeats: Math.max(1, Math.round((slice / 1000 / (seconds * batch)) * 2)) })
  }
  const times = new Map<string, number[]>()
  const take = (name: string, value: number) => times.set(name, [...(times.get(name) ?? []), value])
  for (let round = 0; round < rounds; round++) {
    for (const { name, run, repeats } of here) take(name, clock(run, repeats))
    for (const { task, repeats } of there) {
      const { seconds } = await scipy!.time(task, one.size, one.precision, repeats)
      take(`scipy ${task}`, (seconds / repeats) * 1e6)
    }
  }
  return times
}

export interface TransformOptions {
  readonly rounds?: number
  /** Milliseconds of a slice. */
  readonly slice?: number
  readonly seconds?: number
  readonly tell?: (line: string) => void
}

export interface TransformFigures {
  /**
   * `fftVsScipy`, `fftVsBestNpm`, `dctVsScipy`, `stftVsScipy`: their time divided by ours, at the size where that is
   * least.
   */
  readonly named: readonly Figure[]
  /** The same for every size, and the times. */
  readonly beside: readonly Figure[]
  readonly versions: string
}

/** Measures the transforms; where Python or npm are not to be had, what needs them is not measured. */
export async function transformFigures(options: TransformOptions = {}): Promise<TransformFigures> {
  const { rounds = 25, slice = 20, seconds = 60, tell = () => {} } = options
  const missing = (what: string) => (error: Error) => {
    tell(`${what} not measured: ${error.message.trim().split('\n').at(-1)}`)
    return undefined
  }
  const rivals = (await installRivals(tell).catch(missing('npm rivals are'))) ?? []
  const scipy = await startScipy(tell).catch(missing('SciPy is'))
  const precisions = ['float32', 'float64'] as const
  const cases = [
    ...precisions.flatMap((precision) =>
      [1024, 4096, 16384, 65536].map((size) => () => fftCase(size, precision, rivals)),
    ),
    ...precisions.flatMap((precision) => [512, 2048].map((size) => () => dctCase(size, precision))),
    () => blocksCase(1024),
    ...precisions.map((precision) => () => stftCase(seconds, precision)),
  ]
  const rows: { figure: Case['figure']; against: 'scipy' | 'npm'; row: Figure }[] = []
  const times: Figure[] = []
  try {
    for (const make of cases) {
      const one = make()
      const label = `${one.label}, ${one.precision}`
      tell(label)
      const found = await measure(one, scipy, rounds, slice)
      for (const [name, values] of found) times.push({ label: `${label}, ${name}`, unit: 'µs', values })
      const add = (against: 'scipy' | 'npm', names: readonly string[]) => {
        const best = names.toSorted((a, b) => median(found.get(a)!) - median(found.get(b)!))[0]
        if (!best) return
        const values = ratios(found.get(best)!, found.get('ours')!)
        rows.push({ figure: one.figure, against, row: { label: `${label}: ${best} / ours`, unit: 'x', values } })
      }
      const names = [...found.keys()]
      add(
        'scipy',
        names.filter((name) => name.startsWith('scipy')),
      )
      add(
        'npm',
        names.filter((name) => one.rivals.some((rival) => rival.name === name)),
      )
    }
  } finally {
    scipy?.close()
  }
  const least = (
    name: string,
    label: string,
    bar: number | undefined,
    figure: Case['figure'],
    against: 'scipy' | 'npm',
  ) => {
    const those = rows.filter((row) => row.figure === figure && row.against === against).map(({ row }) => row)
    const worst = those.toSorted((a, b) => median(a.values) - median(b.values))[0]
    const values = worst?.values ?? []
    return { name, label, unit: 'x', values, ...(bar ? { bar: { kind: 'at least', value: bar } as const } : {}) }
  }
  return {
    named: [
      least('fftVsScipy', 'real FFT, SciPy / ours, least of all sizes', 0.5, 'fft', 'scipy'),
      least('fftVsBestNpm', 'real FFT, best of npm / ours, least of all sizes', 1, 'fft', 'npm'),
      least('dctVsScipy', 'DCT, SciPy / ours, least of all sizes', undefined, 'dct', 'scipy'),
      least('stftVsScipy', 'STFT, SciPy / ours, least of both precisions', undefined, 'stft', 'scipy'),
    ],
    beside: [...rows.map(({ row }) => row), ...times],
    versions: scipy?.versions ?? 'no SciPy',
  }
}

if (import.meta.main) {
  const { values: flags } = parseArgs({
    options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
  })
  const tell = (line: string) => process.stderr.write(`${line}\n`)
  const quick = flags.quick ? { rounds: 3, slice: 5, seconds: 5 } : {}
  const { named, beside, versions } = await transformFigures({ ...quick, tell })
  const table = `Node ${process.version}; ${versions}\n\n${tableOf(named)}\n\n${tableOf(beside)}`
  if (flags.json) {
    tell(table)
    console.log(JSON.stringify(jsonOf(named)))
  } else console.log(table)
}
