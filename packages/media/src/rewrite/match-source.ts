import { ColophonError } from '@colophon/core'
import type { Frame, Stream } from 'node-av/lib'
import type { Container } from '../av/container.ts'
import { Decoder } from '../av/decoder.ts'
import type { Av } from '../av/library.ts'
import type { AudioStreamReport, VideoStreamReport } from '../probe/report.ts'
import { pixelLayout, substituteFor } from '../stream/pixel-layout.ts'
import type { AudioEncoding } from '../write/audio-encoder.ts'
import { findVideoEncoder, type Pictures, type VideoEncoding } from '../write/video-encoder.ts'
import { type HdrMetadata, hdrOptions } from './hdr.ts'

/** How many frames are looked at to learn the quality of a source. */
const lookedAt = 60

/** What the pictures of a stream are. */
export function picturesOf(stream: Stream, report: VideoStreamReport): Pictures {
  const { codecpar } = stream
  const format = report.pixelFormat ?? 'yuv420p'
  return {
    width: codecpar.width,
    height: codecpar.height,
    pixelFormat: pixelLayout(format) ? format : substituteFor(format, report.bitDepth),
    timeBase: { num: stream.timeBase.num, den: stream.timeBase.den },
    frameRate: report.averageFrameRate ?? report.realFrameRate,
    ...(report.sampleAspectRatio && { sampleAspectRatio: report.sampleAspectRatio }),
    colour: {
      primaries: codecpar.colorPrimaries,
      transfer: codecpar.colorTrc,
      matrix: codecpar.colorSpace,
      range: codecpar.colorRange,
      chromaLocation: codecpar.chromaLocation,
    },
    interlaced: report.interlaced,
  }
}

/** Refuses what an encoder would silently lose. */
export function refuseLoss(av: Av, stream: Stream): void {
  const refused = (why: string) => new ColophonError('MEDIA_NOT_WRITTEN', { name: 'The video', why })
  if (stream.codecpar.getCodedSideData(av.AV_PKT_DATA_DOVI_CONF))
    throw refused('its picture is Dolby Vision, whose metadata do not survive encoding')
}

/** What an encoded copy is to be like, and why its codec is another where it is. */
export interface Likeness {
  readonly encoding: VideoEncoding & { readonly codec: string }
  readonly why: string | undefined
  /** Static metadata of high dynamic range, for the container. */
  readonly hdr: HdrMetadata
}

/**
 * The codec, quality and pixel format that make an encoded copy look like its source and be about as large. H.264 is measured by
 * its quantisers; other codecs by their bit rate.
 *
 * @param rate whether its quality or bit rate matters, which takes the decoding of some frames to find out
 */
export async function encodingLike(
  container: Container,
  stream: Stream,
  report: VideoStreamReport,
  rate = true,
): Promise<Likeness> {
  const { av } = container
  const known = findVideoEncoder(av, report.codec) !== undefined
  const codec = known ? report.codec : 'h264'
  const why = known ? undefined : `there is no encoder for ${report.codec}, so it becomes ${codec}`
  const count = codec === 'h264' && known && rate ? lookedAt : report.hdr ? 1 : 0
  const first = await firstFrames(container, stream, report.bitDepth ?? 8, count)
  const options = hdrOptions(first.hdr, codec)
  const same = { codec, ...(options && { options }) }
  if (codec === 'h264') return { encoding: { ...same, quality: first.quality ?? 18 }, why, hdr: first.hdr }
  if (/^(prores|ffv1|huffyuv|ffvhuff|utvideo|rawvideo|png|magicyuv|qtrle|gif)$/.test(codec))
    return { encoding: same, why, hdr: first.hdr }
  // The AV1 encoder holds no rate where a side is shorter than its blocks.
  if (codec === 'av1' && Math.min(report.width, report.height) < 64) return { encoding: same, why, hdr: first.hdr }
  const bitRate = report.bitRate ?? bitRateOf(container)
  return { encoding: bitRate ? { ...same, bitRate } : same, why, hdr: first.hdr }
}

/** Bits a second of a file with one large stream, where the stream's own rate is not written. */
function bitRateOf({ context, streams }: Container): number | undefined {
  const total = Number(context.bitRate)
  const others = streams.reduce((sum, { codecpar }) => sum + (codecpar.width > 0 ? 0 : Number(codecpar.bitRate)), 0)
  return total > others ? total - others : undefined
}

/**
 * How far x264's constant quality lies above the mean quantiser of the blocks that it makes: 3.5 to 4.5 for qualities of 12 to 28
 * on two clips. A little less is taken, since encoding again loses again.
 */
const qualityAboveQuantiser = 2.5

/**
 * What the first frames of a stream tell: the constant quality that would have made them, by the quantisers of their blocks, and the
 * metadata of high dynamic range, which stand in the container or among the pictures.
 */
async function firstFrames(
  container: Container,
  stream: Stream,
  bitDepth: number,
  count: number,
): Promise<{ quality: number | undefined; hdr: HdrMetadata }> {
  const { av } = container
  const { codecpar } = stream
  let mastering = codecpar.getCodedSideData(av.AV_PKT_DATA_MASTERING_DISPLAY_METADATA)
  let light = codecpar.getCodedSideData(av.AV_PKT_DATA_CONTENT_LIGHT_LEVEL)
  const found: number[] = []
  const take = (frame: Frame) => {
    const quantiser = frameQuantiser(frame.getSideData(av.AV_FRAME_DATA_VIDEO_ENC_PARAMS))
    if (quantiser !== undefined) found.push(quantiser)
    mastering ??= copied(frame.getSideData(av.AV_FRAME_DATA_MASTERING_DISPLAY_METADATA))
    light ??= copied(frame.getSideData(av.AV_FRAME_DATA_CONTENT_LIGHT_LEVEL))
    frame.free()
  }
  if (count > 0) {
    using decoder = await Decoder.open(av, stream, (context) => {
      context.setOption('export_side_data', 'venc_params')
    })
    using packet = new av.Packet()
    packet.alloc()
    let seen = 0
    while (seen < count && (await container.read(packet))) {
      if (packet.streamIndex === stream.index) {
        for await (const frame of decoder.decode(packet)) {
          seen++
          take(frame)
        }
      }
      packet.unref()
    }
  }
  // Quantisers count from -6 for each bit above eight (H.264, 7.4.2.1.1), and decoders from 0.
  const mean = found.reduce((sum, quantiser) => sum + quantiser, 0) / found.length - 6 * (bitDepth - 8)
  const near = Math.min(40, Math.max(1, mean + qualityAboveQuantiser))
  return {
    quality: found.length > 0 ? Math.round(near * 10) / 10 : undefined,
    hdr: { ...(mastering && { mastering }), ...(light && { light }) },
  }
}

/** Side data go with their frame. */
const copied = (data: Buffer | null): Buffer | null => data && Buffer.from(data)

/** Mean over the blocks of a frame (AVVideoEncParams: count, offset and size of blocks, type, quantiser; blocks end with theirs). */
function frameQuantiser(data: Buffer | null): number | undefined {
  if (!data || data.length < 64) return undefined
  const [count, from, size] = [data.readUInt32LE(0), Number(data.readBigUInt64LE(8)), Number(data.readBigUInt64LE(16))]
  const base = data.readInt32LE(28)
  if (count === 0 || size < 20) return base
  let sum = 0
  for (let block = 0; block < count; block++) sum += data.readInt32LE(from + block * size + 16)
  return base + sum / count
}

/** The codec and bit rate of a sound track; lossless ones keep their width. */
export function soundLike(av: Av, stream: Stream, report: AudioStreamReport): AudioEncoding & { codec: string } {
  const name = { mp3: 'libmp3lame', opus: 'libopus', vorbis: 'libvorbis' }[report.codec] ?? report.codec
  const codec = av.Codec.findEncoderByName(name as never) ? report.codec : 'flac'
  const lossless = /^(pcm_|flac|alac|wavpack|tta|truehd)/.test(codec)
  const bitRate = Number(stream.codecpar.bitRate)
  return { codec, ...(!lossless && bitRate > 0 && { bitRate }) }
}
