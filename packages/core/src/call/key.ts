import { hash as hashOnce } from 'node:crypto'
import type { Declaration } from '../op/op.ts'
import type { Content } from '../value/content.ts'
import { type Digest, digest, domains } from '../value/hash.ts'
import { pathText, type Ref } from '../value/ref.ts'

/** An input of a call, entered. */
export interface Input {
  readonly name: string
  readonly position: number
  readonly ref: Ref
}

const number = (value: number): string => `${value};`

const contentText = (content: Content): string =>
  content.kind === 'inline'
    ? String.fromCharCode(content.encoding.length) + content.encoding
    : (content.kind === 'data' ? '\xfe' : '\xff') + content.digest

const prefixes = new WeakMap<Declaration, string>()

function prefixOf(declaration: Declaration): string {
  let prefix = prefixes.get(declaration)
  if (prefix === undefined) {
    prefix = `${domains.key}${number(declaration.name.length)}${declaration.name}${number(declaration.version)}`
    prefixes.set(declaration, prefix)
  }
  return prefix
}

/**
 * The memo key of a call: op name and version, the content of each input under its name (its position for ops on plain
 * functions, whose parameters' names are for show), and the keyed params with the digests of the declared reads.
 * `docs/encoding.md` specifies the bytes.
 */
export function keyOf(declaration: Declaration, inputs: readonly Input[], args: Content | undefined): Digest {
  // As text of one character a byte: joining strings is cheaper than writing to a buffer piece by piece.
  let text = prefixOf(declaration) + number(inputs.length)
  for (const { name, position, ref } of declaration.positional ? inputs : sortedByName(inputs)) {
    const label = declaration.positional ? String(position) : latin1(name)
    text += number(label.length) + label + contentText(ref.content)
  }
  if (args) text += contentText(args)
  return hashOnce('sha256', Buffer.from(text, 'latin1'), 'latin1')
}

/** The bytes of a text in UTF-8, one a character; of one that UTF-8 cannot carry its units, behind a byte UTF-8 never has. */
function latin1(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text
  return text.isWellFormed()
    ? Buffer.from(text).toString('latin1')
    : `\xff${Buffer.from(text, 'utf16le').toString('latin1')}`
}

function sortedByName(inputs: readonly Input[]): readonly Input[] {
  return inputs.length < 2 ? inputs : [...inputs].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** Digest of where a call's inputs came from; empty when all came from outside. Specified in `docs/encoding.md` as well. */
export function historyOf(declaration: Declaration, inputs: readonly Input[]): Digest {
  if (inputs.every(({ ref }) => !ref.origin && ref.items.length === 0)) return ''
  const lines: string[] = []
  for (const { name, position, ref } of inputs) {
    const label = declaration.positional ? String(position) : name
    if (ref.origin) lines.push(JSON.stringify([label, '', ref.origin.name, ref.output]))
    for (const { path, ref: item } of ref.items)
      if (item.origin) lines.push(JSON.stringify([label, pathText(path), item.origin.name, item.output]))
  }
  return lines.length === 0 ? '' : digest('history', Buffer.from(lines.sort().join('\n')))
}
