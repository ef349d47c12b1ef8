import { ColophonError } from '../errors.ts'
import type { CallOptions, Declaration } from '../op/op.ts'
import { environmentSecrets } from '../op/params.ts'
import { FileObjects } from '../store/file-objects.ts'
import { TenantHome } from '../store/home.ts'
import { temporaryFolder } from '../store/temporary.ts'
import { enterInputs, paramsOf, readsOf } from './arguments.ts'
import { CallScope } from './call-scope.ts'
import { argsOf, failureOf } from './execute.ts'
import { collect } from './outputs.ts'

let scratch: TenantHome | undefined

/** Where blobs lie when no store is in use: a folder that goes when the process does. */
export function scratchHome(): TenantHome {
  scratch ??= new TenantHome('default', new FileObjects(temporaryFolder()))
  return scratch
}

/** Runs an op with no store: its inputs are checked and its outputs are refs as ever, and nothing is kept. */
export async function invokePlain(
  declaration: Declaration,
  args: readonly unknown[],
  options: CallOptions,
): Promise<unknown> {
  if (declaration.foreign) throw new ColophonError('FOREIGN_NO_WORKER', { op: declaration.name })
  const home = scratchHome()
  const inputs = await enterInputs(declaration, args, home, options.signal)
  const params = await paramsOf(declaration, args, environmentSecrets)
  const { values: reads } = await readsOf(declaration, inputs, params)
  const call = { declaration, options, inputs, params, reads }
  const scope = new CallScope(
    { objects: home.objects, tenant: home.tenant, depth: 0, options: {}, signal: undefined },
    call,
    1,
  )
  let done = false
  try {
    const returned = await scope.limit(declaration.run(await argsOf(call), scope))
    const { outputs } = await scope.limit(collect(call, returned, home, undefined, scope.signalIfAny))
    done = true
    return declaration.single ? outputs[0]!.ref : Object.fromEntries(outputs.map(({ name, ref }) => [name, ref]))
  } catch (error) {
    throw failureOf(call, error)
  } finally {
    const ending = scope.end(done)
    if (ending) await ending
  }
}
