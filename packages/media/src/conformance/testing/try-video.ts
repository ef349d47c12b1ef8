import { isDeepStrictEqual } from 'node:util'
import type { VideoStreamReport } from '../../probe/report.ts'
import { rewriteVideo } from '../../rewrite/rewrite-media.ts'
import { differences } from './differences.ts'
import { makeRecording, type PictureTrack } from './recording.ts'
import { likeness, type SeenFile, type SeenFrame, see, seeFrames } from './seen.ts'
import { muxers, type VideoRow } from './video-rows.ts'

/** What was found of a video file, in the words of the page. */
export interface VideoFinding {
  /** What is not as it was made; nothing where all is read rightly. */
  readonly read: readonly string[]
  /** What is not kept when all frames are encoded again. */
  readonly rewritten: readonly string[]
  /** What is not kept when some frames change. */
  readonly partly: readonly string[]
  /** How many groups of pictures were copied then, or why none was. */
  readonly groups: string
  /** How many frames are read. */
  readonly frames: number
}

/** How alike the pictures of a copy must be to their source, in dB over all samples of luma. */
const alike = 35

/** Makes a file, reads it, encodes it again, and changes two frames of it. */
export async function tryVideo(row: VideoRow, path: (name: string) => string): Promise<VideoFinding> {
  const name = `${row.codec} ${row.case}`.replaceAll(/[^a-z0-9]+/gi, '-')
  const [from, whole, part] = ['', '-again', '-part'].map((suffix) => path(`${name}${suffix}.${row.container}`))
  await makeRecording(from!, { muxer: muxers[row.container], picture: row.track })
  return tryVideoFile(from!, whole!, part!, row)
}

export async function tryVideoFile(
  from: string,
  whole: string,
  part: string,
  row?: Pick<VideoRow, 'container' | 'track'>,
): Promise<VideoFinding> {
  const source = await see(from)
  const frames = await seeFrames(source.media)
  const read = row ? await readWrong(row, source, frames) : await seekWrong(source, frames)
  const index = mainVideo(source)
  await rewriteVideo(from, whole, () => {})
  const again = await see(whole)
  const rewritten = [
    ...differences(source, again, { encoded: [index] }),
    ...unlike(frames, await seeFrames(again.media)),
  ]
  return { read, rewritten, frames: frames.length, ...(await tryPart(from, part, source, frames, index)) }
}

/** Colours by the number of their transfer function, as reports call them. */
const hdrColours: Readonly<Record<number, readonly (string | undefined)[]>> = {
  16: ['bt2020', 'smpte2084', 'bt2020nc'],
  18: ['bt2020', 'arib-std-b67', 'bt2020nc'],
}
const bt709 = ['bt709', 'bt709', 'bt709']

const coloursOf = ({ colour: { primaries, transfer, matrix } }: VideoStreamReport) => [primaries, transfer, matrix]

/** What a report says of a display matrix: degrees clockwise to turn it by, after it is mirrored. */
function turnOf([a, b, , d]: NonNullable<PictureTrack['turn']> = [1, 0, 0, 1]): string {
  if (a !== 0) return a === d ? `${a > 0 ? 0 : 180}` : '0 mirrored'
  return `${b > 0 ? 90 : 270}`
}

/** What the reader says otherwise than it was made. */
async function readWrong(
  { track, container }: Pick<VideoRow, 'container' | 'track'>,
  source: SeenFile,
  frames: readonly SeenFrame[],
): Promise<string[]> {
  const { timeBase, times, colour, turn, sampleAspectRatio, pixelFormat, fullRange, mastered } = track
  const { says } = source.streams[0]!
  // Matroska counts in milliseconds.
  const unit = container === 'mkv' || container === 'webm' ? 0.00101 : 1e-9
  const stream = source.report.streams[0] as VideoStreamReport
  const wrong = times
    .slice(0, -1)
    .findIndex(
      (at, index) => !(Math.abs(frames[index]!.time - ((at - times[0]!) * timeBase.num) / timeBase.den) < unit),
    )
  return [
    ...(frames.length === times.length - 1 ? [] : [`${times.length - 1} frames are read as ${frames.length}`]),
    ...(wrong < 0 ? [] : [`frame ${wrong} is shown at ${frames[wrong]!.time} s`]),
    ...(stream.interlaced === (track.interlaced ?? false) ? [] : ['fields are not told']),
    ...((stream.colour.range === 'full') === (fullRange ?? false) ? [] : [`range is ${stream.colour.range}`]),
    ...(!colour || stream.hdr === colour.transfer >= 16 ? [] : ['HDR is not told']),
    ...(turnOf(turn) === `${stream.rotation}${stream.mirrored ? ' mirrored' : ''}` ? [] : ['the turn is not told']),
    ...(fullRange || stream.pixelFormat === pixelFormat ? [] : [`pixels are ${stream.pixelFormat}`]),
    ...(!colour || isDeepStrictEqual(hdrColours[colour.transfer] ?? bt709, coloursOf(stream))
      ? []
      : ['colours are not told']),
    ...(!mastered || says['mastering display'] !== undefined ? [] : ['the mastering display is not told']),
    ...(!mastered || says['content light level'] !== undefined ? [] : ['light levels are not told']),
    ...(!sampleAspectRatio || stream.sampleAspectRatio ? [] : ['the shape of pixels is not told']),
    ...(await seekWrong(source, frames)),
  ]
}

/** Whether reading from some time on begins with the right frame and goes on with the same pictures. */
async function seekWrong(source: SeenFile, frames: readonly SeenFrame[]): Promise<string[]> {
  const wrong: string[] = []
  for (const share of [0.5, 0.95]) {
    const at = Math.floor(share * frames.length)
    const [shown, next] = [frames[at]!, frames[at + 1]]
    const from = next ? (shown.time + next.time) / 2 : shown.time
    const found = await seeFrames(source.media, from)
    const same =
      found.length === frames.length - at && found.every(({ hash }, index) => hash === frames[at + index]!.hash)
    if (!same) wrong.push(`reading from frame ${at} on gives other frames`)
  }
  return wrong
}

function unlike(a: readonly SeenFrame[], b: readonly SeenFrame[]): string[] {
  if (a.length !== b.length) return [`${a.length} frames became ${b.length}`]
  const decibels = likeness(a, b)
  return decibels >= alike ? [] : [`pictures are alike by only ${Math.round(decibels)} dB`]
}

/** Reads a file and changes two frames of it. */
export async function tryPartOfFile(from: string, part: string): Promise<VideoFinding> {
  const source = await see(from)
  const frames = await seeFrames(source.media)
  return {
    read: [],
    rewritten: [],
    frames: frames.length,
    ...(await tryPart(from, part, source, frames, mainVideo(source))),
  }
}

const mainVideo = ({ report }: SeenFile): number =>
  report.streams.find((stream) => stream.kind === 'video' && !stream.cover)!.index

/** Changes two frames in the middle, with leave to copy all groups that have neither. */
async function tryPart(
  from: string,
  to: string,
  source: SeenFile,
  frames: readonly SeenFrame[],
  stream: number,
): Promise<Pick<VideoFinding, 'partly' | 'groups'>> {
  const first = Math.floor(frames.length / 2) - 1
  const only = [{ from: frames[first]!.time + 1e-4, to: frames[first + 1]!.time + 1e-4 }]
  let worked = 0
  const change = ({ planes }: { planes: readonly { data: Uint8Array | Uint16Array }[] }) => {
    worked++
    planes[0]!.data.reverse()
  }
  const { video } = await rewriteVideo(from, to, change, { only })
  const result = await see(to)
  const after = await seeFrames(result.media)
  const partly = [...differences(source, result, { encoded: [stream] })]
  if (worked !== 2) partly.push(`${worked} frames were given instead of 2`)
  if (after.length !== frames.length) partly.push(`${frames.length} frames became ${after.length}`)
  else {
    const others = (all: readonly SeenFrame[]) => all.filter((_, index) => index !== first && index !== first + 1)
    partly.push(...unlike(others(frames), others(after)))
    if (likeness(frames.slice(first, first + 2), after.slice(first, first + 2)) > alike)
      partly.push('the frames were not changed')
  }
  const { kept } = video!
  if (!kept) return { partly, groups: `all again: ${video!.why}` }
  const same = after.filter(({ hash }, index) => hash === frames[index]?.hash).length
  if (same < after.length - video!.frames) partly.push('a frame of a copied group is not as it was')
  const hashes = new Set(result.streams[stream]!.packets.map(({ hash }) => hash))
  const copied = source.streams[stream]!.packets.filter(({ hash }) => hashes.has(hash)).length
  if (copied < kept.packets) partly.push('a copied packet is not as it was')
  return { partly, groups: `${kept.groups} of ${kept.ofGroups} groups copied` }
}
