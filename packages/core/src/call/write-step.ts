import { type ColophonError, toColophonError } from '../errors.ts'
import type { Declaration } from '../op/op.ts'
import type { CallCommit, InputRecord, StepState } from '../store/records.ts'
import { inlineBytes } from '../store/schema.ts'
import { BlobRef, pathText, type Ref } from '../value/ref.ts'
import type { CallEntry } from './call-entry.ts'
import type { CallContext } from './context.ts'
import type { Outcome } from './execute.ts'
import type { Keyed } from './invoke.ts'

interface StepFacts {
  readonly state: StepState
  readonly seq: number
  readonly attempt: number
  readonly started?: number
  readonly micros?: number
  readonly error?: unknown
}

/** Records an occurrence of a call that is in the store already, or on its way there. */
export function recordStep(context: CallContext, call: Keyed, entry: CallEntry, step: StepFacts): void {
  context.session.committer.add(base(context, call, entry, step))
}

function base(context: CallContext, call: Keyed, entry: CallEntry, step: StepFacts) {
  const { declaration, ordinal } = call
  const { run, parent, depth, options } = context
  const micros = step.micros ?? Math.round((performance.now() - call.clock) * 1000)
  const problem = step.error === undefined ? undefined : toColophonError(step.error)
  const error = problem && withoutSecrets(call, JSON.stringify(problem.toProblem()))
  const { state, seq, attempt, started = call.started } = step
  options.onStep?.({
    op: declaration.name,
    version: declaration.version,
    state,
    call: entry.name,
    seq,
    parent,
    ordinal,
    attempt,
    depth,
    micros,
    ...(problem ? { error: withoutSecrets(call, problem.message) } : {}),
  })
  return {
    tenant: run.tenant,
    call: entry,
    op: context.session.opRecord(declaration),
    step: {
      run: run.name,
      seq,
      parent,
      ordinal,
      attempt,
      state,
      started,
      micros,
      error,
    },
  }
}

/** A secret may have found its way into what an op said of its failure. */
function withoutSecrets(call: Keyed, text: string): string {
  let safe = text
  for (const secret of call.params?.secrets ?? []) safe = safe.replaceAll(secret.reveal(), `[secret ${secret.name}]`)
  return safe
}

/** The record of a call: computed, with its outcome, or known from other histories, without. */
export function callRecord(context: CallContext, call: Keyed, outcome: Outcome | undefined) {
  const step: StepFacts = outcome
    ? { ...outcome, state: 'computed' }
    : { state: 'cached', seq: ++context.run.seq, attempt: 1 }
  return { ...base(context, call, call.entry, step), commit: commitOf(call, outcome ? { outcome } : {}) }
}

/** Records an attempt that failed or was cancelled. */
export async function recordFailure(
  context: CallContext,
  call: Keyed,
  error: ColophonError,
  step: Pick<StepFacts, 'seq' | 'attempt' | 'started' | 'micros'>,
): Promise<void> {
  const state = error.code === 'CALL_CANCELLED' ? 'cancelled' : 'failed'
  const gaveUp = ['CALL_CANCELLED', 'CALL_TIMEOUT', 'EFFECT_UNCERTAIN'].includes(error.code)
  const record = {
    ...base(context, call, call.entry, { ...step, state, error }),
    commit: commitOf(call, { failed: gaveUp ? 'unknown' : 'surely' }),
  }
  try {
    await putLong(context, call, undefined)
    await context.session.committer.commit(record)
  } catch {
    // The caller is to hear why the call failed, not that the failure could not be written down as well.
  } finally {
    // A later attempt is a call of its own until one succeeds.
    call.entry.id = 0
  }
}

/** Writes what is too long for the database as objects, which must be there before the rows that name them. */
export function putLong(context: CallContext, call: Keyed, outcome: Outcome | undefined): Promise<unknown> | undefined {
  const long = longContents(call, outcome)
  if (long.length === 0) return undefined
  const { objects } = context.session
  return Promise.all(long.map(({ digest, body }) => objects.put(context.run.tenant, digest, body)))
}

function commitOf(call: Keyed, made: { outcome?: Outcome; failed?: CallCommit['failed'] }): CallCommit {
  const { entry, args, inputs } = call
  return {
    key: entry.key,
    history: entry.history,
    args,
    inputs: inputs.flatMap(({ name, position, ref }) => inputRecords(name, position, ref)),
    ...(made.failed ? { failed: made.failed } : {}),
    ...(isBegun(call.declaration) ? { begun: true } : {}),
    ...(made.outcome
      ? {
          outputs: made.outcome.outputs.map(({ name, ref }) => ({ name, content: ref.content, ...factsOf(ref) })),
          passed: made.outcome.passed,
          ...(call.lost ? { replace: true } : {}),
          ...(made.outcome.metrics ? { metrics: made.outcome.metrics } : {}),
        }
      : {}),
  }
}

/** Whether calls of an op are marked before they run. */
export const isBegun = ({ effect, repeatable }: Declaration): boolean => effect === 'external' && !repeatable

const factsOf = (ref: Ref) => (ref instanceof BlobRef ? { facts: ref.factsByFamily } : {})

function inputRecords(name: string, position: number, ref: Ref): InputRecord[] {
  const whole = { name, position, path: '', content: ref.content, ...factsOf(ref), ...cameFrom(ref) }
  if (ref.items.length === 0) return [whole]
  return [
    whole,
    ...ref.items.map(({ path, ref: item }) => ({
      name,
      position,
      path: pathText(path),
      content: item.content,
      ...factsOf(item),
      ...cameFrom(item),
    })),
  ]
}

const cameFrom = (ref: Ref) => (ref.origin ? { from: ref.origin as CallEntry, fromOutput: ref.output } : {})

/** Contents too long for the database, with their bodies at hand. */
function longContents(call: Keyed, outcome: Outcome | undefined): { digest: string; body: Uint8Array }[] {
  const long: { digest: string; body: Uint8Array }[] = []
  const look = (ref: Ref): void => {
    const { content } = ref
    if (content.kind === 'data' && content.size > inlineBytes && content.body)
      long.push({ digest: content.digest, body: content.body })
    for (const item of ref.items) look(item.ref)
  }
  for (const { ref } of call.inputs) look(ref)
  for (const { ref } of outcome?.outputs ?? []) look(ref)
  if (call.args?.kind === 'data' && call.args.size > inlineBytes)
    long.push(call.args as { digest: string; body: Uint8Array } & typeof call.args)
  return long
}
