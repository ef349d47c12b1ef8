/**
 * Media: types with their facts, ops (probe, thumbnail, compare), streams of frames and samples, writing and rewriting, pictures,
 * measures of quality, and a sandbox for files that are not trusted.
 */

export { type CompareParams, type CompareReport, compareParams, compareReport } from './compare/report.ts'
export { compare } from './compare.ts'
export type { MediaFacts } from './facts.ts'
export { orientationAxes, orientedSize } from './geometry/orientation.ts'
export type { Background } from './image/alpha.ts'
export { type BitDepth, type Encoding, type Picture, type PictureFormat, pictureFormats } from './image/picture.ts'
export { type ReadPictureOptions, readPicture } from './image/read-picture.ts'
export type { PictureSource } from './image/source.ts'
export { type WritePictureOptions, type WrittenPicture, writePicture } from './image/write-picture.ts'
export { type Kernel, openKernel } from './kernels/open-kernel.ts'
export { blockSsim } from './measure/block-ssim.ts'
export { msSsim, ssimAndMsSsim } from './measure/ms-ssim.ts'
export type { Plane as SamplePlane } from './measure/plane.ts'
export { mse, type Psnr, PsnrMeter, psnr, psnrOf, squaredError } from './measure/psnr.ts'
export { type SegmentalOptions, type Signal, SnrMeter, segmentalSnr, siSdr, snr } from './measure/snr.ts'
export { LogSpectralMeter, logSpectralDistance, type SpectralOptions } from './measure/spectral-distance.ts'
export { ssim } from './measure/ssim.ts'
export { type Ssim, SsimMeter } from './measure/ssim-meter.ts'
export { type Flow, visibleInBoth, type WarpingError, WarpingMeter, warpingError } from './measure/warping.ts'
export type { ChromaSiting, ColourMatrix, ColourRange, YuvFormat } from './pixels/colour-format.ts'
export { type ColourFrame, type ColourOptions, frameToRgb, rgbIntoFrame, yuvFormatOf } from './pixels/colour-frame.ts'
export { lumaOf } from './pixels/colour-luma.ts'
export type { ColourPlane, Rgb, RgbPlanes } from './pixels/colour-planes.ts'
export { yuvToRgb, yuvToRgbPlanes } from './pixels/colour-to-rgb.ts'
export { rgbToLuma, rgbToYuv } from './pixels/colour-to-yuv.ts'
export { allFromLight, allToLight, fromLight, type TransferName, toLight } from './pixels/colour-transfer.ts'
export { type ResizeFilter, resize } from './pixels/resize.ts'
export { sampleAt, warp } from './pixels/warp.ts'
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
export type { Bytes as RangeReader } from './read/bytes.ts'
export type { TransformSamples } from './rewrite/audio-track.ts'
export type { CopiedStream, LeftStream } from './rewrite/copies.ts'
export type { KeptChapters } from './rewrite/finish-file.ts'
export type { TimeRange } from './rewrite/groups.ts'
export type { PacketDigest } from './rewrite/packet-digest.ts'
export {
  type AudioRewrite,
  type RewriteOptions,
  type RewriteReport,
  type RewrittenAudio,
  type RewrittenVideo,
  rewriteMedia,
  rewriteVideo,
  type VideoRewrite,
} from './rewrite/rewrite-media.ts'
export type { Verified } from './rewrite/verify-joints.ts'
export type { FrameContext, OnFrame, Reach } from './rewrite/video-track.ts'
export { resampledLength } from './samples/clock.ts'
export { type ConvolutionMode, convolve } from './samples/convolve.ts'
export { OverlapSave } from './samples/overlap-save.ts'
export { PartitionedConvolver } from './samples/partitioned-convolver.ts'
export { type Channels, Resampler, type ResamplerOptions, resample } from './samples/resampler.ts'
export { type ResamplingPromise, type ResamplingQuality, resamplingPromises } from './samples/resampling-filter.ts'
export type { Inside } from './sandbox/messages.ts'
export { Sandbox, type SandboxOptions, type SandboxRun } from './sandbox/sandbox.ts'
export {
  type Decoded,
  type DecodedStream,
  decodeUntrusted,
  probeUntrusted,
  thumbnailUntrusted,
} from './sandbox/untrusted.ts'
export { createFrame, type FrameSpec } from './stream/create-frame.ts'
export { type FrameOptions, Media, openMedia, type ReadOptions, type SampleOptions } from './stream/open-media.ts'
export { type PixelLayout, type PlaneLayout, pixelLayout } from './stream/pixel-layout.ts'
export { reblocked } from './stream/reblocked.ts'
export type { Precision, SampleBlock, Samples } from './stream/samples.ts'
export type { MediaSource } from './stream/source.ts'
export type { FrameColour, Plane, VideoFrame } from './stream/video-frame.ts'
export { type FrameWindow, windowed } from './stream/windowed.ts'
export { type ThumbnailParams, type ThumbnailReport, thumbnailParams, thumbnailReport } from './thumbnail/report.ts'
export { thumbnail } from './thumbnail.ts'
export { ComplexFft } from './transform/complex-fft.ts'
export { Dct, type DctNorm } from './transform/dct.ts'
export { DctBlocks } from './transform/dct-blocks.ts'
export { ComplexFft2d, RealFft2d } from './transform/fft-2d.ts'
export { type ComplexNumbers, dct2, dct3, fft, inverseFft, inverseRealFft, realFft } from './transform/functions.ts'
export {
  type HaarBands,
  type HaarLevels,
  type HaarPyramid,
  type HaarQuarters,
  haar,
  haar2d,
  haarLevels,
  haarMaxLevels,
  haarPyramid,
  inverseHaar,
  inverseHaar2d,
  inverseHaarLevels,
  inverseHaarPyramid,
} from './transform/haar.ts'
export { RealFft } from './transform/real-fft.ts'
export { type Spectrogram, Stft, type StftOptions } from './transform/stft.ts'
export { StftAnalyser, StftSynthesiser, type TakeSamples, type TakeSpectrum } from './transform/stft-stream.ts'
export { makeWindow, type WindowSampling, type WindowShape } from './transform/window.ts'
export { audio, image, media, video } from './types.ts'
export { type Band, bands } from './workers/bands.ts'
export { type Moved, moved } from './workers/moved.ts'
export { type JobOptions, WorkerPool, type WorkerPoolOptions } from './workers/worker-pool.ts'
export type { AudioEncoding } from './write/audio-encoder.ts'
export type { MediaTarget, PartWriter } from './write/muxer.ts'
export type { VideoEncoding } from './write/video-encoder.ts'
export { type NewMedia, type WrittenMedia, writeMedia } from './write/write-media.ts'
