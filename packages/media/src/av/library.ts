import type * as Constants from 'node-av/constants'
import type * as Library from 'node-av/lib'

/** FFmpeg's functions and its constants, in one object. */
export type Av = typeof Library & typeof Constants

let loaded: Promise<Av> | undefined

/**
 * FFmpeg, loaded at the first use: declaring ops must not cost the start of a native library. It is made silent, since what goes
 * wrong is told by errors, and a library writes nothing to its user's standard error.
 */
export function av(): Promise<Av> {
  // The AV1 encoder has a log of its own, which it tells by nothing else.
  process.env.SVT_LOG ??= '0'
  loaded ??= Promise.all([import('node-av/lib'), import('node-av/constants')]).then(([library, constants]) => {
    library.Log.setLevel(constants.AV_LOG_QUIET)
    return { ...constants, ...library }
  })
  return loaded
}
