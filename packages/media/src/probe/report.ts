import { z } from 'zod'

const ratio = z.object({ num: z.number(), den: z.number() })
const tags = z.record(z.string(), z.string())

const streamBase = {
  index: z.number().int(),
  codec: z.string().describe('FFmpeg codec name, e.g. h264'),
  profile: z.string().optional(),
  language: z.string().optional().describe('as tagged, usually ISO 639-2, e.g. eng'),
  title: z.string().optional(),
  default: z.boolean().describe('players choose it by default'),
  forced: z.boolean().describe('players show it even when not asked'),
  duration: z.number().optional().describe('seconds'),
  bitRate: z.number().optional().describe('bits a second'),
  frames: z.number().optional().describe('as the container counts them'),
  tags,
}

export const videoStream = z.object({
  kind: z.literal('video'),
  ...streamBase,
  cover: z.boolean().describe('a still picture attached to a recording, such as cover art'),
  width: z.number().int().describe('coded pixels'),
  height: z.number().int().describe('coded pixels'),
  displayWidth: z.number().int().describe('square pixels, after rotation'),
  displayHeight: z.number().int().describe('square pixels, after rotation'),
  rotation: z
    .union([z.literal(0), z.literal(90), z.literal(180), z.literal(270)])
    .describe('degrees clockwise to show it upright'),
  mirrored: z.boolean().describe('mirrored left to right before it is rotated'),
  sampleAspectRatio: ratio.optional(),
  pixelFormat: z.string().optional(),
  bitDepth: z.number().int().optional(),
  frameRate: z.number().optional().describe('frames a second, on average'),
  averageFrameRate: ratio.optional(),
  realFrameRate: ratio.optional().describe('the lowest rate at which every time stamp can be told'),
  variableFrameRate: z.boolean().optional().describe('the two rates differ by more than 2 %'),
  colour: z.object({
    primaries: z.string().optional(),
    transfer: z.string().optional(),
    matrix: z.string().optional(),
    range: z.string().optional().describe('limited or full'),
  }),
  hdr: z.boolean().describe('the transfer function is PQ or HLG'),
  interlaced: z.boolean(),
  fieldOrder: z.string().optional(),
})

export const audioStream = z.object({
  kind: z.literal('audio'),
  ...streamBase,
  sampleRate: z.number().int().describe('Hz'),
  channels: z.number().int(),
  layout: z.string().optional().describe('e.g. stereo, 5.1(side)'),
  sampleFormat: z.string().optional(),
  bitDepth: z.number().int().optional(),
})

export const otherStream = z.object({ kind: z.enum(['subtitle', 'data', 'attachment']), ...streamBase })

export const chapter = z.object({
  start: z.number().describe('seconds'),
  end: z.number().optional().describe('seconds'),
  title: z.string().optional(),
})

/** What `media.probe` tells of audio and video files. */
export const recordingReport = z.object({
  kind: z.enum(['audio', 'video']),
  format: z.string().describe('container, e.g. mp4'),
  mediaType: z.string(),
  size: z.number().int().describe('bytes'),
  duration: z.number().optional().describe('seconds'),
  start: z.number().describe('time stamp of the beginning, in seconds'),
  bitRate: z.number().optional().describe('bits a second, of the whole file'),
  tags,
  chapters: z.array(chapter),
  streams: z.array(z.discriminatedUnion('kind', [videoStream, audioStream, otherStream])),
})

/** What `media.probe` tells of pictures. */
export const imageReport = z.object({
  kind: z.literal('image'),
  format: z.string().describe('e.g. jpeg'),
  mediaType: z.string(),
  size: z.number().int().describe('bytes'),
  width: z.number().int().describe('stored pixels'),
  height: z.number().int().describe('stored pixels'),
  displayWidth: z.number().int().describe('after the orientation is applied'),
  displayHeight: z.number().int().describe('after the orientation is applied'),
  orientation: z.number().int().min(1).max(8).describe('EXIF: 1 is upright'),
  colourSpace: z.string(),
  channels: z.number().int(),
  bitDepth: z.number().int().optional(),
  alpha: z.boolean(),
  iccProfile: z.string().optional().describe('description of the embedded colour profile'),
  chromaSubsampling: z.string().optional(),
  progressive: z.boolean(),
  density: z.number().optional().describe('pixels an inch'),
  frames: z.number().int().describe('frames of an animation, pages of a document; 1 for a single picture'),
  duration: z.number().optional().describe('seconds of an animation'),
  hasExif: z.boolean(),
  hasXmp: z.boolean(),
})

/** What `media.probe` tells. */
export const probeReport = z.discriminatedUnion('kind', [imageReport, recordingReport])

export type ProbeReport = z.infer<typeof probeReport>
export type ImageReport = z.infer<typeof imageReport>
export type RecordingReport = z.infer<typeof recordingReport>
export type StreamReport = RecordingReport['streams'][number]
export type VideoStreamReport = z.infer<typeof videoStream>
export type AudioStreamReport = z.infer<typeof audioStream>
export type Chapter = z.infer<typeof chapter>
