/** Elements of HTML that have no end tag. */
const empty = new Set(['meta', 'input', 'br', 'link', 'img', 'hr'])
/** Elements of HTML whose text is taken as it is. */
const raw = new Set(['script', 'style'])
const attribute = /^\s+([A-Za-z_:][\w:.-]*)(?:="([^"<]*)")?/

/**
 * Checks that markup is well-formed: tags nest, attributes are quoted and not given twice, every `&` begins an entity, ids are given once.
 *
 * @param html allows what HTML allows: elements without an end, attributes without a value, scripts
 * @returns what is wrong, nothing if all is well
 */
export function wrongIn(text: string, html = false): string[] {
  const wrong: string[] = []
  const open: string[] = []
  const ids = new Set<string>()
  const checkText = (piece: string) => {
    const bad = /&(?!(?:amp|lt|gt|quot|#39|#\d+);)/.exec(piece)
    if (bad) wrong.push(`a loose & in ${piece.slice(bad.index, bad.index + 40)}`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: XML has no place for these
    if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(piece)) wrong.push('a control character')
    if (piece.includes('>') && !html) wrong.push(`a loose > in ${piece.slice(0, 40)}`)
  }
  let at = html ? text.indexOf('>') + 1 : 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    checkText(text.slice(at, next < 0 ? text.length : next))
    if (next < 0) break
    at = next
    const end = /^<\/([\w:-]+)>/.exec(text.slice(at, at + 60))
    if (end) {
      const name = open.pop()
      if (name !== end[1]) wrong.push(`</${end[1]}> closes <${name}>`)
      at += end[0].length
      continue
    }
    const begin = /^<([A-Za-z][\w:-]*)/.exec(text.slice(at, at + 60))
    if (!begin) {
      wrong.push(`no tag: ${text.slice(at, at + 40)}`)
      break
    }
    const name = begin[1]!
    at += begin[0].length
    const seen = new Set<string>()
    for (let match = attribute.exec(text.slice(at)); match; match = attribute.exec(text.slice(at))) {
      const [all, key, value] = match
      if (seen.has(key!)) wrong.push(`${key} twice in <${name}>`)
      seen.add(key!)
      if (value === undefined && !html) wrong.push(`${key} of <${name}> has no value`)
      checkText((value ?? '').replaceAll('>', ''))
      if (key === 'id') {
        if (ids.has(value!)) wrong.push(`the id ${value} twice`)
        ids.add(value!)
      }
      at += all.length
    }
    const close = /^\s*(\/?)>/.exec(text.slice(at, at + 20))
    if (!close) {
      wrong.push(`<${name}> goes on with ${text.slice(at, at + 40)}`)
      break
    }
    at += close[0].length
    if (close[1] || (html && empty.has(name))) continue
    if (html && raw.has(name)) {
      at = text.indexOf(`</${name}>`, at) + name.length + 3
      continue
    }
    open.push(name)
  }
  if (open.length > 0) wrong.push(`not closed: ${open.join(' ')}`)
  return wrong
}

/** What a browser would load from elsewhere: every address in markup or style that is not of its own data or part of the document. */
export function outsideOf(text: string): string[] {
  const named = text.replaceAll('xmlns="http://www.w3.org/2000/svg"', '')
  return [
    ...(named.match(/\b(?:https?|ftp|wss?|file|blob):\/\/[^\s"'<]*/gi) ?? []),
    ...[...named.matchAll(/\s(?:href|src|srcset|action|poster|data|xlink:href)="([^"]*)"/g)]
      .map((match) => match[1]!)
      .filter(
        (address) => !/^(?:data:(?:image\/png|audio\/(?:mp4|webm));base64,[A-Za-z0-9+/=]*|#[\w-]+)$/.test(address),
      ),
    ...[...named.matchAll(/url\(([^)]*)\)/g)].map((match) => match[1]!).filter((address) => !/^#[\w-]+$/.test(address)),
    ...(named.match(/@import\b.{0,40}/g) ?? []),
  ]
}
