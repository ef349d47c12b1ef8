import { z } from 'zod'

const byteUnits: Record<string, number> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
}

const durationUnits: Record<string, number> = { ms: 1, s: 1e3, m: 60e3, min: 60e3, h: 3600e3, d: 86400e3 }

const quantity = (text: string, units: Record<string, number>): number | undefined => {
  const found = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim())
  const unit = found?.[2]?.toLowerCase() ?? '?'
  return Object.hasOwn(units, unit) ? Math.round(Number(found![1]) * units[unit]!) : undefined
}

/**
 * Number of bytes in a size such as `512MiB`, `1.5 GB` or `4096`. KB, MB, GB and TB are powers of 1000; KiB, MiB, GiB
 * and TiB powers of 1024; upper and lower case are the same.
 *
 * @returns undefined when the text is not a size
 */
export const parseBytes = (text: string): number | undefined => quantity(text, byteUnits)

/**
 * Milliseconds in a duration such as `250ms`, `30s`, `5m`, `1.5h` or `7d`. The unit must be given.
 *
 * @returns undefined when the text is not a duration
 */
export const parseDuration = (text: string): number | undefined => quantity(text, durationUnits)

const measured = (parse: (text: string) => number | undefined, message: string) =>
  z.union([z.number(), z.string()], { error: message }).transform((given, context) => {
    const value = typeof given === 'string' ? parse(given) : given
    if (value !== undefined && value >= 0 && Number.isSafeInteger(value)) return value
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

/** A configuration field that is a number of bytes, written as a number or as a size such as `512MiB`. */
export const bytes = () => measured(parseBytes, 'expected a size such as 512MiB')

/** A configuration field that is a number of milliseconds, written as a number or as a duration such as `30s`. */
export const duration = () => measured(parseDuration, 'expected a duration such as 30s or 250ms')
