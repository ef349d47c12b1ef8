import type { AudioEncoding, AudioStreamReport } from '@colophon/media'

/** How sound is encoded in files of an extension. */
export interface SoundEncoding {
  readonly encoding: AudioEncoding & { readonly codec: string }
  /** Hz: the recording's own where the codec takes it, else the nearest above that it does. */
  readonly sampleRate: number
}

type Codec = Readonly<{
  /** Bits a second for each channel, for codecs that lose something. */
  each?: number
  /** Most bits a second. */
  most?: number
  /** Rates that are taken, rising; default: all. */
  rates?: readonly number[]
  options?: Readonly<Record<string, string>>
}>

const codecs: Readonly<Record<string, Codec>> = {
  mp3: { each: 128_000, most: 320_000, rates: [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000] },
  aac: {
    each: 128_000,
    rates: [8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 64_000, 88_200, 96_000],
  },
  opus: { each: 96_000, most: 510_000, rates: [8000, 12_000, 16_000, 24_000, 48_000] },
  // By quality: the rates that it takes depend on everything else.
  vorbis: { options: { flags: '+qscale', global_quality: String(7 * 118) } },
}

/** Codecs of files with an extension: those that a source's own codec may stay, the first otherwise. */
const byExtension: Readonly<Record<string, readonly string[]>> = {
  '.wav': ['pcm_s24le'],
  '.w64': ['pcm_s24le'],
  '.caf': ['pcm_s24le'],
  '.aiff': ['pcm_s24be'],
  '.aif': ['pcm_s24be'],
  '.flac': ['flac'],
  '.mp3': ['mp3'],
  '.m4a': ['aac', 'alac'],
  '.mp4': ['aac', 'alac', 'mp3', 'flac', 'opus', 'ac3', 'eac3'],
  '.m4v': ['aac', 'alac', 'ac3', 'eac3'],
  '.mov': ['aac', 'alac', 'pcm_s16le', 'pcm_s24le', 'pcm_s16be', 'pcm_s24be'],
  '.aac': ['aac'],
  '.ogg': ['vorbis', 'opus', 'flac'],
  '.oga': ['vorbis', 'opus', 'flac'],
  '.opus': ['opus'],
  '.webm': ['opus', 'vorbis'],
  '.mka': ['flac', 'aac', 'mp3', 'opus', 'vorbis', 'pcm_s16le', 'pcm_s24le', 'ac3', 'eac3'],
  '.mkv': ['flac', 'aac', 'mp3', 'opus', 'vorbis', 'pcm_s16le', 'pcm_s24le', 'ac3', 'eac3'],
  '.avi': ['mp3', 'ac3', 'pcm_s16le'],
  '.ts': ['aac', 'mp3', 'ac3', 'eac3', 'opus'],
}

/**
 * How a recording is encoded for a file: as it was where files of that extension hold its codec, and with as many bits a second at the
 * least; otherwise as is usual there. WAV, AIFF, CAF and FLAC have 24 bits.
 *
 * @param extension with its dot
 * @param from how the recording was encoded, where it was
 * @param float 32-bit floats instead of 24 bits, in WAV, W64 and CAF
 */
export function soundEncoding(
  extension: string,
  sampleRate: number,
  channels: number,
  from: Pick<AudioStreamReport, 'codec' | 'bitRate'> | undefined,
  float = false,
): SoundEncoding {
  const possible = byExtension[extension] ?? ['aac']
  const takes = (codec: string): boolean => codecs[codec]?.rates?.includes(sampleRate) ?? true
  const kept = from && possible.includes(from.codec) && takes(from.codec) ? from.codec : undefined
  const usual = possible.find(takes) ?? possible[0]!
  const codec = float && /^\.(wav|w64|caf)$/.test(extension) ? 'pcm_f32le' : (kept ?? usual)
  const { each, most = Number.POSITIVE_INFINITY, rates, options } = codecs[codec] ?? {}
  const rate = takes(codec) ? sampleRate : (rates!.find((one) => one > sampleRate) ?? rates![rates!.length - 1]!)
  const before = kept ? (from?.bitRate ?? 0) : 0
  // MP3 has lower ones for low sample rates.
  const highest = codec === 'mp3' && rate < 32_000 ? 160_000 : most
  const bitRate = each && Math.min(highest, Math.max(each * channels, before))
  return { encoding: { codec, ...(bitRate && { bitRate }), ...(options && { options }) }, sampleRate: rate }
}
