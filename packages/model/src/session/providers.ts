import { hasLibrary, type Runtime } from './runtime.ts'

/** Where a model is computed. */
export type Provider = 'cpu' | 'cuda' | 'tensorrt'

/** The best first. */
export const providerOrder: readonly Provider[] = ['tensorrt', 'cuda', 'cpu']

/** A provider that was wanted and could not be had. */
export interface Fallback {
  readonly provider: Provider
  readonly why: string
}

/**
 * Why a provider cannot be had, as far as can be told without trying: that would have ONNX Runtime write to standard error.
 *
 * @returns undefined when it may be there
 */
export function providerProblem(
  provider: Provider,
  runtime: Pick<Runtime, 'listSupportedBackends'>,
): string | undefined {
  const found = runtime.listSupportedBackends().find(({ name }) => name === provider)
  if (!found) return `ONNX Runtime has no ${provider} for ${process.platform}-${process.arch}`
  const library = `libonnxruntime_providers_${provider}.so`
  return found.bundled || hasLibrary(library)
    ? undefined
    : `${library} is not installed; onnxruntime-node fetches it when installed with --onnxruntime-node-install=cuda12`
}
