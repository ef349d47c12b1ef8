import type { invoke as Invoke } from './invoke.ts'

let loaded: typeof Invoke | undefined

/**
 * Calls an op. What it takes to call one is loaded with the first store, or else by the first call: who only declares ops, as a
 * command line that shows its help, starts faster without.
 */
export const invoke: typeof Invoke = (declaration, args, options) =>
  loaded
    ? loaded(declaration, args, options)
    : import('./invoke.ts').then((module) => {
        loaded = module.invoke
        return loaded(declaration, args, options)
      })

/** Makes calls from now on go straight to `invoke`. */
export const setInvoke = (invoke: typeof Invoke): void => {
  loaded = invoke
}
