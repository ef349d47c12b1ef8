import { asciiOf, type Bytes, viewOf } from './bytes.ts'

/** A box of an MP4 or MOV file: its content lies from `start` to `end`. */
export interface Box {
  readonly type: string
  readonly start: number
  readonly end: number
}

/** More boxes than this at one level stand only in files made to waste time. */
const mostBoxes = 100_000

/**
 * The boxes that follow each other between two positions (ISO/IEC 14496-12, 4.2). A box may claim to end beyond `end`; what is
 * made of that is the caller's affair. Ends at the first thing that is no box.
 */
export async function* boxes(bytes: Bytes, start: number, end: number): AsyncGenerator<Box> {
  let at = start
  for (let count = 0; at + 8 <= end && count < mostBoxes; count++) {
    const head = await bytes.read(at, 16)
    if (head.length < 8) return
    const view = viewOf(head)
    const small = view.getUint32(0)
    const large = small === 1 && head.length === 16
    const size = small === 0 ? end - at : large ? Number(view.getBigUint64(8)) : small
    const header = large ? 16 : 8
    if (size < header) return
    yield { type: asciiOf(head, 4, 4), start: at + header, end: at + size }
    at += size
  }
}

/** The first box of a type inside another, following the path of types. */
export async function findBox(
  bytes: Bytes,
  within: { start: number; end: number },
  ...path: string[]
): Promise<Box | undefined> {
  let found: { start: number; end: number } | undefined = within
  for (const type of path) {
    if (!found) return undefined
    let next: Box | undefined
    for await (const box of boxes(bytes, found.start, found.end)) {
      if (box.type === type) {
        next = box
        break
      }
    }
    found = next
  }
  return found as Box | undefined
}
