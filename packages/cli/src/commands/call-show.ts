import type { CallRecord, StepSummary, ValueRecord } from '@colophon/core'
import { type BuiltIn, exactly } from '../command.ts'
import { printJson } from '../print.ts'
import { readable } from '../readable.ts'
import { formatBytes, formatDuration } from '../units.ts'

const words = ['call', 'show']
const shownSteps = 10

const valueText = ({ path, kind, hash, size, value, facts, from }: ValueRecord) => ({
  at: path || undefined,
  ...(kind === 'blob' || value === undefined ? { [kind]: `${hash} (${formatBytes(size)})` } : { value }),
  facts: facts && Object.keys(facts).length > 0 ? facts : undefined,
  from: from && `${from.output} of call ${from.call}`,
})

/** Values by name; one that has parts with histories of their own is several. */
const valuesText = (values: readonly ValueRecord[]) => {
  const groups = Map.groupBy(values, ({ name }) => name)
  return Object.fromEntries(
    [...groups].map(([name, group]) => [name, group.length === 1 ? valueText(group[0]!) : group.map(valueText)]),
  )
}

const stepText = ({ started, state, micros, attempt, run }: StepSummary): string => {
  const again = attempt > 1 ? `, attempt ${attempt}` : ''
  return `${new Date(started).toISOString()} ${state} in ${formatDuration(micros / 1000)}${again} (run ${run.slice(0, 8)})`
}

/** The call as a person reads it: the latest steps, times and sizes in words. */
const callText = ({ inputs, outputs, steps, ...call }: CallRecord) => {
  const latest = steps.slice(-shownSteps).map(stepText)
  const earlier = steps.length - latest.length
  return {
    ...call,
    inputs: valuesText(inputs),
    outputs: valuesText(outputs),
    steps: earlier > 0 ? [`${earlier} earlier ones`, ...latest] : latest,
  }
}

/** `colophon call show ID`: a call with its inputs, outputs and steps. */
export const callShow: BuiltIn = {
  words,
  summary: 'Show a call: what went in, what came out, when it ran',
  args: ['ID'],
  sections: [{ title: 'Arguments', rows: [['ID', 'Identity of the call, or its first digits (at least 4)']] }],
  examples: ['colophon call show 3f9a', 'colophon call show 3f9a --json'],
  async run({ args, globals, terminal, house }) {
    const [id] = exactly(args, ['ID'], words)
    const call = await (await house.existingStore()).call(id!)
    if (globals.json) printJson(terminal, call)
    else terminal.stdout.write(readable(callText(call)))
    return 0
  },
}
