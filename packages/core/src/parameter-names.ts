/**
 * The names of a function's parameters, as far as they are plain names; others are called by their position, `arg2`. They
 * are for tables and drawings only: keys go by position.
 */
export function parameterNames(fn: (...args: never[]) => unknown): string[] {
  const source = String(fn)
  const arrow = /^(?:async\s+)?([\w$]+)\s*=>/.exec(source)
  if (arrow) return [arrow[1]!]
  const names = split(source, source.indexOf('(') + 1).map((part, index) => {
    const name = /^(?:\.\.\.)?\s*([\p{ID_Start}_$][\p{ID_Continue}$]*)\s*(?:=|$)/u.exec(part.trim())?.[1]
    return name ?? `arg${index}`
  })
  return names.map((name, index) => (names.indexOf(name) === index ? name : `arg${index}`))
}

/** The parts between commas from `start` to the closing bracket, minding brackets and quotes within. */
function split(source: string, start: number): string[] {
  const parts: string[] = []
  let depth = 0
  let quote = ''
  let part = ''
  for (let index = start; index < source.length; index++) {
    const char = source[index]!
    if (quote) {
      if (char === '\\') part += char + source[++index]
      else part += char
      if (char === quote) quote = ''
      continue
    }
    if (char === '/' && (source[index + 1] === '*' || source[index + 1] === '/')) {
      const end = source[index + 1] === '*' ? source.indexOf('*/', index) + 1 : source.indexOf('\n', index)
      index = end > 0 ? end : source.length
      continue
    }
    if ('\'"`'.includes(char)) quote = char
    if ('([{'.includes(char)) depth++
    if (')]}'.includes(char) && depth-- === 0) break
    if (char === ',' && depth === 0) {
      parts.push(part)
      part = ''
    } else part += char
  }
  if (part.trim()) parts.push(part)
  return parts
}
