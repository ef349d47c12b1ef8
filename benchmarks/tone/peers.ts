import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Candidate } from './candidates.ts'
import type { SoundFile } from './pairs.ts'

const run = promisify(execFile)

/** What is compared with, exact. */
const requirements = ['matchering==2.0.6', 'numpy==2.4.6', 'scipy==1.17.1', 'soundfile==0.14.0']
/** FFmpeg for those who have none on their path. */
const ffmpegRequirement = 'imageio-ffmpeg==0.8.1'

/** Python with Matchering, and FFmpeg; what is missing is said, and left out. */
export interface Peers {
  readonly versions: string
  readonly python?: string
  readonly ffmpeg?: string
}

/** Installs Matchering into a virtual environment in the folder for temporary files, or takes the one that is there. */
export async function installPeers(tell: (line: string) => void): Promise<Peers> {
  let [python, ffmpeg, versions]: (string | undefined)[] = []
  try {
    ;({ python, versions } = await installed(tell))
  } catch (error) {
    tell(`Matchering is not measured: ${(error as Error).message.split('\n')[0]}`)
  }
  for (const command of ['ffmpeg', python && (await bundledFfmpeg(python))]) {
    if (!command || ffmpeg) continue
    const version = await run(command, ['-hide_banner', '-version']).catch(() => undefined)
    if (!version) continue
    ffmpeg = command
    versions = [versions, `FFmpeg ${/^ffmpeg version (\S+)/.exec(version.stdout)?.[1]}`].filter(Boolean).join(', ')
  }
  if (!ffmpeg) tell('There is no ffmpeg: loudnorm is not measured.')
  return { versions: versions ?? 'no peers', ...(python && { python }), ...(ffmpeg && { ffmpeg }) }
}

async function installed(tell: (line: string) => void): Promise<{ python: string; versions: string }> {
  const { stdout } = await run('python3', ['-c', 'import sys, venv, ensurepip; print(sys.version)'], {
    timeout: 20_000,
  })
  const wanted = [...requirements, ffmpegRequirement]
  const id = createHash('sha256')
    .update([stdout, ...wanted].join('\n'))
    .digest('hex')
    .slice(0, 12)
  const folder = join(tmpdir(), `colophon-benchmark-matchering-${id}`)
  const python = join(folder, 'bin/python')
  // Written last: without it an environment is one that was not finished.
  const done = join(folder, 'versions.txt')
  if (!existsSync(done)) {
    tell(`installing ${requirements.join(', ')} into ${folder}`)
    rmSync(folder, { recursive: true, force: true })
    await run('python3', ['-m', 'venv', folder], { timeout: 120_000 })
    const install = (...names: string[]) =>
      run(python, ['-m', 'pip', 'install', '--quiet', '--prefer-binary', ...names], { timeout: 600_000 })
    await install(...requirements)
    await install(ffmpegRequirement).catch(() => tell(`${ffmpegRequirement} is not to be had`))
    // Compiles what it compiles when first used.
    await run(python, ['-c', 'import matchering'], { timeout: 120_000 })
    writeFileSync(done, `Python ${stdout.split(' ')[0]}, ${requirements.join(', ').replaceAll('==', ' ')}`)
  }
  return { python, versions: readFileSync(done, 'utf8') }
}

async function bundledFfmpeg(python: string): Promise<string | undefined> {
  const ask = 'import imageio_ffmpeg; print(imageio_ffmpeg.get_ffmpeg_exe())'
  return run(python, ['-c', ask]).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  )
}

/** Matchering with its defaults, into 24 bits. */
export const matchering = ({ python, versions }: Required<Pick<Peers, 'python' | 'versions'>>): Candidate => ({
  name: 'matchering',
  version: versions,
  async make({ target, reference }, output) {
    const script = join(import.meta.dirname, 'peer.py')
    const { stdout } = await run(python, [script, target.path, reference.path, output], { timeout: 900_000 })
    const { refused, ...cost } = JSON.parse(stdout.trim().split('\n').at(-1)!)
    return { ...cost, ...(refused !== null && { refused }) }
  },
})

/**
 * FFmpeg's loudnorm in two passes, to the loudness and the range of the reference and -1 dBTP.
 *
 * @param levels what the reference has
 */
export const loudnorm = (
  { ffmpeg, versions }: Required<Pick<Peers, 'ffmpeg' | 'versions'>>,
  levels: (file: SoundFile) => Promise<{ integrated: number; range: number }>,
): Candidate => ({
  name: 'loudnorm',
  version: versions,
  async make({ target, reference }, output) {
    const { integrated, range } = await levels(reference)
    const bound = (value: number, least: number, most: number) => Math.min(most, Math.max(least, value)).toFixed(2)
    const wanted = `loudnorm=I=${bound(integrated, -70, -5)}:LRA=${bound(range, 1, 50)}:TP=-1`
    const began = performance.now()
    const pass = (filter: string, ...args: string[]) =>
      run(ffmpeg, ['-hide_banner', '-nostdin', '-i', target.path, '-af', filter, ...args], { timeout: 300_000 })
    const { stderr } = await pass(`${wanted}:print_format=json`, '-f', 'null', '-')
    const found = JSON.parse(stderr.slice(stderr.lastIndexOf('{'), stderr.lastIndexOf('}') + 1))
    const measured = [
      `measured_I=${found.input_i}:measured_LRA=${found.input_lra}:measured_TP=${found.input_tp}`,
      `measured_thresh=${found.input_thresh}:offset=${found.target_offset}`,
    ].join(':')
    const rate = String(target.sampleRate)
    await pass(`${wanted}:${measured}`, '-ar', rate, '-c:a', 'pcm_s24le', '-y', output)
    return { seconds: (performance.now() - began) / 1000 }
  },
})
