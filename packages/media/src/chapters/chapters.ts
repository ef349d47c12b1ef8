import { limits } from '../limits.ts'
import type { Chapter } from '../probe/report.ts'
import type { Bytes } from '../read/bytes.ts'
import type { Format } from '../read/formats.ts'
import { matroskaChapters } from './matroska.ts'
import { mp4Chapters } from './mp4.ts'

/** The chapters of an MP4, MOV, Matroska or WebM file, in order of time; none for other formats. Times that no recording has are left out. */
export async function readChapters(bytes: Bytes, format: Format): Promise<Chapter[]> {
  const found =
    format.demuxer === 'mov'
      ? await mp4Chapters(bytes)
      : format.demuxer === 'matroska'
        ? await matroskaChapters(bytes)
        : []
  const ordered = found
    .slice(0, limits.chapters)
    .filter(({ start }) => start <= limits.seconds)
    .sort((a, b) => a.start - b.start)
  return ordered.map(({ start, end: told, title }, index) => {
    // Some writers set all bits where they know no end.
    const end = told !== undefined && told <= limits.seconds ? told : ordered[index + 1]?.start
    return { start, ...(end !== undefined && { end }), ...(title !== undefined && { title }) }
  })
}
