import type { Chapter } from '../probe/report.ts'
import { box, chapterList, chapterReference, chapterTrack } from './build-mp4.ts'

/** A box within bytes: all of it, and where its content begins. */
interface Part {
  readonly type: string
  readonly whole: Buffer
  readonly content: Buffer
}

/** The boxes that follow each other in some bytes. Ends at the first that does not fit. */
function partsOf(bytes: Buffer): Part[] {
  const parts: Part[] = []
  for (let at = 0; at + 8 <= bytes.length; ) {
    const small = bytes.readUInt32BE(at)
    const size = small === 1 && at + 16 <= bytes.length ? Number(bytes.readBigUInt64BE(at + 8)) : small
    const head = small === 1 ? 16 : 8
    if (size < head || at + size > bytes.length) break
    const whole = bytes.subarray(at, at + size)
    parts.push({ type: whole.toString('latin1', 4, 8), whole, content: whole.subarray(head) })
    at += size
  }
  return parts
}

/** The same boxes, each as `change` gives it. */
const changed = (content: Buffer, change: (part: Part) => Uint8Array): Buffer =>
  Buffer.concat(partsOf(content).map(change))

/** The movie's header: units a second, and where the number of the next track stands in it. */
function headerOf(movie: Buffer): { scale: number; nextTrack: number } {
  const header = partsOf(movie).find(({ type }) => type === 'mvhd')!.content
  const scale = header.readUInt32BE(header[0] === 1 ? 20 : 12)
  return { scale, nextTrack: header.readUInt32BE(header.length - 4) }
}

/**
 * A movie box with chapters.
 *
 * @param movie content of the `moov` box
 * @param track the samples of a text track and where they will stand; undefined to write the list alone
 * @returns the whole new box
 */
export function movieWithChapters(
  movie: Buffer,
  chapters: readonly Chapter[],
  track: { readonly samples: readonly Uint8Array[]; readonly offset: number } | undefined,
): Buffer {
  const { scale, nextTrack } = headerOf(movie)
  const list = chapterList(chapters)
  const parts = partsOf(movie)
  const user = parts.find(({ type }) => type === 'udta')
  const others = user ? partsOf(user.content).filter(({ type }) => type !== 'chpl') : []
  const body = changed(movie, ({ type, whole, content }) => {
    if (type === 'udta') return new Uint8Array(0)
    if (type === 'mvhd' && track) {
      const header = Buffer.from(whole)
      header.writeUInt32BE(nextTrack + 1, header.length - 4)
      return header
    }
    if (type === 'trak' && track) return box('trak', content, chapterReference(nextTrack))
    return whole
  })
  const added = track
    ? [chapterTrack(chapters, track.samples, { id: nextTrack, movieScale: scale, offset: track.offset })]
    : []
  return box('moov', body, ...added, box('udta', ...others.map(({ whole }) => whole), list))
}

const containersOfTables = /^(moov|trak|mdia|minf|stbl)$/

/**
 * A movie box whose tables point `shift` bytes further.
 *
 * @param movie the whole box
 * @returns undefined where a table of 32 bits has no room for that
 */
export function movieShifted(movie: Buffer, shift: number): Buffer | undefined {
  const copy = Buffer.from(movie)
  return shiftWithin(copy, shift) ? copy : undefined
}

function shiftWithin(bytes: Buffer, shift: number): boolean {
  return partsOf(bytes).every(({ type, content }) => {
    if (containersOfTables.test(type)) return shiftWithin(content, shift)
    if (type !== 'stco' && type !== 'co64') return true
    const wide = type === 'co64'
    const count = content.readUInt32BE(4)
    for (let at = 8, n = 0; n < count; n++, at += wide ? 8 : 4) {
      if (wide) content.writeBigUInt64BE(content.readBigUInt64BE(at) + BigInt(shift), at)
      else {
        const moved = content.readUInt32BE(at) + shift
        if (moved > 0xffffffff) return false
        content.writeUInt32BE(moved, at)
      }
    }
    return true
  })
}
