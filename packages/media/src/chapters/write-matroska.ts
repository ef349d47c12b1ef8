import { open } from 'node:fs/promises'
import { ColophonError } from '@colophon/core'
import { type Bytes, withBytes } from '../read/bytes.ts'
import { ebml, elements } from '../read/elements.ts'
import { seekHeadWith, sizeBytes } from './build-matroska.ts'
import { writePieces } from './write-pieces.ts'

const voidId = 0xec

/** Bytes that FFmpeg writes the size of a segment in. */
const sizeWidth = 8

/** Where things stand in a file that FFmpeg has written. */
interface Layout {
  /** Where the segment's content begins; its size stands before it. */
  readonly segment: number
  readonly end: number
  /** The index of elements: from its id to the end of the void behind it, and where its content is. */
  readonly seekHead: { readonly from: number; readonly content: readonly [number, number]; readonly to: number }
}

async function layoutOf(bytes: Bytes): Promise<Layout | undefined> {
  for await (const outer of elements(bytes, 0, bytes.size)) {
    if (outer.id !== ebml.segment || outer.end !== bytes.size) continue
    // The first byte of a size of 8 bytes has its last bit set alone.
    if ((await bytes.read(outer.start - sizeWidth, 1))[0] !== 1) return undefined
    for await (const inner of elements(bytes, outer.start, outer.end)) {
      // The index is what FFmpeg begins with.
      if (inner.id !== ebml.seekHead || inner.end === undefined) return undefined
      let to = inner.end
      for await (const next of elements(bytes, inner.end, outer.end)) {
        if (next.id === voidId && next.end !== undefined) to = next.end
        break
      }
      return {
        segment: outer.start,
        end: outer.end,
        seekHead: { from: outer.start, content: [inner.start, inner.end], to },
      }
    }
  }
  return undefined
}

/**
 * Adds elements to the end of a Matroska file in place, and to its index of elements. Nothing is moved.
 *
 * @param path of a file that nobody sees yet: it is not whole where this fails
 * @param added whole elements with ids of four bytes, as those at the top level have: `Chapters`, `Tags`
 * @throws ColophonError MEDIA_NOT_WRITTEN where the file's index has no room for more entries
 */
export async function addToMatroska(path: string, ...added: readonly Buffer[]): Promise<void> {
  const found = await withBytes(path, async (bytes) => {
    const layout = await layoutOf(bytes)
    if (!layout) return undefined
    const { content, from, to } = layout.seekHead
    const index = await bytes.read(content[0], content[1] - content[0])
    let position = layout.end - layout.segment
    const entries = added.map((element) => {
      const entry = { id: element.readUInt32BE(), position }
      position += element.length
      return entry
    })
    const head = seekHeadWith(index, to - from, entries)
    return head && { layout, head, size: position }
  })
  if (!found) {
    const why = 'its index has no room for the chapters that the source has'
    throw new ColophonError('MEDIA_NOT_WRITTEN', { name: 'The output', why })
  }
  const { layout, head, size } = found
  const file = await open(path, 'r+')
  try {
    await writePieces(file, added, layout.end)
    await writePieces(file, [head], layout.seekHead.from)
    await writePieces(file, [sizeBytes(size, sizeWidth)], layout.segment - sizeWidth)
  } finally {
    await file.close()
  }
}
