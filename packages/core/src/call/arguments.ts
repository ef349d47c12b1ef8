import { ColophonError, reasonOf } from '../errors.ts'
import type { Declaration } from '../op/op.ts'
import type { ParsedParams, SecretProvider } from '../op/params.ts'
import type { TenantHome } from '../store/home.ts'
import { contentOf } from '../value/content.ts'
import { enter } from '../value/enter.ts'
import { Ref } from '../value/ref.ts'
import type { Input } from './key.ts'

/** Makes refs of the inputs among a call's arguments. */
export function enterInputs(
  declaration: Declaration,
  args: readonly unknown[],
  home: TenantHome,
  signal: AbortSignal | undefined,
): Input[] | Promise<Input[]> {
  const inputs: Input[] = []
  const waiting: Promise<void>[] = []
  const add = (name: string, position: number, given: unknown): void => {
    const type = declaration.inputs[name] ?? anyInput
    const invalid = (why: string) => new ColophonError('CALL_INPUT_INVALID', { op: declaration.name, input: name, why })
    const entered = enter(given, type, { home, invalid, signal })
    const keep = (ref: Ref): void => {
      inputs[position] = { name, position, ref }
    }
    if (!(entered instanceof Promise)) return keep(entered)
    const kept = entered.then(keep)
    // If a later argument is refused, nobody waits for this one any more.
    kept.catch(() => undefined)
    waiting.push(kept)
  }
  if (declaration.positional) {
    let count = args.length
    while (count > 0 && args[count - 1] === undefined) count--
    for (let position = 0; position < count; position++) {
      const name = declaration.inputNames[position] ?? `arg${position}`
      const given = args[position]
      if (typeof given === 'object' && given !== null) add(name, position, given)
      else inputs[position] = { name, position, ref: new Ref(contentOf(given), home) }
    }
  } else {
    const given = namedArgs(declaration, args)
    let position = 0
    for (const name of declaration.inputNames) {
      if (given[name] !== undefined) add(name, position++, given[name])
      else if (!declaration.inputs[name]!.optional)
        throw new ColophonError('CALL_INPUT_MISSING', { op: declaration.name, input: name })
    }
  }
  if (waiting.length === 0) return inputs
  return Promise.all(waiting).then(
    () => inputs,
    (error) => {
      const abandoned = signal?.aborted && error === signal.reason && !(error instanceof ColophonError)
      throw abandoned ? new ColophonError('CALL_CANCELLED', { op: declaration.name }) : error
    },
  )
}

const anyInput = { kind: 'any', name: 'any value', optional: true } as const

function namedArgs(declaration: Declaration, args: readonly unknown[]): Record<string, unknown> {
  // Without a prototype, what every object has is not taken for an argument.
  const given: Record<string, unknown> = Object.assign(Object.create(null), args[0])
  for (const name in given) {
    if (Object.hasOwn(declaration.inputs, name) || declaration.paramSet?.names.includes(name)) continue
    const known = [...declaration.inputNames, ...(declaration.paramSet?.names ?? [])].join(', ') || 'none'
    throw new ColophonError('CALL_INPUT_UNKNOWN', { op: declaration.name, input: name, known })
  }
  return given
}

/** Checks the params among a call's arguments. */
export async function paramsOf(
  declaration: Declaration,
  args: readonly unknown[],
  secrets: SecretProvider,
): Promise<ParsedParams | undefined> {
  const given = declaration.paramSet && ((args[0] ?? {}) as Record<string, unknown>)
  if (!given) return undefined
  const named = Object.fromEntries(declaration.paramSet!.names.map((name) => [name, given[name]]))
  return declaration.paramSet!.parse(named, secrets)
}

/** Looks at what the op declares to read. */
export async function readsOf(
  declaration: Declaration,
  inputs: readonly Input[],
  params: ParsedParams | undefined,
): Promise<{ values: Record<string, unknown>; digests: Record<string, string> | undefined }> {
  const values: Record<string, unknown> = {}
  const digests: Record<string, string> = {}
  const args = { ...Object.fromEntries(inputs.map(({ name, ref }) => [name, ref])), ...params?.values }
  for (const [name, { read }] of Object.entries(declaration.reads)) {
    try {
      const found = await read(args)
      values[name] = found.value
      digests[name] = found.digest
    } catch (error) {
      const why = reasonOf(error)
      throw new ColophonError('READ_FAILED', { op: declaration.name, read: name, why }, { cause: error })
    }
  }
  return { values, digests: Object.keys(digests).length > 0 ? digests : undefined }
}
