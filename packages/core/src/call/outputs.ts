import { ColophonError } from '../errors.ts'
import type { Declaration } from '../op/op.ts'
import type { TenantHome } from '../store/home.ts'
import type { Found, FoundPassed, PassedRecord } from '../store/records.ts'
import { contentOf } from '../value/content.ts'
import { enter, type Place } from '../value/enter.ts'
import { BlobRef, type EmbeddedRef, embedPlain, itemAt, parsePathText, pathText, Ref } from '../value/ref.ts'
import type { ValueType } from '../value/value-type.ts'
import { CallEntry } from './call-entry.ts'
import type { Keyed } from './invoke.ts'

/** An output of a call that was computed. */
export interface Output {
  readonly name: string
  readonly ref: Ref
}

/** Outputs with what in them came from elsewhere. */
export interface Collected {
  readonly outputs: readonly Output[]
  readonly passed: readonly PassedRecord[]
}

/** Makes refs of what `run` returned; refs among it stay what they were. */
export async function collect(
  call: Pick<Keyed, 'declaration' | 'inputs'>,
  returned: unknown,
  home: TenantHome,
  origin: CallEntry | undefined,
  signal: AbortSignal | undefined,
): Promise<Collected> {
  const { declaration } = call
  const values = declaration.single ? { output: returned } : (returned as Record<string, unknown>)
  const outputs: Output[] = []
  const passed: PassedRecord[] = []
  checkNames(declaration, values)
  for (const name of declaration.outputNames) {
    const type = declaration.outputs[name]!
    const invalid = (why: string) =>
      new ColophonError('CALL_OUTPUT_INVALID', { op: declaration.name, output: name, why })
    const value = await values[name]
    if (value === undefined && !type.optional && type.kind !== 'any' && type.kind !== 'json')
      throw invalid('it is missing')
    const entered = await enterOutput(value, type, { home, invalid, signal })
    const whole =
      entered instanceof Ref && value instanceof Ref ? passedRecord(call, origin, name, '', value) : undefined
    if (whole) {
      passed.push(whole)
      outputs.push({ name, ref: value as Ref })
      continue
    }
    for (const { path, ref } of entered.items) {
      const part = passedRecord(call, origin, name, pathText(path), ref)
      if (part) passed.push(part)
    }
    const own =
      entered instanceof BlobRef
        ? entered.from(origin, name)
        : new Ref(entered.content, home, origin, name, entered.items)
    outputs.push({ name, ref: own })
  }
  return { outputs, passed }
}

function checkNames(declaration: Declaration, values: unknown): void {
  if (declaration.single) return
  const { name: op, outputNames } = declaration
  if (typeof values !== 'object' || values === null)
    throw new ColophonError('CALL_OUTPUT_INVALID', {
      op,
      output: outputNames[0]!,
      why: 'run must return an object with the outputs',
    })
  for (const output in values)
    if (!outputNames.includes(output))
      throw new ColophonError('CALL_OUTPUT_INVALID', { op, output, why: 'it is not declared' })
}

async function enterOutput(value: unknown, type: ValueType, place: Place): Promise<Ref> {
  try {
    return await enter(value, type, place)
  } catch (error) {
    // A value that cannot be stored is the op's fault here, not the caller's.
    if (error instanceof ColophonError && error.code.startsWith('VALUE_'))
      throw place.invalid(error.message.replace(/\.$/, ''))
    throw error
  }
}

function passedRecord(
  call: Pick<Keyed, 'inputs'>,
  own: CallEntry | undefined,
  output: string,
  path: string,
  ref: Ref,
): PassedRecord | undefined {
  const input = call.inputs.find((candidate) => candidate.ref === ref)
  if (input) return { output, path, input: input.name }
  if (ref.origin instanceof CallEntry && ref.origin !== own)
    return { output, path, from: ref.origin, fromOutput: ref.output }
  return undefined
}

/** The refs that a stored result stands for. */
export function refsOfFound(call: Keyed, found: Found, home: TenantHome): readonly Ref[] | Promise<readonly Ref[]> {
  const { declaration, entry } = call
  const refs = declaration.outputNames.map((name) => {
    const output = found.outputs.find((candidate) => candidate.name === name)
    if (!output) {
      const why = `its stored results have no output "${name}"; raise the version when outputs change`
      throw new ColophonError('OP_INVALID', { op: declaration.name, why })
    }
    const { content, facts } = output
    return content.kind === 'blob'
      ? new BlobRef(content, home, entry, name, facts)
      : new Ref(content, home, entry, name)
  })
  return found.passed.length === 0 ? refs : restorePassed(call, found, refs, home)
}

async function restorePassed(
  call: Keyed,
  found: Found,
  refs: readonly Ref[],
  home: TenantHome,
): Promise<readonly Ref[]> {
  const { outputNames } = call.declaration
  return Promise.all(
    refs.map(async (ref, index) => {
      const parts = found.passed.filter(({ output }) => output === outputNames[index])
      const whole = parts.find(({ path }) => path === '')
      if (whole) return originOf(call, whole, ref)
      if (parts.length === 0) return ref
      const value = await ref.value()
      const items = parts.map((part): EmbeddedRef => {
        const path = parsePathText(part.path)
        const item = itemAt(value, path)
        const plain = item instanceof BlobRef ? item : new Ref(contentOf(item, embedPlain), home)
        return { path, ref: originOf(call, part, plain) }
      })
      return new Ref(ref.content, home, ref.origin, ref.output, items)
    }),
  )
}

function originOf(call: Keyed, part: FoundPassed, ref: Ref): Ref {
  const input = part.input === undefined ? undefined : call.inputs.find(({ name }) => name === part.input)
  if (input) return input.ref
  const { from, fromOutput = '' } = part
  if (!from) return ref
  const origin = new CallEntry(from.key, from.history, from.id)
  return ref instanceof BlobRef
    ? ref.from(origin, fromOutput)
    : new Ref(ref.content, ref.home, origin, fromOutput, ref.items)
}
