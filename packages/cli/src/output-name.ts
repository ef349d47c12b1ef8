import { join, parse } from 'node:path'

const encoder = new TextEncoder()
/** Bytes of a file name; common file systems take 255, and a file that is being written needs a longer one. */
const longest = 220

const shorten = (text: string, bytes: number): string => {
  let kept = ''
  let used = 0
  for (const letter of text) {
    used += encoder.encode(letter).length
    if (used > bytes) break
    kept += letter
  }
  return kept
}

/**
 * The file name for an output that the user did not name: `clip.mp4` through `media.thumbnail` gives
 * `clip.thumbnail.jpg`.
 *
 * @param op the op's name; its last word is used
 * @param input path of the first file input, or undefined when there is none
 * @param part name of the output, when it is not the op's main one
 * @param extension with its dot
 */
export const outputName = (
  op: string,
  input: string | undefined,
  part: string | undefined,
  extension: string,
): string => {
  const verb = op.split('.').at(-1)!
  const end = [verb, part].filter(Boolean).join('.') + extension
  const base = input === undefined ? '' : parse(input).name
  const room = longest - encoder.encode(end).length - 1
  return base === '' ? end : `${shorten(base, room)}.${end}`
}

/** The name of an output beside the main one: `out.mp4` and its report give `out.report.html`. */
export const nameBeside = (main: string, part: string, extension: string): string => {
  const { dir, name } = parse(main)
  return join(dir, `${name}.${part}${extension}`)
}

/** The name of one of several files of an output: `frames.png` and item 3 give `frames.3.png`. */
export const itemName = (path: string, item: string): string => {
  const { dir, name, ext } = parse(path)
  // An item's name comes from data, and must not lead to another folder.
  const safe = item.replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^\.+/, '_')
  return `${dir && (dir.endsWith('/') ? dir : `${dir}/`)}${name}.${safe}${ext}`
}

/** Whether the letters of one stand in the other, in order: `jpg` in `jpeg`. */
export const isAbbreviation = (short: string, long: string): boolean => {
  let at = 0
  for (const letter of long) if (letter === short[at]) at++
  return at === short.length
}

/**
 * The extension for a file that turned out to be of this format: what its facts say themselves, otherwise the first of
 * the type's extensions that abbreviates the format's name (`.jpg` for `jpeg`), otherwise the type's usual one.
 */
export const extensionFor = (facts: Readonly<Record<string, unknown>>, extensions: readonly string[]): string => {
  const { extension, format } = facts
  if (typeof extension === 'string' && /^\.[a-z0-9]{1,10}$/i.test(extension)) return extension
  const found = typeof format === 'string' && extensions.find((each) => isAbbreviation(each.slice(1), format))
  return found || extensions[0]!
}

/** A path with another extension in the place of the one it ends in. */
export const withExtension = (path: string, from: string, to: string): string =>
  path.endsWith(from) ? path.slice(0, -from.length) + to : path
