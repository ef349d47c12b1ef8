import { ColophonError, reasonOf } from '../errors.ts'
import { toHex } from '../value/hash.ts'
import { CallScope } from './call-scope.ts'
import { type CallContext, within } from './context.ts'
import type { Keyed } from './invoke.ts'
import { type Collected, collect } from './outputs.ts'
import { isBegun, recordFailure } from './write-step.ts'

/** A call that was computed. */
export interface Outcome extends Collected {
  readonly seq: number
  readonly attempt: number
  readonly started: number
  readonly micros: number
  readonly metrics: Readonly<Record<string, number>> | undefined
}

/** Runs a call, again after failures as its options allow; every attempt is a step. */
export async function execute(context: CallContext, call: Keyed, key: string): Promise<Outcome> {
  const { declaration, options } = call
  if (declaration.foreign && !context.session.executor.reachesWorkers)
    throw new ColophonError('FOREIGN_NO_WORKER', { op: declaration.name })
  const attempts = 1 + (options.retries ?? 0)
  for (let attempt = 1; ; attempt++) {
    const seq = ++context.run.seq
    const started = Date.now()
    const clock = performance.now()
    try {
      return await tryOnce(context, call, key, { seq, attempt, started, clock })
    } catch (thrown) {
      const error = failureOf(call, thrown)
      const micros = Math.round((performance.now() - clock) * 1000)
      await recordFailure(context, call, error, { seq, attempt, started, micros })
      if (attempt >= attempts || !worthRetrying(error)) throw error
      await pause((options.retryDelayMs ?? 100) * 2 ** (attempt - 1), context, call)
    }
  }
}

interface Attempt {
  readonly seq: number
  readonly attempt: number
  readonly started: number
  readonly clock: number
}

async function tryOnce(context: CallContext, call: Keyed, key: string, at: Attempt): Promise<Outcome> {
  const { declaration } = call
  const { session, run } = context
  if (isBegun(declaration)) {
    const since = await session.records.begin(run.tenant, call.entry.key, call.options.confirmRepeat ?? false)
    if (since !== undefined)
      throw new ColophonError('EFFECT_UNCERTAIN', { op: declaration.name, since: new Date(since).toISOString() })
  }
  const home = session.home(run.tenant)
  const scope = new CallScope(
    {
      objects: session.objects,
      key: toHex(call.entry.key),
      tenant: run.tenant,
      depth: context.depth,
      options: context.options,
      signal: context.signal,
    },
    call,
    at.attempt,
  )
  let done = false
  try {
    const args = await argsOf(call)
    const inner: CallContext = {
      session,
      run,
      options: context.options,
      parent: at.seq,
      depth: context.depth + 1,
      ancestor: { key, parent: context.ancestor },
      signal: scope.signalIfAny,
      ordinals: 0,
    }
    const returned = await scope.limit(
      within(inner, () => session.executor.execute({ declaration, args, context: scope })),
    )
    // What is returned may still be made while it is collected: in the same place, and within the same time.
    const collected = await scope.limit(
      within(inner, () => collect(call, returned, home, call.entry, scope.signalIfAny)),
    )
    const metrics = await metricsOf(call, collected)
    const micros = Math.round((performance.now() - at.clock) * 1000)
    done = true
    return { ...collected, metrics, seq: at.seq, attempt: at.attempt, started: at.started, micros }
  } finally {
    const ending = scope.end(done)
    if (ending) await ending
  }
}

/** The plain arguments of `run`; each call has copies of its own, so changing them changes nothing else. */
export async function argsOf(
  call: Pick<Keyed, 'declaration' | 'inputs' | 'params'>,
): Promise<unknown[] | Record<string, unknown>> {
  const { declaration, inputs, params } = call
  if (declaration.positional) {
    const args: unknown[] = []
    for (const { ref } of inputs) args.push(await ref.value())
    return args
  }
  const args: Record<string, unknown> = { ...params?.values }
  for (const { name, ref } of inputs) args[name] = await ref.value()
  return args
}

async function metricsOf(call: Keyed, collected: Collected): Promise<Record<string, number> | undefined> {
  const declared = Object.entries(call.declaration.metrics)
  if (declared.length === 0) return undefined
  const values: Record<string, unknown> = {}
  for (const { name, ref } of collected.outputs) values[name] = await ref.value()
  const metrics: Record<string, number> = {}
  for (const [name, metric] of declared) {
    const value = metric.from(values as never)
    if (typeof value === 'number' && Number.isFinite(value)) metrics[name] = value
  }
  return metrics
}

/** @internal What a caller is told: an op's own error with the call it came from, or an error of ours as it is. Secrets are blotted out. */
export function failureOf(call: Pick<Keyed, 'declaration' | 'params'>, thrown: unknown): ColophonError {
  if (thrown instanceof ColophonError) return thrown
  let why = reasonOf(thrown)
  for (const secret of call.params?.secrets ?? []) why = why.replaceAll(secret.reveal(), `[secret ${secret.name}]`)
  return new ColophonError('OP_FAILED', { op: call.declaration.name, why }, { cause: thrown })
}

/** Wrong usage and bad input stay wrong, and who gave up or was cut off does not want another try. */
const worthRetrying = (error: ColophonError): boolean =>
  error.exitCode === 1 &&
  !['EFFECT_UNCERTAIN', 'FOREIGN_NO_WORKER', 'CALL_RECURSION', 'OP_INVALID', 'STORE_DISK_FULL'].includes(error.code)

function pause(ms: number, context: CallContext, call: Keyed): Promise<void> {
  const signals = [context.signal, call.options.signal].filter((signal) => signal !== undefined)
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer)
      reject(new ColophonError('CALL_CANCELLED', { op: call.declaration.name }))
    }
    const timer = setTimeout(() => {
      for (const signal of signals) signal.removeEventListener('abort', stop)
      resolve()
    }, ms)
    for (const signal of signals) signal.addEventListener('abort', stop, { once: true })
  })
}
