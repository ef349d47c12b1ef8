import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ColophonError, reasonOf } from '@colophon/core'

export type Runtime = typeof import('onnxruntime-node')

let loading: Promise<Runtime> | undefined

async function load(): Promise<Runtime> {
  try {
    const runtime = await import('onnxruntime-node')
    // What goes wrong comes as an error; the runtime would write it to standard error as well.
    runtime.env.logLevel = 'fatal'
    return runtime
  } catch (error) {
    loading = undefined
    throw new ColophonError('MODEL_RUNTIME_MISSING', { why: reasonOf(error).split('\n')[0]! }, { cause: error })
  }
}

/**
 * ONNX Runtime, loaded when first asked for.
 *
 * @throws ColophonError MODEL_RUNTIME_MISSING
 */
export function loadRuntime(): Promise<Runtime> {
  loading ??= load()
  return loading
}

/** The folder of ONNX Runtime's libraries on this platform. */
export const libraryFolder = (): string =>
  join(
    dirname(createRequire(import.meta.url).resolve('onnxruntime-node')),
    '../bin/napi-v6',
    process.platform,
    process.arch,
  )

/** Whether a library of ONNX Runtime is there. */
export const hasLibrary = (file: string): boolean => existsSync(join(libraryFolder(), file))
