/**
 * A 720p clip is decoded, every pixel of it changed, and encoded again, beside the FFmpeg command line with the same settings:
 * `node benchmarks/media/transcode.ts`, with `--json` for one line of JSON, `--quick` for a small run. `benchmarks/media.ts` has
 * it among its figures.
 *
 * Ours changes the pixels in JavaScript, theirs by the filter `negate`, which does the same; sound is copied by both. Each run is a
 * process of its own, and ours and theirs take turns, so that a machine that is busy for a while is busy for both. Of ours what
 * counts is the time from the call to the finished file; starting Node and loading the code is not in it. Of theirs it is the whole
 * process, which starts in some hundredths of a second.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { openMedia, PsnrMeter } from '@colophon/media'
import { type Figure, jsonOf, ratios, tableOf } from '../memo/figures.ts'
import { makeClip } from './clip.ts'
import type { Task, Work } from './transcode-worker.ts'

const run = promisify(execFile)
/** Constant quality of both encoders: the usual one of FFmpeg. */
const quality = 23
const presets = ['medium', 'veryfast'] as const

export interface TranscodeOptions {
  /** How often everything is measured. Default 3. */
  readonly rounds?: number
  /** Length of the clip. Default 10. */
  readonly seconds?: number
  readonly tell?: (line: string) => void
}

export interface Figures {
  readonly named: readonly Figure[]
  readonly beside: readonly Figure[]
  readonly versions: string
}

/** Measures; without `ffmpeg` on the path only ours. */
export async function transcodeFigures({
  rounds = 3,
  seconds = 10,
  tell = () => {},
}: TranscodeOptions = {}): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'colophon-bench-transcode-'))
  const remove = () => rmSync(folder, { recursive: true, force: true })
  process.once('exit', remove)
  try {
    const version = await ffmpegVersion()
    if (!version) tell('There is no ffmpeg on the path: the command line is not measured.')
    const source = join(folder, 'source.mp4')
    tell(`a clip of ${seconds} s`)
    const frames = await makeClip(source, seconds)
    const times = new Map<string, number[]>()
    const take = (name: string, ms: number) => times.set(name, [...(times.get(name) ?? []), (frames / ms) * 1000])
    const targets = { ours: join(folder, 'ours.mp4'), theirs: join(folder, 'theirs.mp4') }
    let builds = ''
    for (let round = 1; round <= rounds; round++) {
      tell(`transcoding, round ${round} of ${rounds}`)
      for (const [work, preset] of tasks) {
        const task = { work, source, preset, quality }
        take(nameOf('ours', work, preset), await ours({ ...task, target: targets.ours }, frames))
        if (version) take(nameOf('theirs', work, preset), await theirs({ ...task, target: targets.theirs }))
        if (!version || work !== 'touch') continue
        await alike(targets.ours, targets.theirs, frames)
        builds = `x264 ${buildOf(targets.ours)} and ${buildOf(targets.theirs)}`
      }
    }
    return { ...figuresOf(times), versions: version ? `FFmpeg ${version}; ${builds}` : 'no ffmpeg on the path' }
  } finally {
    remove()
    process.off('exit', remove)
  }
}

/** How fast ours is beside theirs, and the frames a second behind that. */
function figuresOf(times: ReadonlyMap<string, readonly number[]>): Pick<Figures, 'named' | 'beside'> {
  const taken = (name: string) => times.get(name) ?? []
  const ratioOf = (work: Work, preset: string) =>
    ratios(taken(nameOf('ours', work, preset)), taken(nameOf('theirs', work, preset))).filter(Number.isFinite)
  return {
    named: [
      {
        name: 'transcodeVsFfmpeg',
        label: '720p decoded, changed, encoded (medium), speed of ours / ffmpeg',
        unit: 'x',
        bar: { kind: 'at least', value: 0.8 },
        values: ratioOf('touch', 'medium'),
      },
    ],
    beside: [
      ...tasks
        .filter(([work, preset]) => work !== 'touch' || preset !== 'medium')
        .map(([work, preset]) => ({
          label: `${nameOf('', work, preset)}, ours / ffmpeg`,
          unit: 'x',
          values: ratioOf(work, preset),
        })),
      ...tasks.flatMap(([work, preset]) =>
        (['ours', 'theirs'] as const).map((whose) => ({
          label: nameOf(whose === 'ours' ? 'ours' : 'ffmpeg', work, preset),
          unit: 'frames/s',
          values: taken(nameOf(whose, work, preset)),
        })),
      ),
    ],
  }
}

/** Pictures that only pass from the decoder to the encoder show what the builds of the codecs differ by. */
const tasks: readonly (readonly [Work, string])[] = [
  ['decode', ''],
  ...presets.flatMap((preset) => (['touch', 'encode'] as const).map((work) => [work, preset] as const)),
]

const words = { decode: 'decoded', encode: 'decoded, encoded', touch: 'decoded, changed, encoded' } as const

const nameOf = (whose: string, work: Work, preset: string): string =>
  `${words[work]}${preset && ` (${preset})`}${whose && `, ${whose}`}`

async function ffmpegVersion(): Promise<string | undefined> {
  try {
    return /^ffmpeg version (\S+)/.exec((await run('ffmpeg', ['-hide_banner', '-version'])).stdout)?.[1]
  } catch {
    return undefined
  }
}

/** Milliseconds. */
async function ours(task: Task, frames: number): Promise<number> {
  const worker = join(import.meta.dirname, 'transcode-worker.ts')
  const args = ['--disable-warning=ExperimentalWarning', worker, JSON.stringify(task)]
  const done = JSON.parse((await run(process.execPath, args)).stdout) as { ms: number; frames: number }
  if (done.frames !== frames) throw new Error(`${done.frames} frames were written instead of ${frames}`)
  return done.ms
}

async function theirs({ work, source, target, preset }: Task): Promise<number> {
  const filter = work === 'touch' ? ['-vf', 'negate'] : []
  const output =
    work === 'decode'
      ? ['-map', '0:v', '-f', 'null', '-']
      : ['-c:v', 'libx264', '-preset', preset, '-crf', String(quality), ...filter, '-c:a', 'copy', '-y', target]
  const began = performance.now()
  await run('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', '-i', source, ...output])
  return performance.now() - began
}

/** Makes sure that both did the same work: as many pictures that look alike, in files of about one size. */
async function alike(one: string, other: string, frames: number): Promise<void> {
  const meter = new PsnrMeter()
  const [left, right] = await Promise.all([one, other].map(async (path) => (await openMedia(path)).frames()))
  let seen = 0
  for await (const { planes } of left!) {
    const { value } = await right!.next()
    if (value && seen++ % 10 === 0) meter.add(planes, value.planes)
  }
  const more = !(await right!.next()).done
  const ratio = statSync(one).size / statSync(other).size
  if (seen !== frames || more || meter.result.all < 32 || ratio < 0.9 || ratio > 1.1)
    throw new Error(`not the same work: ${seen} frames, ${meter.result.all} dB, sizes as ${ratio} to 1`)
}

/** The build of x264, which it writes into what it makes. */
const buildOf = (path: string): string => /x264 - core (\d+(?: r\d+)?)/.exec(readFileSync(path, 'latin1'))?.[1] ?? '?'

if (import.meta.main) {
  const { values: flags } = parseArgs({
    options: { json: { type: 'boolean', default: false }, quick: { type: 'boolean', default: false } },
  })
  const tell = (line: string) => process.stderr.write(`${line}\n`)
  const quick = flags.quick ? { rounds: 1, seconds: 4 } : {}
  const { named, beside, versions } = await transcodeFigures({ ...quick, tell })
  const table = `Node ${process.version}; ${versions}\n\n${tableOf(named)}\n\n${tableOf(beside)}`
  if (flags.json) {
    tell(table)
    console.log(JSON.stringify(jsonOf(named)))
  } else console.log(table)
}
