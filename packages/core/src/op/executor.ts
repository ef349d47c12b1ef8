import type { Declaration, OpContext } from './op.ts'

/** A call to be carried out. */
export interface Execution {
  readonly declaration: Declaration
  /** Plain inputs and params: a list for an op on a plain function, one object otherwise. */
  readonly args: readonly unknown[] | Record<string, unknown>
  readonly context: OpContext
}

/**
 * The port that decides where a call runs. The default runs it in place; a platform brings one that finds a worker meeting the
 * op's `needs`. What it gives is what `run` would return: values, refs, files.
 */
export interface Executor {
  execute(execution: Execution): unknown
  /** Whether calls of foreign ops can be carried out. */
  readonly reachesWorkers: boolean
}

/** Runs every call here. */
export const inPlace: Executor = {
  reachesWorkers: false,
  execute: ({ declaration, args, context }) => declaration.run(args, context),
}
