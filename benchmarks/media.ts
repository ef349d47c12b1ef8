/**
 * What media cost: `npm run bench:media`, with `-- --json` for one line of JSON, `-- --quick` for a small run.
 *
 * Transforms beside the fastest of npm and SciPy (`media/transforms.ts`), and a clip that is decoded, changed and encoded beside the
 * FFmpeg command line (`media/transcode.ts`). Ours and the others take turns. `docs/benchmarks.md` has figures.
 */
import { cpus, release, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { transcodeFigures } from './media/transcode.ts'
import { transformFigures } from './media/transforms.ts'
import { jsonOf, tableOf } from './memo/figures.ts'

const { values: flags } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: 'transforms,transcode' },
    help: { type: 'boolean', default: false },
  },
})
if (flags.help) {
  console.log(`Measures transforms beside npm's and SciPy's, and transcoding beside the FFmpeg command line.

  node benchmarks/media.ts [--quick] [--only transforms,transcode] [--json]

  --quick  few rounds and a short clip: shows that it works, not what it costs
  --only   one of the two
  --json   the figures as one object on the last line`)
  process.exit(0)
}

const began = performance.now()
const tell = (line: string): void => {
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}\n`)
}
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130))
const only = new Set(flags.only.split(','))
const parts = [
  ...(only.has('transforms')
    ? [await transformFigures({ ...(flags.quick && { rounds: 3, slice: 5, seconds: 5 }), tell })]
    : []),
  ...(only.has('transcode') ? [await transcodeFigures({ ...(flags.quick && { rounds: 1, seconds: 4 }), tell })] : []),
]

const machine = [
  `${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model.trim()} x ${cpus().length}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform} ${release()}`,
  `Node ${process.version}; ${parts.map(({ versions }) => versions).join('; ')}`,
].join('\n')
const named = parts.flatMap((part) => part.named)
const shown = [machine, tableOf(named), ...parts.map(({ beside }) => tableOf(beside))].join('\n\n')
if (flags.json) {
  tell(`done\n\n${shown}`)
  console.log(JSON.stringify(jsonOf(named)))
} else console.log(shown)
