import { type FileHandle, open } from 'node:fs/promises'
import { type Bytes, withBytes } from '../read/bytes.ts'
import { ebml, elements } from '../read/elements.ts'
import { seekHeadWith, sizeBytes } from './build-matroska.ts'

const voidId = 0xec

/** Where things stand in a file that FFmpeg has written. */
interface Layout {
  /** Where the segment's content begins; its size stands in the 8 bytes before. */
  readonly segment: number
  readonly end: number
  /** The index of elements: from its id to the end of the void behind it, and where its content is. */
  readonly seekHead: { readonly from: number; readonly content: readonly [number, number]; readonly to: number }
}

async function layoutOf(bytes: Bytes): Promise<Layout | undefined> {
  for await (const outer of elements(bytes, 0, bytes.size)) {
    if (outer.id !== ebml.segment || outer.end !== bytes.size) continue
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

async function writeAt(file: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await file.write(bytes, done, bytes.length - done, at + done)
    done += bytesWritten
  }
}

/**
 * Adds chapters to the end of a Matroska file, and to its index.
 *
 * @param chapters a `Chapters` element
 * @returns whether the file has room for them in its index
 */
export async function addMatroskaChapters(path: string, chapters: Uint8Array): Promise<boolean> {
  const found = await withBytes(path, async (bytes) => {
    const layout = await layoutOf(bytes)
    if (!layout) return undefined
    const { content, from, to } = layout.seekHead
    const index = await bytes.read(content[0], content[1] - content[0])
    const head = seekHeadWith(index, to - from, layout.end - layout.segment)
    return head && { layout, head }
  })
  if (!found) return false
  const { layout, head } = found
  const file = await open(path, 'r+')
  try {
    await writeAt(file, chapters, layout.end)
    await writeAt(file, head, layout.seekHead.from)
    await writeAt(file, sizeBytes(layout.end - layout.segment + chapters.length, 8), layout.segment - 8)
  } finally {
    await file.close()
  }
  return true
}
