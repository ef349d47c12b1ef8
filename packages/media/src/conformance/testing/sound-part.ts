import { cell, merged, type Part, table } from './part.ts'
import { type SoundRow, soundRows } from './sound-rows.ts'
import { type SoundFinding, trySound } from './try-sound.ts'

interface SoundResult {
  readonly row: SoundRow
  readonly finding: SoundFinding
}

const endings: Readonly<Record<string, string>> = {
  wav: 'WAV',
  flac: 'FLAC',
  m4a: 'M4A',
  mov: 'MOV',
  mkv: 'Matroska',
  mp3: 'MP3',
  aac: 'ADTS',
  ogg: 'Ogg',
  opus: 'Ogg',
  webm: 'WebM',
}

/** Every kind of sound that is tried. */
export const soundPart: Part<SoundResult> = {
  name: 'sound',
  trials: soundRows.map((row) => ({
    name: `${row.codec} in ${endings[row.container]}, ${row.track.sampleRate} Hz, ${row.track.layout}`,
    measure: async (path) => ({ row, finding: await trySound(row, path) }),
    problems: ({ finding: { read, rewritten } }) => [...read.map((problem) => `read: ${problem}`), ...rewritten],
    ...(row.known && { known: row.known }),
  })),
  render: (found) =>
    table(
      ['container', 'codec', 'tried with', 'read', 'encoded again without a change'],
      merged(
        found.map(({ row: { container, codec, track, lossless }, finding }) => [
          endings[container]!,
          codec,
          `${track.sampleRate / 1000} kHz ${track.layout}`,
          cell(finding.read, lossless ? '✓ every sample' : '✓'),
          cell(finding.rewritten, lossless ? '✓ every sample' : '✓'),
        ]),
        2,
      ),
    ),
}
