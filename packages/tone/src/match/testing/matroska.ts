import { writeFileSync } from 'node:fs'
import type { Channels } from './recordings.ts'

/** A track of a {@link matroska} file. */
export type Track =
  | { readonly kind: 'pictures'; readonly picture: Uint8Array; readonly perSecond: number }
  | { readonly kind: 'sound'; readonly channels: Channels; readonly rate: number; readonly main?: boolean }
  | { readonly kind: 'words'; readonly lines: readonly string[] }

/** An element of EBML (RFC 8794): its id, its size in eight bytes, and what is in it. */
function element(id: number, ...content: (Uint8Array | number | string)[]): Buffer {
  const body = Buffer.concat(content.map((part) => (typeof part === 'string' ? Buffer.from(part) : bytesOf(part))))
  const size = Buffer.alloc(8)
  size.writeBigUInt64BE(BigInt(body.length))
  size[0] = 1
  return Buffer.concat([bytesOf(id), size, body])
}

/** A whole number without zeros before it. */
function bytesOf(value: number | Uint8Array): Uint8Array {
  if (typeof value !== 'number') return value
  const hex = value.toString(16)
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex')
}

const double = (value: number): Buffer => {
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleBE(value)
  return bytes
}

/** Milliseconds of sound in a block. */
const step = 100

/**
 * Writes a Matroska file (RFC 9559) with any tracks, which no encoder is needed for: JPEG pictures, 32-bit floats, subtitles with a line a
 * second.
 */
export function matroska(path: string, seconds: number, tracks: readonly Track[]): string {
  const entries = tracks.map((track, at) => {
    const head = [element(0xd7, at + 1), element(0x73c5, at + 1)]
    if (track.kind === 'pictures')
      return element(
        0xae,
        ...head,
        element(0x83, 1),
        element(0x86, 'V_MJPEG'),
        element(0xe0, element(0xb0, 16), element(0xba, 16)),
      )
    if (track.kind === 'words') return element(0xae, ...head, element(0x83, 17), element(0x86, 'S_TEXT/UTF8'))
    const { channels, rate, main = true } = track
    const form = element(0xe1, element(0xb5, double(rate)), element(0x9f, channels.length), element(0x6264, 32))
    return element(
      0xae,
      ...head,
      element(0x83, 2),
      element(0x88, Number(main)),
      element(0x86, 'A_PCM/FLOAT/IEEE'),
      form,
    )
  })
  const clusters: Buffer[] = []
  for (let at = 0; at < seconds * 1000; at += 1000) {
    const blocks: { readonly time: number; readonly bytes: Buffer }[] = []
    for (const [index, track] of tracks.entries())
      for (const { time, data, lasts } of blocksOf(track, at)) {
        // The number of the track, milliseconds since the cluster's time, and flags: a block that stands alone is a key frame.
        const header = Buffer.from([0x81 + index, (time - at) >> 8, (time - at) & 255, lasts ? 0 : 0x80])
        const bytes = lasts
          ? element(0xa0, element(0xa1, header, data), element(0x9b, lasts))
          : element(0xa3, header, data)
        blocks.push({ time, bytes })
      }
    blocks.sort((a, b) => a.time - b.time)
    clusters.push(element(0x1f43b675, element(0xe7, at), ...blocks.map(({ bytes }) => bytes)))
  }
  const head = element(0x1a45dfa3, element(0x4282, 'matroska'), element(0x4287, 4), element(0x4285, 2))
  const info = element(0x1549a966, element(0x2ad7b1, 1_000_000), element(0x4489, double(seconds * 1000)))
  const segment = element(0x18538067, info, element(0x1654ae6b, ...entries), ...clusters)
  writeFileSync(path, Buffer.concat([head, segment]))
  return path
}

/** What a track has in one second, from a time in milliseconds on. */
function blocksOf(track: Track, from: number): { time: number; data: Buffer; lasts?: number }[] {
  if (track.kind === 'words') {
    const line = track.lines[from / 1000]
    return line === undefined ? [] : [{ time: from, data: Buffer.from(line), lasts: 800 }]
  }
  if (track.kind === 'pictures')
    return Array.from({ length: track.perSecond }, (_, index) => ({
      time: from + Math.round((index * 1000) / track.perSecond),
      data: Buffer.from(track.picture),
    }))
  const { channels, rate } = track
  const blocks = []
  for (let time = from; time < from + 1000; time += step) {
    const [first, end] = [time, time + step].map((at) => Math.min(channels[0]!.length, Math.round((at * rate) / 1000)))
    const samples = new Float32Array((end! - first!) * channels.length)
    for (const [c, values] of channels.entries())
      for (let i = first!; i < end!; i++) samples[(i - first!) * channels.length + c] = values[i]!
    if (samples.length > 0) blocks.push({ time, data: Buffer.from(samples.buffer) })
  }
  return blocks
}

/** A grey JPEG of 16 by 16 points. */
export const greyPicture = Buffer.from(
  '/9j/2wBDACgcHiMeGSgjISMtKygwPGRBPDc3PHtYXUlkkYCZlo+AjIqgtObDoKrarYqMyP/L2u71////m8H////6/+b9//j/2wBDASstLTw1PHZBQXb4pYyl+Pj4' +
    '+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj4+Pj/wAARCAAQABADASIAAhEBAxEB/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/E' +
    'ABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAAwDAQACEQMRAD8AAA//2Q==',
  'base64',
)
