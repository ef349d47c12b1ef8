/** Values as a person reads them, much like YAML. */

const isPlainRecord = (value: object): value is Record<string, unknown> => {
  const prototype = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/**
 * A value as JSON can hold it: dates as ISO 8601, big integers and numbers that JSON lacks as text, maps with text keys
 * as objects and others as lists of pairs, sets and typed arrays as lists.
 */
export const toJson = (value: unknown): unknown => {
  if (typeof value === 'number' && !Number.isFinite(value)) return String(value)
  if (typeof value === 'bigint') return String(value)
  if (value === undefined || typeof value === 'function' || typeof value === 'symbol') return null
  if (typeof value !== 'object' || value === null) return value
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString()
  if (value instanceof Map) {
    const pairs = [...value].map(([key, item]) => [toJson(key), toJson(item)] as const)
    return pairs.every(([key]) => typeof key === 'string') ? Object.fromEntries(pairs) : pairs
  }
  if (value instanceof Set) return [...value].map(toJson)
  if (Array.isArray(value)) return value.map(toJson)
  if (ArrayBuffer.isView(value)) {
    const bytes = value instanceof DataView ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength) : value
    return Array.from(bytes as unknown as ArrayLike<number | bigint>, toJson)
  }
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)]
  if ('toJSON' in value && typeof value.toJSON === 'function') return toJson(value.toJSON())
  if (!isPlainRecord(value)) return String(value)
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .map(([key, item]) => [key, toJson(item)]),
  )
}

/** Text that can be shown on a terminal as it stands, or quoted when it holds control characters or could be misread. */
const quoted = (text: string): string =>
  text === '' || text !== text.trim() || /\p{Cc}|\p{Cf}/u.test(text)
    ? JSON.stringify(text).replaceAll(
        /[\u007f-\u009f]|\p{Cf}/gu,
        (c) => `\\u${c.codePointAt(0)!.toString(16).padStart(4, '0')}`,
      )
    : text

/** Six digits are as many as a person reads. */
const rounded = (value: number): string => String(Number.isInteger(value) ? value : Number(value.toPrecision(6)))

const scalar = (value: unknown): string => {
  if (typeof value === 'string') return quoted(value)
  return typeof value === 'number' ? rounded(value) : String(value)
}

const isScalar = (value: unknown): boolean => typeof value !== 'object' || value === null

/** Longer items stand on lines of their own. */
const longestInline = 24

const inline = (items: readonly unknown[], room: number): string | undefined => {
  if (!items.every(isScalar)) return undefined
  const texts = items.map(scalar)
  const line = `[${texts.join(', ')}]`
  return line.length <= room && texts.every((text) => text.length <= longestInline) ? line : undefined
}

const lines = (value: unknown, width: number): string[] => {
  if (isScalar(value)) return [scalar(value)]
  if (Array.isArray(value)) {
    const short = inline(value, width)
    if (short) return [short]
    return value.flatMap((item) => lines(item, width - 2).map((line, i) => (i === 0 ? `- ${line}` : `  ${line}`)))
  }
  const entries = Object.entries(value as object)
  if (entries.length === 0) return ['{}']
  return entries.flatMap(([name, item]) => {
    const key = `${quoted(name)}:`
    const below = lines(item, width - 2)
    const short = isScalar(item) || (Array.isArray(item) && inline(item, width - key.length - 1) !== undefined)
    if (short || below[0] === '{}') return [`${key} ${below[0]}`]
    return [key, ...below.map((line) => `  ${line}`)]
  })
}

/**
 * A value as indented text, ending in a line break. Control characters are shown escaped, so that what a file says of
 * itself cannot steer the terminal.
 *
 * @param width columns that short lists may fill
 */
export const readable = (value: unknown, width = 100): string => `${lines(toJson(value), width).join('\n')}\n`

/** Rows as aligned columns; the last column is not padded. */
export const table = (rows: readonly (readonly string[])[]): string => {
  const widths = rows.reduce<number[]>((all, row) => row.map((cell, i) => Math.max(all[i] ?? 0, cell.length)), [])
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i]!) : cell))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
