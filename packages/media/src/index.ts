/** Media types with their facts, and the first ops on them: probe and thumbnail. */
export type { MediaFacts } from './facts.ts'
export {
  type AudioStreamReport,
  type Chapter,
  type ImageReport,
  type ProbeReport,
  probeReport,
  type RecordingReport,
  type StreamReport,
  type VideoStreamReport,
} from './probe/report.ts'
export { probe } from './probe.ts'
export { type ThumbnailParams, type ThumbnailReport, thumbnailParams, thumbnailReport } from './thumbnail/report.ts'
export { thumbnail } from './thumbnail.ts'
export { audio, image, media, video } from './types.ts'
