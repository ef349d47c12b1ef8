import type { default as Sharp } from 'sharp'

let loaded: Promise<typeof Sharp> | undefined

/** sharp, loaded at the first use. Its cache goes by file name and would answer for a file that has changed since, so it is off. */
export function sharp(): Promise<typeof Sharp> {
  loaded ??= import('sharp').then(({ default: library }) => {
    library.cache(false)
    return library
  })
  return loaded
}
