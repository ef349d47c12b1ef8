import { ColophonError } from '@colophon/core'
import { rewriteMedia, rewriteVideo } from '../../rewrite/rewrite-media.ts'
import { type Part, table } from './part.ts'
import { makeRecording } from './recording.ts'
import { soundRows } from './sound-rows.ts'
import { videoRows } from './video-rows.ts'

interface RefusalResult {
  readonly what: string
  readonly code: string
  readonly sentence: string
}

type Path = (name: string) => string

const track = videoRows.find(({ codec, case: name }) => codec === 'h264' && name === 'constant rate')!.track
const hevc = videoRows.find(({ codec, case: name }) => codec === 'hevc' && name.startsWith('HDR10'))!.track
const vp9 = videoRows.find(({ codec }) => codec === 'vp9')!.track
const pcm = soundRows.find(({ codec }) => codec === '16 bit')!.track

/** What cannot be done, and the attempt. */
const attempts: readonly (readonly [what: string, attempt: (path: Path) => Promise<unknown>])[] = [
  [
    'pictures in Dolby Vision encoded again',
    async (path) => {
      await makeRecording(path('dolby.mp4'), { muxer: 'mp4', picture: { ...hevc, dolbyVision: true } })
      return rewriteVideo(path('dolby.mp4'), path('out.mp4'), () => {})
    },
  ],
  [
    'H.264 into WebM',
    async (path) => {
      await makeRecording(path('h264.mp4'), { muxer: 'mp4', picture: track })
      return rewriteVideo(path('h264.mp4'), path('out.webm'), () => {})
    },
  ],
  [
    'VP9 with PCM into WebM, the sound copied',
    async (path) => {
      await makeRecording(path('pcm.mkv'), { muxer: 'matroska', picture: vp9, sounds: [pcm] })
      return rewriteVideo(path('pcm.mkv'), path('out.webm'), () => {})
    },
  ],
  [
    'VP9 into WAV',
    async (path) => {
      await makeRecording(path('vp9.webm'), { muxer: 'webm', picture: vp9 })
      return rewriteVideo(path('vp9.webm'), path('out.wav'), () => {})
    },
  ],
  [
    'H.266, for which there is no encoder',
    async (path) => {
      await makeRecording(path('h264.mp4'), { muxer: 'mp4', picture: track })
      return rewriteVideo(path('h264.mp4'), path('out.mp4'), () => {}, { encoding: { codec: 'vvc' } })
    },
  ],
  [
    'AV1 from 4:4:4',
    async (path) => {
      const picture = { ...vp9, pixelFormat: 'yuv444p' }
      await makeRecording(path('444.webm'), { muxer: 'webm', picture })
      return rewriteVideo(path('444.webm'), path('out.webm'), () => {}, { encoding: { codec: 'av1' } })
    },
  ],
  [
    'a container that is not written',
    async (path) => {
      await makeRecording(path('h264.mp4'), { muxer: 'mp4', picture: track })
      return rewriteVideo(path('h264.mp4'), path('out.xyz'), () => {}, { container: 'xyz' })
    },
  ],
  [
    'sound rewritten in a file that has none',
    async (path) => {
      await makeRecording(path('h264.mp4'), { muxer: 'mp4', picture: track })
      return rewriteMedia(path('h264.mp4'), path('out.mp4'), { audio: { transform: (blocks) => blocks } })
    },
  ],
]

/** What is refused, with the error that says so. */
export const refusalPart: Part<RefusalResult> = {
  name: 'refusals',
  trials: attempts.map(([what, attempt]) => ({
    name: `${what} is refused`,
    measure: async (path) => {
      const error = await attempt(path).then(
        () => undefined,
        (thrown: unknown) => thrown,
      )
      if (!(error instanceof ColophonError)) throw error ?? new Error('nothing was refused')
      // Scratch files are called by no name that a reader knows.
      const sentence = error.message.replaceAll(/\S*\/(?:\w+-)?\d+-/g, '')
      return { what, code: error.code, sentence }
    },
    problems: ({ code }) => (/^MEDIA_(NOT_WRITTEN|WRONG_KIND)$/.test(code) ? [] : [code]),
  })),
  render: (found) =>
    table(
      ['', 'error', 'what it says'],
      found.map(({ what, code, sentence }) => [what, `\`${code}\``, sentence]),
    ),
}
