// npm run demo [FILE] [-- --fresh]: probes a media file and makes a thumbnail of it, then asks again.
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { basename, dirname, extname, join, relative, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { createStore, file, json, op, type StepEvent, toColophonError } from '@colophon/core'
import { image, media, probe, probeReport, thumbnail } from '@colophon/media'

const here = import.meta.dirname
const output = join(dirname(here), 'demo-output')
const shown = (path: string): string => relative(process.cwd(), path)

/** An op made of ops: plain code that is durable because its calls are. */
const card = op({
  name: 'demo.card',
  summary: 'Probe a media file and make a thumbnail of it',
  inputs: { file: media() },
  outputs: { report: json(probeReport), picture: image() },
  run: async ({ file }) => {
    const { report } = await probe({ file })
    const { image } = await thumbnail({ media: file, width: 480, height: 480 })
    return { report, picture: image }
  },
})

const milliseconds = (micros: number): string => `${(micros / 1000).toFixed(1)} ms`

/** One line a step, indented under the step that made it. */
function lines(steps: readonly StepEvent[]): string[] {
  const under = (parent: number): string[] =>
    steps
      .filter((step) => step.parent === parent)
      .sort((a, b) => a.seq - b.seq)
      .flatMap((step) => {
        const name = `${'  '.repeat(step.depth + 1)}${step.op}`.padEnd(24)
        const what = step.state === 'cached' ? 'answered from the store' : step.state
        return [
          `${name} ${what.padEnd(24)} ${milliseconds(step.micros).padStart(10)}   call ${step.call.slice(0, 12)}`,
          ...under(step.seq),
        ]
      })
  return under(0)
}

async function show(path: string): Promise<void> {
  const store = await createStore(join(output, 'store'))
  try {
    console.log(`\n${shown(path)}`)
    for (const again of [false, true]) {
      const steps: StepEvent[] = []
      const result = await store.run(() => card({ file: file(path) }), { onStep: (step) => steps.push(step) })
      console.log(again ? '  asked again:' : '  asked:')
      console.log(lines(steps).join('\n'))
      if (again) continue
      const report = await result.report.value()
      const { width, height, format: type } = result.picture.facts
      const target = join(output, `${basename(path, extname(path))}.thumbnail.jpg`)
      await result.picture.saveTo(target)
      const duration =
        report.kind === 'image' || report.duration === undefined ? '' : `, ${report.duration.toFixed(1)} s`
      console.log(`  what it is: ${report.kind} (${report.format}${duration})`)
      console.log(`  its thumbnail (${type}, ${width}x${height}): ${shown(target)}`)
    }
  } finally {
    await store.close()
  }
}

const { values, positionals } = parseArgs({
  options: { fresh: { type: 'boolean', default: false } },
  allowPositionals: true,
})
if (values.fresh && existsSync(output)) rmSync(output, { recursive: true })
mkdirSync(output, { recursive: true })
const files =
  positionals.length > 0
    ? // npm runs scripts in the repository, whatever folder it was called in.
      positionals.map((path) => resolve(process.env.INIT_CWD ?? '.', path))
    : [join(here, 'media', 'clip.mp4'), join(here, 'media', 'photo.jpg')]
try {
  for (const path of files) await show(path)
  console.log(`
What was made lies in ${shown(output)}/, and how it was made in ${shown(join(output, 'store'))}/. Look at it:
  npx colophon store stats --store ${shown(join(output, 'store'))}
  npx colophon call show ID --store ${shown(join(output, 'store'))}      (ID: a call from above)
Your own file:       npm run demo -- FILE
From the beginning:  npm run demo -- --fresh`)
} catch (error) {
  console.error(`demo: ${toColophonError(error).message}`)
  process.exitCode = toColophonError(error).exitCode
}
