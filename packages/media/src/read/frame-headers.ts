/** Length in bytes of the frame whose header starts at `at`; undefined if there is no such header. */
export type FrameLength = (bytes: Uint8Array, at: number) => number | undefined

/** kbit/s by bit-rate index, for MPEG-1 layers I, II, III and MPEG-2 layers I, II+III (ISO/IEC 11172-3, 13818-3). */
const bitRates = {
  v1l1: [0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  v1l2: [0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  v1l3: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  v2l1: [0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  v2l23: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
} as const

const sampleRates = [44100, 48000, 32000] as const

/** Frames of MPEG audio, layers I to III. */
export const layerFrame: FrameLength = (bytes, at) => {
  const [b0, b1, b2] = [bytes[at], bytes[at + 1], bytes[at + 2]]
  if (b0 !== 0xff || b1 === undefined || b2 === undefined || (b1 & 0xe0) !== 0xe0) return undefined
  const version = (b1 >> 3) & 3 // 0: MPEG-2.5, 2: MPEG-2, 3: MPEG-1
  const layer = 4 - ((b1 >> 1) & 3)
  const rateIndex = b2 >> 4
  const sampleIndex = (b2 >> 2) & 3
  if (version === 1 || layer === 4 || rateIndex === 0 || rateIndex === 15 || sampleIndex === 3) return undefined
  const old = version === 3
  const table = old ? bitRates[`v1l${layer as 1 | 2 | 3}`] : layer === 1 ? bitRates.v2l1 : bitRates.v2l23
  const bitRate = table[rateIndex]! * 1000
  const sampleRate = sampleRates[sampleIndex]! / (old ? 1 : version === 2 ? 2 : 4)
  const padding = (b2 >> 1) & 1
  if (layer === 1) return (Math.floor((12 * bitRate) / sampleRate) + padding) * 4
  const samplesOverEight = layer === 3 && !old ? 72 : 144
  return Math.floor((samplesOverEight * bitRate) / sampleRate) + padding
}

/** Frames of AAC in ADTS (ISO/IEC 14496-3, 1.A.2). */
export const adtsFrame: FrameLength = (bytes, at) => {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xf6) !== 0xf0) return undefined
  if (((bytes[at + 2]! >> 2) & 15) > 12) return undefined
  const length = ((bytes[at + 3]! & 3) << 11) | (bytes[at + 4]! << 3) | (bytes[at + 5]! >> 5)
  return length >= 7 ? length : undefined
}

/** How many frames follow each other from `at` on, counting up to four. A frame that the bytes cut off is not counted. */
export function frameChain(bytes: Uint8Array, at: number, length: FrameLength): number {
  let frames = 0
  for (let position = at; frames < 4; frames++) {
    const size = length(bytes, position)
    if (size === undefined || position + size > bytes.length) break
    position += size
  }
  return frames
}

/** Size of the ID3v2 tag that the bytes begin with, header and footer included; undefined if there is none. */
export function id3Size(bytes: Uint8Array): number | undefined {
  if (bytes.length < 10 || bytes[0] !== 0x49 || bytes[1] !== 0x44 || bytes[2] !== 0x33) return undefined
  const digits = bytes.subarray(6, 10)
  if (digits.some((digit) => digit > 127)) return undefined
  const body = digits.reduce((size, digit) => size * 128 + digit, 0)
  return 10 + body + (bytes[5]! & 0x10 ? 10 : 0)
}

/** Size of an MPEG transport stream's packets: 188, or 192 with a time code before each; undefined if it is none. */
export function transportPacketSize(bytes: Uint8Array): 188 | 192 | undefined {
  for (const [size, first] of [
    [188, 0],
    [192, 4],
  ] as const) {
    if (bytes.length < first + size + 1) continue
    let whole = true
    for (let at = first, seen = 0; at < bytes.length && seen < 8; at += size, seen++) whole &&= bytes[at] === 0x47
    if (whole) return size
  }
  return undefined
}
