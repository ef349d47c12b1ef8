import {
  type AfterCall,
  type AfterResult,
  ColophonError,
  type Op,
  type Outcome,
  type StepEvent,
  unwrap,
} from '@colophon/core'
import type { CommandContext } from './command.ts'
import { inOrder } from './in-order.ts'
import type { Target } from './output-plan.ts'
import { BlobReport, DocumentReport, writeDocument, writeOutput } from './output-write.ts'
import { printJson } from './print.ts'
import { oneLine } from './progress-bar.ts'
import { ProgressReporter } from './progress-reporter.ts'
import { readable, toJson } from './readable.ts'
import { formatBytes, formatDuration } from './units.ts'

/** A call that the command line asks for. */
export interface OpPlan {
  readonly op: Op
  readonly inputs: Readonly<Record<string, unknown>>
  readonly params: Readonly<Record<string, unknown>>
  readonly targets: ReadonlyMap<string, Target>
  readonly force: boolean
}

/** Runs the op's own function with its arguments as it takes them. */
const invoke = (op: Op, inputs: Readonly<Record<string, unknown>>, params: Readonly<Record<string, unknown>>) => {
  const { positional, inputNames } = op.declaration
  const call = op as unknown as (...args: unknown[]) => Promise<unknown>
  return positional ? call(...inputNames.map((name) => inputs[name])) : call({ ...inputs, ...params })
}

/** Counts what becomes of the steps of a call. */
export class Tally {
  #own: Pick<StepEvent, 'state' | 'call'> | undefined
  #inner = 0
  #known = 0

  add({ depth, state, call }: Pick<StepEvent, 'depth' | 'state' | 'call'>) {
    if (depth === 0) this.#own = { state, call }
    else {
      this.#inner++
      if (state === 'cached') this.#known++
    }
  }

  /** The call's public name. */
  get call(): string {
    return this.#own?.call ?? ''
  }

  /** Whether the call was made now or known, of a pipeline how much of it, and what the call is called. */
  text(elapsedMs: number): string {
    const call = this.#own ? `; call ${this.#own.call.slice(0, 12)}` : ''
    if (this.#own?.state === 'cached') return `from the store${call}`
    const partly = this.#known > 0 ? `, ${this.#known} of ${this.#inner} steps from the store` : ''
    return `computed in ${formatDuration(elapsedMs)}${partly}${call}`
  }
}

const logLine = (op: string, message: string, fields: Readonly<Record<string, unknown>>): string => {
  const said = Object.entries(fields).map(([name, value]) => `${name}=${JSON.stringify(toJson(value))}`)
  return [`${op}: ${message}`, ...said].join(' ')
}

/** Outputs as a person reads them: a file by its place and size. */
const forPeople = (value: unknown): unknown => {
  if (value instanceof BlobReport) return `${value.path ?? value.hash} (${formatBytes(value.size)})`
  if (value instanceof DocumentReport) return `${value.path} (${formatBytes(value.size)})`
  if (Array.isArray(value)) return value.map(forPeople)
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, forPeople(item)]))
}

/** Does what the op does after each call. */
const afterCall = async (
  { op, params }: OpPlan,
  values: unknown,
  { call, folder }: Pick<AfterCall, 'call' | 'folder'>,
  { house }: CommandContext,
): Promise<AfterResult | undefined> => {
  const { afterwards } = op.declaration
  if (!afterwards) return undefined
  const { tenant } = await house.config()
  const about = { params, call, tenant, folder, secrets: (await house.store()).secretsOf(tenant) }
  return (afterwards as (outputs: unknown, call: AfterCall) => Promise<AfterResult | undefined>)(values, about)
}

/**
 * Makes a call as the command line asks for it: runs the op on the store, shows how far it is, writes output files, and
 * prints the other outputs and one line on what was done. What the op does afterwards comes before files are written.
 *
 * @returns the exit code that the op's outcome gives
 * @throws whatever the op throws; CALL_CANCELLED when the user interrupts
 */
export const runOp = async (plan: OpPlan, context: CommandContext): Promise<number> => {
  const { globals, terminal, house } = context
  const { op, inputs, params, targets, force } = plan
  const { name, single, outputs, outputNames, outcome } = op.declaration
  const { json, quiet } = globals
  const store = await house.store()

  const stop = new AbortController()
  const { signal } = stop
  const release = terminal.onInterrupt(() => stop.abort(new ColophonError('CALL_CANCELLED', { op: name })))
  const silent = quiet || (json && !terminal.stderr.isTTY)
  const reporter = silent ? undefined : new ProgressReporter(terminal.stderr, name)
  const log = (line: string) => {
    if (reporter) reporter.log(line)
    else if (!quiet) terminal.stderr.write(`${oneLine(line)}\n`)
  }
  const tally = new Tally()
  const began = performance.now()
  try {
    const refs = await store.run(() => invoke(op, inputs, params), {
      signal,
      label: name,
      onStep: (step) => tally.add(step),
      onLog: ({ op: by, message, fields }) => log(logLine(by, message, fields)),
      onProgress: ({ depth, fraction, note }) => reporter?.update(depth === 0 ? fraction : undefined, note),
    })
    const values = (await unwrap(single ? { [outputNames[0]!]: refs } : refs)) as Record<string, unknown>
    const elapsedMs = performance.now() - began
    const after = await afterCall(plan, values, { call: tally.call, folder: store.path }, context)
    const summed = after?.outcome ?? (outcome as ((outputs: unknown) => Outcome) | undefined)?.(values)

    const reports: Record<string, unknown> = {}
    for (const output of outputNames) {
      const target = targets.get(output)
      const value = inOrder(values[output], outputs[output]?.schema)
      const options = { stdout: terminal.stdout, force, signal }
      if (!outputs[output]?.extension) reports[output] = await writeOutput(value, target, options)
      else if (target) reports[output] = await writeDocument(value, target, options)
      else if (json || outputNames.length === 1) reports[output] = value
    }
    Object.assign(reports, after?.shown)
    reporter?.end()
    const toStdout = [...targets.values()].some(({ path }) => path === '-')
    if (json) printJson(terminal, reports)
    else if (!toStdout) {
      // An only output that is no file needs no name.
      const only = Object.keys(reports).length === 1 && targets.size === 0
      terminal.stdout.write(readable(forPeople(only ? reports[outputNames[0]!] : reports)))
    }
    if (!quiet) terminal.stderr.write(`${oneLine(summed?.summary ?? name)} (${tally.text(elapsedMs)})\n`)
    return summed?.exitCode ?? 0
  } finally {
    reporter?.end()
    // Until the process has ended, another interruption ends it at once.
    if (!signal.aborted) release()
  }
}
