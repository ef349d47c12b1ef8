import { cell, merged, type Part, table } from './part.ts'
import { tryVideo, type VideoFinding } from './try-video.ts'
import { type VideoCodec, type VideoContainer, type VideoRow, videoRows } from './video-rows.ts'

export const containerNames: Readonly<Record<VideoContainer, string>> = {
  mp4: 'MP4',
  mov: 'MOV',
  mkv: 'Matroska',
  webm: 'WebM',
}

export interface VideoResult {
  readonly row: Pick<VideoRow, 'container' | 'case'>
  readonly finding: VideoFinding
}

export const videoProblems = ({ finding: { read, rewritten, partly } }: VideoResult): readonly string[] => [
  ...read,
  ...rewritten,
  ...partly,
]

/** Every file of one codec that is tried. */
export const videoPart = (codec: VideoCodec): Part<VideoResult> => ({
  name: codec,
  trials: videoRows
    .filter((row) => row.codec === codec)
    .map((row) => ({
      name: `${codec} in ${containerNames[row.container]}, ${row.case}`,
      measure: async (path) => ({ row, finding: await tryVideo(row, path) }),
      problems: videoProblems,
      ...(row.known && { known: row.known }),
    })),
  render: (found) => {
    const then = new Set(found.map(({ finding }) => finding.groups))
    const head = ['', 'in', 'read', 'all encoded again', 'two frames changed', 'then']
    const rows = found.map(({ row, finding }) => [
      row.case,
      containerNames[row.container],
      cell(finding.read),
      cell(finding.rewritten),
      cell(finding.partly),
      finding.groups,
    ])
    if (then.size > 1) return table(head, merged(rows, 1))
    // What is the same everywhere is said once.
    const short = (cells: readonly string[]) => cells.slice(0, -1)
    return `${table(short(head), merged(rows.map(short), 1))}\n\nWhere two frames changed: ${[...then].join()}.`
  },
})
