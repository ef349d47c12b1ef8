/**
 * The names of a function's parameters, as far as they are plain names; others are called by their position, `arg2`. They
 * are for tables and drawings only: keys go by position.
 */
export function parameterNames(fn: (...args: never[]) => unknown): string[] {
  const source = Function.prototype.toString.call(fn)
  const parts = isNative(source) ? new Array<string>(fn.length).fill('') : parameters(source)
  const names: string[] = []
  parts.forEach((part, index) => {
    const name = /^(?:\.\.\.\s*)?([\p{ID_Start}_$][\p{ID_Continue}$]*)\s*(?:=|$)/u.exec(part.trim())?.[1]
    names.push(name && !names.includes(name) ? name : unusedName(index, names))
  })
  return names
}

/** Functions of the engine and bound ones do not show their source. */
const isNative = (source: string): boolean => /\{\s*\[native code\]\s*\}\s*$/.test(source)

function unusedName(index: number, taken: readonly string[]): string {
  let name = `arg${index}`
  while (taken.includes(name)) name += '_'
  return name
}

/** The texts of the parameters, without comments. */
function parameters(source: string): string[] {
  const parts: string[] = []
  let depth = 0
  let listed = false
  let part = ''
  for (const [token] of tokens(source)) {
    if (!listed) {
      // Before the list only a computed name, `['a(b)'](x) {}`, has brackets.
      if (token === '[') depth++
      else if (token === ']') depth--
      listed = token === '(' && depth === 0
      part = listed ? '' : part + token
      // `x => …` and `async x => …` have no list.
      if (part.endsWith('=>')) return [part.slice(0, -2).replace(/^async\s+(?=\S)/, '')]
      continue
    }
    if ('([{'.includes(token)) depth++
    else if (')]}'.includes(token) && depth-- === 0) break
    if (token === ',' && depth === 0) {
      parts.push(part)
      part = ''
    } else part += token
  }
  // A comma may follow the last one.
  return part.trim() === '' ? parts : [...parts, part]
}

/** Single characters, except that texts, templates and regular expressions are one token and comments one space; with the position after each. */
function* tokens(source: string, from = 0): Generator<readonly [token: string, end: number]> {
  let last = ''
  for (let index = from; index < source.length; ) {
    const char = source[index]!
    const next = source[index + 1]
    let end = index + 1
    let token: string | undefined
    if (char === '/' && (next === '*' || next === '/')) {
      end = after(source, next === '*' ? '*/' : '\n', index + 2)
      token = ' '
    } else if (char === '"' || char === "'") end = quoteEnd(source, index + 1, char)
    else if (char === '`') end = templateEnd(source, index + 1)
    // Behind a value it divides.
    else if (char === '/' && !/[\w$)\]}"'`]/.test(last)) end = patternEnd(source, index + 1)
    token ??= source.slice(index, end)
    if (token.trim() !== '') last = token.at(-1)!
    yield [token, end]
    index = end
  }
}

function after(source: string, text: string, from: number): number {
  const found = source.indexOf(text, from)
  return found < 0 ? source.length : found + text.length
}

function quoteEnd(source: string, from: number, quote: string): number {
  let index = from
  while (index < source.length && source[index] !== quote) index += source[index] === '\\' ? 2 : 1
  return index + 1
}

function patternEnd(source: string, from: number): number {
  let inClass = false
  for (let index = from; index < source.length; index++) {
    if (source[index] === '\\') index++
    else if (source[index] === '[') inClass = true
    else if (source[index] === ']') inClass = false
    else if (source[index] === '/' && !inClass) return index + 1
  }
  return source.length
}

function templateEnd(source: string, from: number): number {
  let index = from
  while (index < source.length && source[index] !== '`') {
    if (source[index] === '\\') index += 2
    else if (source.startsWith('${', index)) index = bracesEnd(source, index + 2)
    else index++
  }
  return index + 1
}

/** The end of what stands in `${…}`, which may hold templates of its own. */
function bracesEnd(source: string, from: number): number {
  let depth = 0
  for (const [token, end] of tokens(source, from)) {
    if (token === '{') depth++
    else if (token === '}' && depth-- === 0) return end
  }
  return source.length
}
