/** A member of a JSON object, as it stands in the text. */
export interface JsonMember {
  readonly key: string
  /** Text of its value, which need not be valid. */
  readonly value: string
  /** Line on which the key stands, from 1. */
  readonly line: number
}

/** What {@link jsonMembers} gives. */
export interface JsonMembers {
  readonly members: readonly JsonMember[]
  /** Why reading ended before the end of the object, and on which line. */
  readonly problem?: { readonly line: number; readonly why: string }
}

/**
 * The members of the object that a JSON text is, each with the text of its value, in their order and with those that have the same key twice,
 * which `JSON.parse` would drop. A value that is not valid costs that value and not the others. Nothing is nested too deeply for it.
 */
export function jsonMembers(text: string): JsonMembers {
  const scan = new Scan(text)
  const members: JsonMember[] = []
  try {
    scan.expect('{')
    if (!scan.accept('}'))
      do {
        const line = scan.line()
        const key = scan.string()
        scan.expect(':')
        members.push({ key, value: scan.value(), line })
      } while (!scan.end('}'))
    scan.finish()
    return { members }
  } catch (error) {
    if (!(error instanceof Broken)) throw error
    return { members, problem: { line: scan.line(), why: error.message } }
  }
}

class Broken extends Error {}

/** Finds where the parts of an object begin and end, without looking into them. */
class Scan {
  readonly #text: string
  #at = 0
  #line = 1
  #counted = 0

  constructor(text: string) {
    this.#text = text
    if (text.charCodeAt(0) === 0xfeff) this.#at = 1
  }

  /** The line that comes next. */
  line(): number {
    this.#skip()
    for (; this.#counted < this.#at; this.#counted++) if (this.#text.charCodeAt(this.#counted) === 10) this.#line++
    return this.#line
  }

  expect(character: string): void {
    if (!this.accept(character)) throw new Broken(`"${character}" is missing, ${this.#found()}`)
  }

  accept(character: string): boolean {
    this.#skip()
    if (this.#text[this.#at] !== character) return false
    this.#at++
    return true
  }

  /** Whether the object ends here; if not, another member follows a comma. */
  end(closing: string): boolean {
    if (this.accept(closing)) return true
    if (!this.accept(',')) throw new Broken(`"," or "${closing}" is missing, ${this.#found()}`)
    return false
  }

  finish(): void {
    this.#skip()
    if (this.#at < this.#text.length) throw new Broken(`something follows the object, ${this.#found()}`)
  }

  string(): string {
    this.#skip()
    const from = this.#at
    if (this.#text[from] !== '"') throw new Broken(`a key in quotes is missing, ${this.#found()}`)
    this.#passString()
    try {
      return JSON.parse(this.#text.slice(from, this.#at))
    } catch {
      throw new Broken('a key is no valid text')
    }
  }

  /** The text up to the comma or bracket that ends the value. */
  value(): string {
    this.#skip()
    const from = this.#at
    for (let depth = 0; ; this.#at++) {
      const character = this.#text[this.#at]
      if (character === undefined) throw new Broken('the text ends in the middle of a value')
      if (character === '"') {
        this.#passString()
        this.#at--
      } else if (character === '{' || character === '[') depth++
      else if (depth === 0 && (character === ',' || character === '}')) break
      else if (character === '}' || character === ']') depth = Math.max(0, depth - 1)
    }
    const value = this.#text.slice(from, this.#at).trimEnd()
    if (value === '') throw new Broken(`a value is missing, ${this.#found()}`)
    return value
  }

  #passString(): void {
    for (this.#at++; this.#text[this.#at] !== '"'; this.#at++) {
      if (this.#text[this.#at] === '\\') this.#at++
      if (this.#at >= this.#text.length) {
        this.#at = this.#text.length
        throw new Broken('the text ends in the middle of a text in quotes')
      }
    }
    this.#at++
  }

  #skip(): void {
    while (/[ \t\n\r]/.test(this.#text[this.#at] ?? '')) this.#at++
  }

  #found(): string {
    const next = this.#text[this.#at]
    return next === undefined ? 'and the text ends' : `and ${JSON.stringify(next)} stands there`
  }
}
