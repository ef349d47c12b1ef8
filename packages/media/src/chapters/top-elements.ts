import type { Bytes } from '../read/bytes.ts'
import { type Element, ebml, elementNumber, elements } from '../read/elements.ts'

/** Elements at one level that are looked at, and indices; files made to waste time have more. */
const [mostElements, mostIndices] = [1000, 4]

/** The elements within another. */
export const children = (bytes: Bytes, parent: Element): AsyncGenerator<Element> =>
  elements(bytes, parent.start, parent.end ?? parent.start)

/** The first element of a kind within another. */
export const child = (bytes: Bytes, parent: Element, id: number): Promise<Element | undefined> =>
  first(children(bytes, parent), id)

async function first(among: AsyncIterable<Element>, id: number, within = mostElements): Promise<Element | undefined> {
  let seen = 0
  for await (const element of among) {
    if (element.id === id) return element
    if (++seen >= within) break
  }
  return undefined
}

/**
 * The elements of a kind at the top level of a Matroska file, each once: those before the media data, and those that an index of
 * elements (SeekHead) points to. An index may have a second part elsewhere (RFC 9559, 6.3).
 */
export async function* topElements(bytes: Bytes, wanted: number): AsyncGenerator<Element, void, void> {
  const segment = await first(elements(bytes, 0, bytes.size), ebml.segment)
  if (!segment) return
  const given = new Set<number>()
  const indices: Element[] = []
  for await (const element of elements(bytes, segment.start, segment.end ?? bytes.size)) {
    if (element.id === ebml.cluster) break
    if (element.id === ebml.seekHead) indices.push(element)
    if (element.id !== wanted) continue
    given.add(element.start)
    yield element
  }
  for (let n = 0; n < Math.min(indices.length, mostIndices); n++)
    for await (const [id, position] of entriesOf(bytes, indices[n]!)) {
      if (id !== wanted && id !== ebml.seekHead) continue
      const element = await first(elements(bytes, segment.start + position, bytes.size), id, 1)
      if (!element) continue
      if (id === ebml.seekHead && indices.every(({ start }) => start !== element.start)) indices.push(element)
      if (id !== wanted || given.has(element.start)) continue
      given.add(element.start)
      yield element
    }
}

/** What an index says: which element stands where, from the beginning of the segment. */
async function* entriesOf(bytes: Bytes, index: Element): AsyncGenerator<[id: number, position: number]> {
  let seen = 0
  for await (const seek of children(bytes, index)) {
    if (++seen > mostElements) return
    if (seek.id !== ebml.seek) continue
    const [id, position] = [await child(bytes, seek, ebml.seekId), await child(bytes, seek, ebml.seekPosition)]
    if (id && position) yield [await elementNumber(bytes, id), await elementNumber(bytes, position)]
  }
}
