import type { z } from 'zod'
import { invoke } from '../call/invoker.ts'
import { ColophonError } from '../errors.ts'
import { type Digest, digest } from '../value/hash.ts'
import type { BlobRef, Facts, Ref, Unwrapped } from '../value/ref.ts'
import { any, type BlobSource, type Given, type RefOf, type TempFile, type ValueType } from '../value/value-type.ts'
import { parameterNames } from './parameter-names.ts'
import { ParamSet, type SecretProvider } from './params.ts'
import type { Read } from './reads.ts'

type Types = Record<string, ValueType>
type ValueOf<T> = T extends ValueType<infer V> ? V : never
type Params = z.ZodObject | undefined
type Show<T> = { [K in keyof T]: T[K] } & {}
type UndefinedKeys<T> = { [K in keyof T]: undefined extends T[K] ? K : never }[keyof T]
type Loose<T> = Show<Omit<T, UndefinedKeys<T>> & Partial<Pick<T, UndefinedKeys<T>>>>

/** Plain values of named value types. */
export type Values<T extends Types> = Loose<{ [K in keyof T]: ValueOf<T[K]> }>
type ParamsIn<P> = P extends z.ZodObject ? z.input<P> : unknown
type ParamsOut<P> = P extends z.ZodObject ? z.output<P> : unknown

/** What callers give: inputs (values, refs, files) and params in one object. */
export type OpArgs<I extends Types, P extends Params> = Show<
  Loose<{ [K in keyof I]: Given<ValueOf<I[K]>> | (undefined extends ValueOf<I[K]> ? undefined : never) }> & ParamsIn<P>
>
/** What `run` receives: plain inputs and params in one object. */
export type RunArgs<I extends Types, P extends Params> = Show<Values<I> & ParamsOut<P>>
/** What callers get: a ref for each output. */
export type OpRefs<O extends Types> = { [K in keyof O]: RefOf<ValueOf<O[K]>> }
type IsAny<T> = 0 extends 1 & T ? true : false
type Returned<T> =
  IsAny<T> extends true
    ? unknown
    : [T] extends [BlobRef]
      ? BlobSource | TempFile
      : [T] extends [BlobRef | undefined]
        ? BlobSource | TempFile | undefined
        : T | Ref<T> | ([T] extends [readonly (infer V)[]] ? readonly Returned<V>[] : never)
/** What `run` may return: for each output its value, or a ref it got, untouched. */
export type RunOutputs<O extends Types> = { [K in keyof O]: Returned<ValueOf<O[K]>> }

/** Resources a call takes while it runs. */
export interface Needs {
  /** Processor cores. */
  readonly cpu?: number
  readonly gpu?: number
  /** As in `512MiB`. */
  readonly memory?: string
}

/** An estimate of what a call will cost, from facts and params alone. */
export interface Cost {
  readonly cpuSeconds?: number
  readonly gpuSeconds?: number
  readonly bytes?: number
  readonly money?: number
}

/** A number that every call of an op reports. */
export interface Metric<O = Record<string, unknown>> {
  readonly unit: string
  readonly from: (outputs: O) => number | undefined
}

/** How the command line sums up a call: its exit code (4: what was looked for is not there) and one line. */
export interface Outcome {
  readonly exitCode?: 0 | 4
  readonly summary: string
}

/** What is known of a call to what is done after it. */
export interface AfterCall {
  /** The params as they were given; a secret is its name. */
  readonly params: Readonly<Record<string, unknown>>
  /** Public name of the call. */
  readonly call: string
  readonly tenant: string
  /** The store's folder, or `:memory:`. */
  readonly folder: string
  readonly secrets: SecretProvider
}

/** What was done after a call. */
export interface AfterResult {
  /** Shown beside the outputs, by name, and never stored. */
  readonly shown: Readonly<Record<string, unknown>>
  /** In place of the op's own outcome. */
  readonly outcome?: Outcome
}

/** What `run` gets beside its arguments. */
export interface OpContext {
  /** Aborted when the caller gave up or time ran out. Long work must watch it. */
  readonly signal: AbortSignal
  /** Tells how far the work is, 0 to 1, with a few words on what is going on. */
  readonly progress: (fraction: number, note?: string) => void
  /** Writes a line to the run's log. */
  readonly log: (message: string, fields?: Record<string, unknown>) => void
  /** A scratch file; moved into the store when returned as a blob output, removed otherwise. */
  readonly tempFile: (extension?: string) => Promise<TempFile>
  /**
   * A scratch folder that outlives an interruption: when the process dies or the attempt fails, the next attempt of the same call finds it
   * as it was left, and so can go on. It is removed when the call has its result, or after a week; without a store at the end of the call.
   */
  readonly workFolder: () => Promise<string>
  /** The refs behind the inputs: hand these on to inner ops to keep the lineage. */
  readonly refs: Readonly<Record<string, Ref>>
  /** The values of the declared reads. */
  readonly reads: Readonly<Record<string, unknown>>
  readonly tenant: string
  /** 1 at the first try. */
  readonly attempt: number
  readonly deadline?: Date
}

/** The declaration of an op; see {@link op}. */
export interface OpSpec<I extends Types, P extends Params, O extends Types> {
  /** Dotted, the room first: `watermark.image.embed`. Part of the key. */
  readonly name: string
  /** Raise it when results change. Part of the key. Default 1. */
  readonly version?: number
  readonly summary?: string
  readonly description?: string
  readonly inputs?: I
  /** Plain JSON without transforms. One equal to its default is not keyed, so a param may be added later. */
  readonly params?: P
  readonly outputs: O
  readonly metrics?: Record<string, Metric<Values<O>>>
  readonly needs?: Needs
  readonly cost?: (args: { [K in keyof I]: { facts: Facts } } & ParamsOut<P>) => Cost
  readonly reads?: Record<string, Read>
  /** `external`: acts on the world outside (a paid API, a signature with a time). Its result is on disk before it is returned. */
  readonly effect?: 'none' | 'external'
  /** false: must not run again when it is unknown whether an earlier attempt took effect. Default true. */
  readonly repeatable?: boolean
  readonly outcome?: (outputs: Values<O>) => Outcome
  /**
   * What a surface does each time it has the outputs, new or from the store, before it hands them over: an entry in a registry, a look-up.
   * It asks what changes, so its answer is no part of the result. What it throws fails the request, and leaves the result stored.
   */
  readonly afterwards?: (outputs: Values<O>, call: AfterCall) => Promise<AfterResult | undefined>
  /** Command lines for the help text. */
  readonly examples?: readonly string[]
  readonly run: (args: RunArgs<I, P>, context: OpContext) => RunOutputs<O> | Promise<RunOutputs<O>>
}

/** A {@link OpSpec} without `run`: its calls are carried out by a worker elsewhere, reached through the store's executor. */
export type ForeignSpec<I extends Types, P extends Params, O extends Types> = Omit<OpSpec<I, P, O>, 'run'>

/** Options of an op on a plain function. */
export interface PlainOptions {
  readonly version?: number
  readonly summary?: string
  /** Names of several outputs; the function then returns an object with these properties. */
  readonly outputs?: readonly string[]
  readonly needs?: Needs
  readonly reads?: Record<string, Read>
  readonly effect?: 'none' | 'external'
  readonly repeatable?: boolean
}

/** Options of one call. */
export interface CallOptions {
  /** Ends the call with CALL_TIMEOUT after this many milliseconds; each attempt has the whole time. */
  readonly timeoutMs?: number
  /** How many more times to try after a failure. Default 0. */
  readonly retries?: number
  /** Wait before the first retry, doubled each time. Default 100 ms. */
  readonly retryDelayMs?: number
  readonly signal?: AbortSignal
  /** Allows a call that may not be repeated to run although an earlier attempt may have taken effect. */
  readonly confirmRepeat?: boolean
}

/** A declared op: call it as a function. */
export interface Op<A extends unknown[] = never[], R = unknown> {
  (...args: A): Promise<R>
  /** The same op with options for its calls. */
  with(options: CallOptions): (...args: A) => Promise<R>
  readonly declaration: Declaration
}

/** An op's declaration with everything filled in: what the command line, forms and schemas are made from. */
export interface Declaration {
  readonly name: string
  readonly version: number
  readonly summary: string
  readonly description: string
  /** Whether inputs are given by position, as to a plain function. */
  readonly positional: boolean
  readonly inputs: Readonly<Record<string, ValueType>>
  readonly inputNames: readonly string[]
  readonly params: z.ZodObject | undefined
  readonly outputs: Readonly<Record<string, ValueType>>
  readonly outputNames: readonly string[]
  /** Whether a call gives one ref instead of a record of refs. */
  readonly single: boolean
  readonly metrics: Readonly<Record<string, Metric<never>>>
  readonly needs: Needs
  readonly cost: ((args: never) => Cost) | undefined
  readonly reads: Readonly<Record<string, Read>>
  readonly effect: 'none' | 'external'
  readonly repeatable: boolean
  readonly outcome: ((outputs: never) => Outcome) | undefined
  readonly afterwards: ((outputs: never, call: AfterCall) => Promise<AfterResult | undefined>) | undefined
  readonly examples: readonly string[]
  readonly foreign: boolean
  /** @internal */ readonly paramSet: ParamSet | undefined
  /** @internal Digest of the op's own source text. */ readonly fingerprint: Digest
  /** @internal */ readonly run: (args: readonly unknown[] | Record<string, unknown>, context: OpContext) => unknown
}

type PlainArgs<A extends unknown[]> = { [K in keyof A]: Given<A[K]> }
// Refs inside what a function returns are read as the values they stand for.
type Made<V> = V extends Ref<infer T> ? RefOf<T> : RefOf<Unwrapped<V>>
type Named<R> = { [K in keyof R]: Made<R[K]> }

/**
 * Declares an op.
 *
 * In one line on a plain function, whose arguments become inputs in their order:
 *
 * @example
 * const add = op('add', (x: number, y: number) => x + y)
 * const split = op('split', (n: number) => ({ half: n / 2, rest: n % 2 }), { outputs: ['half', 'rest'] })
 *
 * In full, with typed inputs, params and outputs (see {@link OpSpec}):
 *
 * @example
 * const resize = op({
 *   name: 'demo.resize',
 *   inputs: { image: blob() },
 *   params: z.object({ width: z.number().int().default(320) }),
 *   outputs: { image: blob() },
 *   run: async ({ image, width }) => ({ image: await shrink(image, width) }),
 * })
 *
 * Called inside `store.run`, its result is made once and answered from the store ever after; called outside, it just runs.
 *
 * @throws ColophonError OP_INVALID
 */
export function op<A extends unknown[], R extends Record<string, unknown>>(
  name: string,
  fn: (...args: A) => R | Promise<R>,
  options: PlainOptions & { outputs: readonly string[] },
): Op<PlainArgs<A>, Named<R>>
export function op<A extends unknown[], R>(
  name: string,
  fn: (...args: A) => R | Promise<R>,
  options?: PlainOptions,
): Op<PlainArgs<A>, Made<R>>
export function op<I extends Types = Record<never, never>, P extends Params = undefined, O extends Types = Types>(
  spec: OpSpec<I, P, O>,
): Op<[args: OpArgs<I, P>], OpRefs<O>>
export function op(
  first: string | OpSpec<Types, Params, Types>,
  fn?: (...args: never[]) => unknown,
  options: PlainOptions = {},
): Op {
  return typeof first === 'string'
    ? callable(plainDeclaration(first, fn!, options))
    : callable(declaration(first, first.run))
}

/**
 * Declares an op that a worker elsewhere runs (Python, a GPU box): its calls go to the store's executor, and without one fail
 * with FOREIGN_NO_WORKER.
 */
export function foreignOp<
  I extends Types = Record<never, never>,
  P extends Params = undefined,
  O extends Types = Types,
>(spec: ForeignSpec<I, P, O>): Op<[args: OpArgs<I, P>], OpRefs<O>> {
  return callable(declaration(spec as ForeignSpec<Types, Params, Types>, undefined)) as unknown as Op<
    [args: OpArgs<I, P>],
    OpRefs<O>
  >
}

const noOptions: CallOptions = {}

function callable(declaration: Declaration): Op {
  const call = (...args: unknown[]) => invoke(declaration, args, noOptions)
  return Object.assign(call, {
    declaration,
    with: (callOptions: CallOptions) => {
      if (callOptions.timeoutMs !== undefined && !(callOptions.timeoutMs > 0))
        throw new ColophonError('USAGE', { why: `timeoutMs is ${callOptions.timeoutMs}; give milliseconds above 0.` })
      return (...args: unknown[]) => invoke(declaration, args, callOptions)
    },
  })
}

const namePattern = /^[A-Za-z][\w-]*(\.[A-Za-z][\w-]*)*$/

function checkName(name: string, version: number): void {
  const invalid = (why: string) => new ColophonError('OP_INVALID', { op: name, why })
  if (!namePattern.test(name)) throw invalid('a name is words of letters, digits, - and _, joined by dots')
  if (!Number.isSafeInteger(version) || version < 1) throw invalid(`version ${version} is not a whole number from 1`)
}

function declaration(
  spec: ForeignSpec<Types, Params, Types>,
  run: OpSpec<Types, Params, Types>['run'] | undefined,
): Declaration {
  const { name, version = 1, inputs = {}, outputs } = spec
  checkName(name, version)
  const inputNames = Object.keys(inputs)
  const outputNames = Object.keys(outputs ?? {})
  if (outputNames.length === 0) throw new ColophonError('OP_INVALID', { op: name, why: 'it has no outputs' })
  const paramSet = spec.params && new ParamSet(name, spec.params)
  const twice = paramSet?.names.find((param) => inputNames.includes(param))
  if (twice) throw new ColophonError('OP_INVALID', { op: name, why: `"${twice}" is both an input and a param` })
  for (const part of [...inputNames, ...outputNames])
    if (part.includes('/'))
      throw new ColophonError('OP_INVALID', { op: name, why: `"${part}" has a slash in its name` })
  return Object.freeze<Declaration>({
    name,
    version,
    summary: spec.summary ?? '',
    description: spec.description ?? '',
    positional: false,
    inputs,
    inputNames,
    params: spec.params,
    outputs,
    outputNames,
    single: false,
    metrics: spec.metrics ?? {},
    needs: spec.needs ?? {},
    cost: spec.cost as Declaration['cost'],
    reads: spec.reads ?? {},
    effect: spec.effect ?? 'none',
    repeatable: spec.repeatable ?? true,
    outcome: spec.outcome as Declaration['outcome'],
    afterwards: spec.afterwards as Declaration['afterwards'],
    examples: spec.examples ?? [],
    foreign: !run,
    paramSet,
    fingerprint: digest('code', Buffer.from(run ? String(run) : '')),
    run: (args, context) => run!(args as Record<string, never>, context),
  })
}

function plainDeclaration(name: string, fn: (...args: never[]) => unknown, options: PlainOptions): Declaration {
  const version = options.version ?? 1
  checkName(name, version)
  const inputNames = parameterNames(fn)
  const outputNames = options.outputs ?? ['output']
  return Object.freeze<Declaration>({
    name,
    version,
    summary: options.summary ?? '',
    description: '',
    positional: true,
    inputs: Object.fromEntries(inputNames.map((input) => [input, any()])),
    inputNames,
    params: undefined,
    outputs: Object.fromEntries(outputNames.map((output) => [output, any()])),
    outputNames,
    single: options.outputs === undefined,
    metrics: {},
    needs: options.needs ?? {},
    cost: undefined,
    reads: options.reads ?? {},
    effect: options.effect ?? 'none',
    repeatable: options.repeatable ?? true,
    outcome: undefined,
    afterwards: undefined,
    examples: [],
    foreign: false,
    paramSet: undefined,
    fingerprint: digest('code', Buffer.from(String(fn))),
    run: (args) => fn(...(args as never[])),
  })
}
