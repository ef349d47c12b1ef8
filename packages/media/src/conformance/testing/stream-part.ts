import type { LeftStream } from '../../rewrite/copies.ts'
import { rewriteVideo } from '../../rewrite/rewrite-media.ts'
import { differences } from './differences.ts'
import { cell, type Part, table } from './part.ts'
import { makeRecording } from './recording.ts'
import { type RichFile, richFiles } from './rich-files.ts'
import { see } from './seen.ts'
import { rewriteSound } from './try-sound.ts'
import { tryVideoFile, type VideoFinding } from './try-video.ts'
import { containerNames } from './video-part.ts'
import type { VideoContainer } from './video-rows.ts'

interface StreamResult extends VideoFinding {
  readonly file: RichFile
  readonly sound: readonly string[]
}

/** Whether sound of each container's file is encoded without loss. */
const lossless: Readonly<Record<VideoContainer, boolean>> = { mp4: false, mov: true, mkv: true, webm: false }

const files = await richFiles()

const said = (problem: string): string => words[problem] ?? problem

/** Files with all that their container can hold, of which one stream changes. */
export const streamPart: Part<StreamResult> = {
  name: 'streams',
  trials: files.map((file) => ({
    name: `${containerNames[file.container]} with all that fits into it`,
    measure: async (path) => {
      const named = (name: string) => path(`${name}.${file.container}`)
      await makeRecording(named('rich'), file.recording)
      const { report } = await see(named('rich'))
      const missing = report.chapters.length === file.recording.chapters!.length ? [] : ['chapters are not read']
      const found = await tryVideoFile(named('rich'), named('again'), named('part'))
      const { rewritten: sound } = await rewriteSound(named('rich'), named('sound'), lossless[file.container])
      return { ...found, file, read: [...missing, ...found.read], sound }
    },
    problems: ({ read, rewritten, partly, sound }) => [...new Set([...read, ...rewritten, ...partly, ...sound])],
  })),
  render: (found) =>
    table(
      ['container', 'what is in it', 'pictures encoded again', 'two frames changed', 'sound encoded again'],
      found.map(({ file, rewritten, partly, groups, sound }) => [
        containerNames[file.container],
        file.holds,
        cell(rewritten.map(said)),
        `${cell(partly.map(said))}; ${groups}`,
        cell(sound.map(said)),
      ]),
    ),
}

interface MoveResult {
  readonly from: VideoContainer
  readonly to: VideoContainer
  readonly left: readonly LeftStream[]
  readonly changed: readonly string[]
}

const moves: readonly (readonly [from: VideoContainer, to: VideoContainer, known?: readonly string[]])[] = [
  ['mp4', 'mkv'],
  ['mp4', 'mov', ['audio dispositions: 8 became 0', 'language: deu became none']],
  ['mkv', 'mp4'],
  ['mov', 'mp4'],
  ['mov', 'mkv'],
  ['webm', 'mkv'],
  ['webm', 'mp4'],
]

/** How a known loss is said on the page. */
const words: Readonly<Record<string, string>> = {
  'audio dispositions: 8 became 0': 'the mark of the commentary track is lost',
  'language: deu became none': "the language is lost where MOV's list has no such code (`deu`)",
}

/** The same files with their pictures encoded again, into another container. */
export const movePart: Part<MoveResult> = {
  name: 'moves',
  trials: moves.map(([from, to, known]) => ({
    name: `from ${containerNames[from]} to ${containerNames[to]}`,
    measure: async (path) => {
      const [source, target] = [path(`from.${from}`), path(`to.${to}`)]
      await makeRecording(source, files.find(({ container }) => container === from)!.recording)
      const { left, video } = await rewriteVideo(source, target, () => {})
      const compared = { encoded: [video!.index], left: left.map(({ index }) => index), otherContainer: true }
      return { from, to, left, changed: differences(await see(source), await see(target), compared) }
    },
    problems: ({ changed }) => changed,
    ...(known && { known }),
  })),
  render: (found) =>
    table(
      ['from', 'to', 'pictures, sound, times, titles, chapters', 'left out, and why'],
      found.map(({ from, to, left, changed }) => [
        containerNames[from],
        containerNames[to],
        cell(changed.map(said)),
        left.map(({ why }) => why).join('; ') || 'nothing',
      ]),
    ),
}
