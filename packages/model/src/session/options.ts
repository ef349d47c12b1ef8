import { type Provider, providerOrder } from './providers.ts'

/** How a session is made. */
export interface SessionOptions {
  /**
   * Providers, the best first; those that are not there are passed over, and the processor comes last in any case. Default:
   * tensorrt, cuda, cpu.
   */
  readonly providers?: readonly Provider[]
  /** The one provider that will do; loading fails where it is not there. */
  readonly require?: Provider
  /**
   * Threads within an operator and between operators. Default: ONNX Runtime's own choice, one for each core within operators. On
   * a machine with other work 1 is often faster.
   */
  readonly threads?: { readonly within?: number; readonly between?: number }
  /** Whether threads that wait for work keep their core busy; a little faster on an idle machine, much slower on a busy one. Default false. */
  readonly spin?: boolean
  /** How far the graph is rewritten before it runs. Default `all`. */
  readonly optimisation?: 'none' | 'basic' | 'extended' | 'all'
  /** Whether memory is planned ahead for shapes that come again. Turn it off where shapes always differ. Default true. */
  readonly memoryPattern?: boolean
  /** Whether freed memory is kept for the next run. Default true. */
  readonly memoryArena?: boolean
}

const optimisations = { none: 'disabled', basic: 'basic', extended: 'extended', all: 'all' } as const

/** Providers in the order in which they are tried. */
export const providersOf = ({ providers = providerOrder, require }: SessionOptions): readonly Provider[] =>
  require ? [require] : [...new Set<Provider>([...providers, 'cpu'])]

/** The options as ONNX Runtime takes them. */
export function nativeOptions(provider: Provider, options: SessionOptions): Record<string, unknown> {
  const { threads = {}, spin = false, optimisation = 'all', memoryPattern = true, memoryArena = true } = options
  const spinning = spin ? '1' : '0'
  // What a GPU cannot compute is computed on the next one; TensorRT leaves much to CUDA.
  const chain = provider === 'tensorrt' ? ['tensorrt', 'cuda', 'cpu'] : provider === 'cuda' ? ['cuda', 'cpu'] : ['cpu']
  return {
    executionProviders: chain,
    graphOptimizationLevel: optimisations[optimisation],
    enableMemPattern: memoryPattern,
    enableCpuMemArena: memoryArena,
    executionMode: (threads.between ?? 1) > 1 ? 'parallel' : 'sequential',
    logSeverityLevel: 4,
    ...(threads.within !== undefined && { intraOpNumThreads: threads.within }),
    ...(threads.between !== undefined && { interOpNumThreads: threads.between }),
    extra: { session: { intra_op: { allow_spinning: spinning }, inter_op: { allow_spinning: spinning } } },
  }
}

/** What tells sessions apart that are made of the same model. */
export const sessionKey = (options: SessionOptions): string =>
  JSON.stringify([
    providersOf(options),
    options.threads?.within ?? null,
    options.threads?.between ?? null,
    options.spin ?? false,
    options.optimisation ?? 'all',
    options.memoryPattern ?? true,
    options.memoryArena ?? true,
  ])
