import type { Chapter, StreamReport } from '../../probe/report.ts'
import type { SeenFile, SeenPacket, SeenStream } from './seen.ts'

/** Tags that a container writes of itself. */
const ownTags =
  /^(major_brand|minor_version|compatible_brands|encoder|duration|vendor_id|_statistics.*|bps|number_of_.*)$/i

const tagsOf = (tags: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(tags)
      .filter(([key]) => !ownTags.test(key))
      // Names of tags have no case.
      .map(([key, value]) => [key.toLowerCase(), value]),
  )

/** Facts of a stream that stay when it is encoded again. */
const pictureFacts = [
  ['width', 'width'],
  ['height', 'height'],
  ['rotation', 'rotation'],
  ['mirrored', 'mirroring'],
  ['pixelFormat', 'pixel format'],
  ['hdr', 'HDR'],
  ['fieldOrder', 'field order'],
] as const

const soundFacts = [
  ['sampleRate', 'sample rate'],
  ['channels', 'channels'],
  ['layout', 'channel layout'],
  ['sampleFormat', 'sample format'],
  ['bitDepth', 'bit depth'],
] as const

interface Compared {
  /** Indices of streams that were encoded anew. */
  readonly encoded: readonly number[]
  /** Indices of streams that were left out. */
  readonly left?: readonly number[]
  /** Whether the container is another, which has tags and units of its own. */
  readonly otherContainer?: boolean
}

/** In what a rewritten file differs from its source, in plain words; nothing where all is kept. */
export function differences(a: SeenFile, b: SeenFile, { encoded, left = [], otherContainer }: Compared): string[] {
  const found = new Set<string>()
  const compare = (what: string, was: unknown, is: unknown) => {
    if (show(was) !== show(is)) found.add(`${what}: ${show(was)} became ${show(is)}`)
  }
  const kept = a.streams.filter((_, index) => !left.includes(index))
  // The titles of chapters are a track of their own in MP4.
  const written = b.streams.filter(({ report }) => !otherContainer || report.kind !== 'data')
  if (kept.length !== written.length) return [`${kept.length} streams became ${written.length}`]
  if (!otherContainer) compareTags('', a.report.tags, b.report.tags, compare)
  compare('chapters', a.report.chapters.map(chapterOf), b.report.chapters.map(chapterOf))
  for (const [position, was] of kept.entries()) {
    const is = written[position]!
    const anew = encoded.includes(was.report.index)
    compare('codec', was.report.codec, is.report.codec)
    if (was.report.codec !== is.report.codec) continue
    compareStream(was, is, anew, otherContainer ?? false, compare)
    for (const difference of anew ? timeDifferences(was, is) : packetDifferences(was, is, otherContainer ?? false))
      found.add(anew ? difference : `copied ${was.report.kind}: ${difference}`)
  }
  return [...found]
}

type Compare = (what: string, was: unknown, is: unknown) => void

function compareStream(was: SeenStream, is: SeenStream, anew: boolean, otherContainer: boolean, compare: Compare) {
  const kind = was.report.kind
  if (otherContainer) {
    compare('language', was.report.language, is.report.language)
    compare('title', was.report.title, is.report.title)
  } else compareTags(`${kind} `, was.report.tags, is.report.tags, compare)
  const facts = kind === 'video' ? pictureFacts : kind === 'audio' ? soundFacts : []
  const fact = (report: StreamReport, name: string) => (report as unknown as Record<string, unknown>)[name]
  for (const [name, words] of facts) compare(words, fact(was.report, name), fact(is.report, name))
  if (was.report.kind === 'video' && is.report.kind === 'video') {
    for (const name of ['primaries', 'transfer', 'matrix', 'range'] as const)
      if (name !== 'range' || !otherContainer)
        compare(`colour ${name}`, was.report.colour[name], is.report.colour[name])
    // What is not said to be full is limited.
    if (otherContainer) compare('colour range', was.report.colour.range === 'full', is.report.colour.range === 'full')
    compare('shape of pixels', was.report.sampleAspectRatio, is.report.sampleAspectRatio)
  }
  for (const [name, value] of Object.entries(was.says)) {
    if (name === 'shape of pixels' || (name === 'extradata' && (anew || otherContainer))) continue
    // Which track plays by default, containers mark in ways of their own.
    const marks = (number: unknown) => (otherContainer && name === 'dispositions' ? Number(number) & ~1 : number)
    if (marks(value) !== marks(is.says[name])) compare(`${kind} ${name}`, short(value), short(is.says[name]))
  }
}

const short = (value: unknown): unknown => (typeof value === 'string' && value.length > 20 ? 'one' : value)

const chapterOf = ({ start, end, title }: Chapter) =>
  `${title} ${start.toFixed(3)}-${end === undefined ? '' : end.toFixed(3)}`

function compareTags(whose: string, was: Record<string, string>, is: Record<string, string>, compare: Compare): void {
  const [before, after] = [tagsOf(was), tagsOf(is)]
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    compare(`${whose}tag ${key}`, before[key], after[key])
}

const show = (value: unknown): string =>
  value === undefined
    ? 'none'
    : typeof value === 'object'
      ? Array.isArray(value)
        ? value.join(', ') || 'none'
        : Object.values(value as object).join(':')
      : `${value}`

/** What is not bit for bit as it was in a copied stream. */
function packetDifferences(was: SeenStream, is: SeenStream, otherContainer: boolean): string[] {
  if (was.packets.length !== is.packets.length) return [`${was.packets.length} packets became ${is.packets.length}`]
  // Matroska keeps no times of decoding, and containers count in units of their own.
  const cover = was.report.kind === 'video' && was.report.cover
  const parts =
    otherContainer || cover
      ? (['hash', 'key'] as const)
      : (['hash', 'pts', 'dts', 'duration', 'flags', 'sideData'] as const)
  const names: Readonly<Record<keyof SeenPacket, string>> = {
    hash: 'bytes',
    pts: 'times',
    dts: 'times of decoding',
    duration: 'durations',
    flags: 'flags',
    key: 'key flag',
    sideData: 'samples to skip',
  }
  const exact = parts
    .filter((part) => was.packets.some((packet, index) => packet[part] !== is.packets[index]![part]))
    .map((part) => {
      const at = was.packets.findIndex((packet, index) => packet[part] !== is.packets[index]![part])
      return `${names[part]} of packet ${at} (${was.packets[at]![part]} became ${is.packets[at]![part]})`
    })
  return otherContainer ? [...exact, ...roughTimes(was, is)] : exact
}

/** Times that are off by more than a unit of the coarser container, which is a millisecond. */
function roughTimes(was: SeenStream, is: SeenStream): string[] {
  const far = was.packets.findIndex(
    ({ pts }, index) => Math.abs(seconds(pts) - seconds(is.packets[index]!.pts)) > 0.0011,
  )
  return far < 0 ? [] : [`times of packet ${far} (${was.packets[far]!.pts} became ${is.packets[far]!.pts})`]
}

const seconds = (fraction: string): number => {
  const [over, under] = fraction.split('/').map(Number)
  return over! / under!
}

/** What is not as it was in the times of pictures that were encoded anew; they may be stored in another order. */
function timeDifferences(was: SeenStream, is: SeenStream): string[] {
  if (was.report.kind !== 'video') return []
  if (was.packets.length !== is.packets.length) return [`${was.packets.length} pictures became ${is.packets.length}`]
  const shown = ({ packets }: SeenStream) => packets.toSorted((a, b) => seconds(a.pts) - seconds(b.pts))
  const [before, after] = [shown(was), shown(is)]
  // MP4 tells durations in the order of decoding.
  const inOrder = [was, is].every((stream) => shown(stream).every((packet, index) => packet === stream.packets[index]))
  return (inOrder ? (['pts', 'duration'] as const) : (['pts'] as const)).flatMap((part) => {
    const at = before.findIndex((packet, index) => packet[part] !== after[index]![part])
    const what = part === 'pts' ? 'time' : 'duration'
    return at < 0 ? [] : [`${what} of picture ${at}: ${before[at]![part]} became ${after[at]![part]}`]
  })
}
