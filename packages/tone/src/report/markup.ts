/** Text of a page or drawing that is safe as it is. Made by {@link markup} alone. */
export class Markup {
  readonly text: string
  constructor(text: string) {
    this.text = text
  }
  toString(): string {
    return this.text
  }
}

type Piece = Markup | string | number | null | undefined | false | readonly Piece[]

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/**
 * Text as it may stand in HTML and XML, between tags and in quotes. Control characters, which XML cannot hold, and characters that turn
 * the direction of writing, with which a name can feign another, become the replacement character.
 */
export const escaped = (text: string): string =>
  text
    .toWellFormed()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is meant
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"']/g, (character) => entities[character]!)

function written(piece: Piece): string {
  if (piece === null || piece === undefined || piece === false) return ''
  if (piece instanceof Markup) return piece.text
  if (Array.isArray(piece)) return piece.map(written).join('')
  if (typeof piece === 'number') return inShort(piece)
  return escaped(piece as string)
}

/** A number as a drawing needs it: two digits behind the point. @throws RangeError if it is not finite */
export function inShort(value: number): string {
  if (!Number.isFinite(value)) throw new RangeError(`A drawing has no place for ${value}.`)
  return String(Number(value.toFixed(2)) + 0)
}

/**
 * HTML or SVG. What is put in is escaped, unless it is markup itself; lists are joined; null, undefined and false are nothing.
 *
 * @example
 * markup`<h1>${name}</h1>`
 */
export function markup(texts: TemplateStringsArray, ...pieces: readonly Piece[]): Markup {
  return new Markup(texts.reduce((all, text, index) => all + written(pieces[index - 1]) + text))
}
