import { ColophonError } from '../errors.ts'
import type { CallOptions, Declaration } from '../op/op.ts'
import type { ParsedParams } from '../op/params.ts'
import type { Found } from '../store/records.ts'
import { isObject } from '../store/schema.ts'
import { contentOf, digestOf } from '../value/content.ts'
import type { Ref } from '../value/ref.ts'
import { enterInputs, paramsOf, readsOf } from './arguments.ts'
import { CallEntry } from './call-entry.ts'
import { type Ancestor, type CallContext, currentContext } from './context.ts'
import { execute, type Outcome } from './execute.ts'
import { historyOf, type Input, keyOf } from './key.ts'
import { refsOfFound } from './outputs.ts'
import { invokePlain } from './plain-call.ts'
import type { Wait } from './session.ts'
import { callRecord, putLong, recordFailure, recordStep } from './write-step.ts'

/** A call with its inputs entered and its key known. */
export interface Keyed {
  readonly declaration: Declaration
  readonly options: CallOptions
  readonly inputs: readonly Input[]
  readonly params: ParsedParams | undefined
  readonly reads: Readonly<Record<string, unknown>>
  /** Keyed params and digests of reads. */
  readonly args: ReturnType<typeof contentOf> | undefined
  readonly entry: CallEntry
  /** Place among the calls of the same parent. */
  readonly ordinal: number
  readonly started: number
  readonly clock: number
  /** The stored result has lost bytes, and this call is to make it anew. */
  lost: boolean
}

/** Calls an op: answered from the store of the run it is called in, or just run when there is none. */
export function invoke(declaration: Declaration, args: readonly unknown[], options: CallOptions): Promise<unknown> {
  const context = currentContext()
  return context ? invokeStored(context, declaration, args, options) : invokePlain(declaration, args, options)
}

async function invokeStored(
  context: CallContext,
  declaration: Declaration,
  args: readonly unknown[],
  options: CallOptions,
): Promise<unknown> {
  const { session } = context
  if (session.closed) throw new ColophonError('STORE_CLOSED', {})
  const ordinal = context.ordinals++
  const started = Date.now()
  const clock = performance.now()
  session.opRecord(declaration)
  const home = session.home(context.run.tenant)
  const entering = enterInputs(declaration, args, home, eitherOf(context.signal, options.signal))
  const inputs = entering instanceof Promise ? await entering : entering
  let params: ParsedParams | undefined
  let reads: Readonly<Record<string, unknown>> = noReads
  let keyedArgs: Keyed['args']
  if (declaration.paramSet || hasReads(declaration)) {
    params = await paramsOf(declaration, args, session.secretsOf(context.run.tenant))
    const read = await readsOf(declaration, inputs, params)
    reads = read.values
    if (params?.keyed || read.digests) keyedArgs = contentOf([params?.keyed, read.digests])
  }
  const entry = new CallEntry(keyOf(declaration, inputs, keyedArgs), historyOf(declaration, inputs))
  const call: Keyed = {
    declaration,
    options,
    inputs,
    params,
    reads,
    args: keyedArgs,
    entry,
    ordinal,
    started,
    clock,
    lost: false,
  }
  const found = lookUp(context, call)
  const known = found instanceof Promise ? await found : found
  if (known) {
    const recorded = recordKnown(context, call, known)
    if (recorded) await recorded
    return give(declaration, known)
  }
  return give(declaration, await compute(context, call))
}

const eitherOf = (a: AbortSignal | undefined, b: AbortSignal | undefined): AbortSignal | undefined =>
  a && b ? AbortSignal.any([a, b]) : (a ?? b)

const noReads = Object.freeze({})
const hasReads = (declaration: Declaration): boolean => {
  for (const _ in declaration.reads) return true
  return false
}

/** What the caller gets: the only ref, or a record of refs. */
function give(declaration: Declaration, entry: CallEntry): unknown {
  if (declaration.single) return entry.outputs[0]
  return Object.fromEntries(declaration.outputNames.map((name, index) => [name, entry.outputs[index]]))
}

const slot = (context: CallContext, entry: CallEntry): string => `${context.run.tenant}\n${entry.key}`

/** The call as the process or the store knows it. */
function lookUp(context: CallContext, call: Keyed): CallEntry | undefined | Promise<CallEntry | undefined> {
  const { session } = context
  const key = slot(context, call.entry)
  const known = session.known.get(key + call.entry.history)
  if (known) return known
  // Known, with other histories, but not in the database yet.
  if (session.uncommitted.has(key)) return session.committer.settle().then(() => lookUp(context, call))
  if (session.inFlight.has(key)) return undefined
  const found = session.records.find(context.run.tenant, call.entry.key, call.entry.history)
  if (found instanceof Promise) return found.then((stored) => adoptFound(context, call, stored))
  return found && adoptFound(context, call, found)
}

function adoptFound(
  context: CallContext,
  call: Keyed,
  found: Found | undefined,
): CallEntry | undefined | Promise<CallEntry | undefined> {
  if (!found) return undefined
  const { entry } = call
  const home = context.session.home(context.run.tenant)
  const objects = found.outputs.filter(({ content }) => isObject(content))
  // What acted on the world must not do so again because a file is gone; who reads the result is told.
  if (objects.length > 0 && call.declaration.effect === 'none')
    return Promise.all(objects.map(({ content }) => home.objects.has(home.tenant, digestOf(content)))).then((all) => {
      if (all.every(Boolean)) return adopt()
      call.lost = true
      return undefined
    })
  return adopt()

  function adopt(): CallEntry | Promise<CallEntry> {
    entry.id = found!.call
    const outputs = refsOfFound(call, found!, home)
    return outputs instanceof Promise ? outputs.then(keep) : keep(outputs)
  }

  function keep(refs: readonly Ref[]): CallEntry {
    entry.outputs = refs
    context.session.known.set(slot(context, entry) + entry.history, entry, entry.weight)
    return entry
  }
}

/** Computes a call that the store does not know, unless another call like it is being computed already. */
async function compute(context: CallContext, call: Keyed): Promise<CallEntry> {
  const { session } = context
  const { entry, declaration } = call
  const key = slot(context, entry)
  for (;;) {
    if (isFrom(context.ancestor, key)) throw new ColophonError('CALL_RECURSION', { op: declaration.name })
    const other = session.inFlight.get(key)
    if (!other) break
    if (waitsForUs(context, key)) throw new ColophonError('CALL_RECURSION', { op: declaration.name })
    const wait: Wait = { key, from: context.ancestor }
    session.waits.add(wait)
    try {
      await sharedOutcome(context, call, other)
    } finally {
      session.waits.delete(wait)
    }
    const known = await lookUp(context, call)
    if (known) {
      await recordKnown(context, call, known)
      return known
    }
  }
  if (context.options.newCalls === false)
    throw new ColophonError('NEW_CALL_REFUSED', { op: declaration.name, key: entry.name.slice(0, 12) })
  const work = computeAndCommit(context, call, key)
  session.inFlight.set(key, work)
  // Who waits for it handles the failure; a promise that nobody else waits for must not count as unhandled.
  work.catch(() => undefined)
  try {
    return await work
  } finally {
    session.inFlight.delete(key)
  }
}

/** Whether a call being computed waits, through calls made from it, for one that we are made from. */
function waitsForUs({ session, ancestor }: CallContext, key: string): boolean {
  if (!ancestor) return false
  const reached = new Set([key])
  for (const one of reached) {
    if (isFrom(ancestor, one)) return true
    for (const wait of session.waits) if (isFrom(wait.from, one)) reached.add(wait.key)
  }
  return false
}

function isFrom(from: Ancestor | undefined, key: string): boolean {
  for (let ancestor = from; ancestor; ancestor = ancestor.parent) if (ancestor.key === key) return true
  return false
}

/** Waits for another call like this one. Its failure is this one's too, unless it was only given up. */
async function sharedOutcome(context: CallContext, call: Keyed, other: Promise<unknown>): Promise<void> {
  try {
    await other
  } catch (error) {
    if (error instanceof ColophonError && (error.code === 'CALL_CANCELLED' || error.code === 'CALL_TIMEOUT')) return
    if (error instanceof ColophonError) {
      const micros = Math.round((performance.now() - call.clock) * 1000)
      await recordFailure(context, call, error, { seq: ++context.run.seq, attempt: 1, started: call.started, micros })
    }
    throw error
  }
}

async function computeAndCommit(context: CallContext, call: Keyed, key: string): Promise<CallEntry> {
  const { session } = context
  const { entry } = call
  const outcome: Outcome = await execute(context, call, key)
  entry.outputs = outcome.outputs.map(({ ref }) => ref)
  const remember = (): void => session.known.set(key + entry.history, entry, entry.weight)
  const long = putLong(context, call, outcome)
  if (long) await long
  const record = callRecord(context, call, outcome)
  if (!session.awaitCommit && call.declaration.effect === 'none') {
    session.uncommitted.add(key)
    session.committer.add(record, ({ won }) => {
      session.uncommitted.delete(key)
      // Another process was first: this one's value has been given out, but from now on the stored one is.
      if (!won) session.known.delete(key + entry.history)
    })
    remember()
    return entry
  }
  const { won } = await session.committer.commit(record)
  if (won) {
    remember()
    return entry
  }
  // Another process was first. There is one result for a key, and it is the stored one.
  const stored = await session.records.find(context.run.tenant, entry.key, entry.history)
  return (await adoptFound(context, call, stored)) ?? entry
}

function recordKnown(context: CallContext, call: Keyed, entry: CallEntry): Promise<void> | undefined {
  const { session } = context
  if (entry.id > 0 || session.uncommitted.has(slot(context, entry))) {
    recordStep(context, call, entry, { state: 'cached', seq: ++context.run.seq, attempt: 1 })
    return undefined
  }
  // Known from other histories only: its result is there, and the call is new.
  const long = putLong(context, call, undefined)
  const record = callRecord(context, call, undefined)
  if (!long) session.committer.add(record)
  return long?.then(() => session.committer.add(record))
}
