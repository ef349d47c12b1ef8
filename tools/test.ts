/**
 * `npm test`: Node's own test runner over the whole repository.
 *
 *   npm test                                   everything
 *   npm test -- packages/core nearest          only test files whose path contains one of these
 *   npm test -- --test-name-pattern=cycle      flags go to Node
 *   npm test -- --coverage                     with coverage of packages/*\/src, held to the floor below
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { createInterface } from 'node:readline'
import { stripVTControlCharacters } from 'node:util'

/** Percent of packages/*\/src that the tests must reach; files that no test loads count as not reached. */
const floor = { lines: 93, functions: 90, branches: 85 }

/** A test that takes longer fails, and a run that does (a test left something open) is ended: minutes. */
const limits = { test: 2, run: 10 }

const tests = ['packages/*/src/**/*.test.ts', 'tools/**/*.test.ts', 'e2e/**/*.test.ts']

const args = process.argv.slice(2)
const coverage = args.includes('--coverage')
const flags = args.filter((arg) => arg.startsWith('--') && arg !== '--coverage')
const parts = args.filter((arg) => !arg.startsWith('--'))

const files = globSync(tests)
  .filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)))
  .sort()
if (files.length === 0) {
  console.error(`No test file's path contains ${parts.map((part) => `"${part}"`).join(' or ')}.`)
  process.exit(2)
}

const coverageFlags = [
  '--experimental-test-coverage',
  '--test-coverage-include-all',
  '--test-coverage-include=packages/*/src/**/*.ts',
  '--test-coverage-exclude=**/*.test.ts',
  '--test-coverage-exclude=**/testing/**',
  ...Object.entries(floor).map(([what, percent]) => `--test-coverage-${what}=${percent}`),
]

const runner = spawn(
  process.execPath,
  [
    '--disable-warning=ExperimentalWarning',
    '--test',
    `--test-concurrency=${availableParallelism()}`,
    `--test-timeout=${limits.test * 60_000}`,
    ...(coverage ? coverageFlags : []),
    ...flags,
    ...files,
  ],
  { stdio: ['inherit', coverage ? 'pipe' : 'inherit', 'inherit'] },
)
const closed = once(runner, 'close')

const watchdog = setTimeout(() => {
  console.error(
    `The tests have not ended within ${limits.run} minutes. Interrupting them; what still runs is named below.`,
  )
  runner.kill('SIGINT')
}, limits.run * 60_000)
if (flags.includes('--watch')) clearTimeout(watchdog)

// The coverage table comes after the counts, so they are said once more below it.
const counts: string[] = []
if (runner.stdout) {
  for await (const line of createInterface({ input: runner.stdout })) {
    console.log(line)
    if (/^ℹ (tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/.test(stripVTControlCharacters(line))) {
      counts.push(line)
    }
  }
}
const [status] = await closed
clearTimeout(watchdog)
for (const line of counts) console.log(line)
process.exitCode = status ?? 1
