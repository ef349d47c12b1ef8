import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'

/**
 * The Fourier transforms of npm that are measured, exact. Also tried, on Node 26: @thi.ng/dsp 4.7.115 (3 to 7 times as
 * long as fft.js), kissfft-js 0.1.8 (an older build of what @echogarden/kissfft-wasm is, slower), webfft 1.0.3 (twice
 * as long as that, and its real transforms are not those of the signal) and kissfft-wasm 1.1.2 (does not load).
 */
const packages = {
  '@echogarden/kissfft-wasm': '0.2.0',
  '@echogarden/pffft-wasm': '0.4.2',
  'fft.js': '4.0.4',
  'fourier-transform': '2.5.0',
  ooura: '2.1.6',
}

/** A real transform of one length; answers the real and imaginary part of frequency 3, for a check. */
export type RealTransform = (input: Float32Array | Float64Array) => readonly [re: number, im: number]

export interface Rival {
  readonly name: string
  /** Those of float64 do the work of float32 too. */
  readonly precision: 'float32' | 'float64'
  /**
   * Prepares transforms of a length, with all that can be done once. Results end up in arrays of JavaScript's memory.
   */
  prepare(length: number): RealTransform
}

/** Installs the rivals into the folder for temporary files, or takes those that are there. */
export async function installRivals(tell: (line: string) => void): Promise<readonly Rival[]> {
  const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`)
  const id = createHash('sha256').update(wanted.join('\n')).digest('hex').slice(0, 12)
  const folder = join(tmpdir(), `colophon-benchmark-transforms-${id}`)
  const done = join(folder, 'done.txt')
  if (!existsSync(done)) {
    tell(`installing ${wanted.join(', ')} into ${folder}`)
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true }\n')
    const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...wanted]
    await promisify(execFile)('npm', args, { cwd: folder, timeout: 300_000 })
    writeFileSync(done, '')
  }
  const resolve = createRequire(join(folder, 'x.js'))
  const file = (path: string) => import(pathToFileURL(join(folder, 'node_modules', path)).href)
  return [
    fftJs(resolve('fft.js')),
    ooura(resolve('ooura')),
    fourierTransform(await file('fourier-transform/index.js')),
    pffft(await (await file('@echogarden/pffft-wasm/dist/simd/pffft.js')).default()),
    kissfft(await (await file('@echogarden/kissfft-wasm/kissfft.js')).default()),
  ]
}

type FftJs = new (length: number) => { realTransform(out: Float64Array, input: ArrayLike<number>): void }

const fftJs = (FFT: FftJs): Rival => ({
  name: 'fft.js',
  precision: 'float64',
  prepare(length) {
    const fft = new FFT(length)
    const out = new Float64Array(2 * length)
    return (input) => {
      fft.realTransform(out, input)
      return [out[6]!, out[7]!]
    }
  },
})

type Ooura = new (
  length: number,
  options: { type: 'real'; radix: 4 },
) => { fft(input: ArrayBufferLike, re: ArrayBufferLike, im: ArrayBufferLike): void }

const ooura = (Ooura: Ooura): Rival => ({
  name: 'ooura',
  precision: 'float64',
  prepare(length) {
    const fft = new Ooura(length, { type: 'real', radix: 4 })
    const samples = new Float64Array(length)
    const [re, im] = [new Float64Array(length / 2 + 1), new Float64Array(length / 2 + 1)]
    return (input) => {
      // It takes nothing but whole buffers of float64.
      samples.set(input)
      fft.fft(samples.buffer, re.buffer, im.buffer)
      return [re[3]!, im[3]!]
    }
  },
})

const fourierTransform = ({ fft }: { fft(input: ArrayLike<number>): [Float64Array, Float64Array] }): Rival => ({
  name: 'fourier-transform',
  precision: 'float64',
  prepare: () => (input) => {
    const [re, im] = fft(input)
    return [re[3]!, im[3]!]
  },
})

interface Pffft {
  readonly HEAPF32: Float32Array
  _pffft_new_setup(length: number, complex: number): number
  _pffft_aligned_malloc(bytes: number): number
  _pffft_transform_ordered(setup: number, input: number, output: number, work: number, backward: number): void
}

const pffft = (module: Pffft): Rival => ({
  name: '@echogarden/pffft-wasm (SIMD)',
  precision: 'float32',
  prepare(length) {
    const setup = module._pffft_new_setup(length, 0)
    const [from, to, work] = [1, 2, 3].map(() => module._pffft_aligned_malloc(4 * length)) as [number, number, number]
    const out = new Float32Array(length)
    return (input) => {
      module.HEAPF32.set(input, from >> 2)
      module._pffft_transform_ordered(setup, from, to, work, 0)
      out.set(module.HEAPF32.subarray(to >> 2, (to >> 2) + length))
      return [out[6]!, out[7]!]
    }
  },
})

interface Kissfft {
  readonly HEAPF32: Float32Array
  _malloc(bytes: number): number
  _kiss_fftr_alloc(length: number, inverse: number, memory: number, size: number): number
  _kiss_fftr(plan: number, input: number, output: number): void
}

const kissfft = (module: Kissfft): Rival => ({
  name: '@echogarden/kissfft-wasm',
  precision: 'float32',
  prepare(length) {
    const plan = module._kiss_fftr_alloc(length, 0, 0, 0)
    const [from, to] = [module._malloc(4 * length), module._malloc(4 * length + 8)]
    const out = new Float32Array(length + 2)
    return (input) => {
      module.HEAPF32.set(input, from >> 2)
      module._kiss_fftr(plan, from, to)
      out.set(module.HEAPF32.subarray(to >> 2, (to >> 2) + length + 2))
      return [out[6]!, out[7]!]
    }
  },
})
