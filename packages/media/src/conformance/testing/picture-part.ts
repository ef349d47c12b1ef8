import type { PictureFormat } from '../../image/picture.ts'
import { type Kept, type PictureRow, pictureRows } from '../../image/testing/picture-rows.ts'
import type { Part } from './part.ts'
import { table } from './part.ts'

const names: Readonly<Record<PictureFormat, string>> = {
  jpeg: 'JPEG',
  png: 'PNG',
  webp: 'WebP',
  avif: 'AVIF',
  tiff: 'TIFF',
  gif: 'GIF',
}

const signs: Readonly<Record<Kept, string>> = { kept: '✓', near: '≈', converted: '↻', lost: '✗' }

const columns = ['pixels', 'bits', 'alpha', 'grey', 'icc', 'exif', 'xmp', 'iptc', 'density', 'orientation'] as const

const titles: Readonly<Record<(typeof columns)[number], string>> = {
  pixels: 'pixels',
  bits: 'bits',
  alpha: 'alpha',
  grey: 'grey',
  icc: 'ICC',
  exif: 'EXIF',
  xmp: 'XMP',
  iptc: 'IPTC',
  density: 'density',
  orientation: 'orientation',
}

const sign = ({ kept }: PictureRow, column: (typeof columns)[number]): string => {
  const value = kept[column]
  return value ? signs[value] : ''
}

/** What pictures keep: the table that the tests of pictures hold every format to. */
export const picturePart: Part<PictureRow> = {
  name: 'pictures',
  trials: pictureRows.map((row) => ({
    name: `${names[row.format]}, ${row.case}`,
    measure: () => Promise.resolve(row),
    problems: () => Object.entries(row.kept).flatMap(([what, kept]) => (kept === 'lost' ? [`${what} is lost`] : [])),
  })),
  render: (rows) => {
    const formats = [...new Set(rows.map(({ format }) => format))]
    return formats
      .map((format) => {
        const own = rows.filter((row) => row.format === format)
        const used = columns.filter((column) => own.some((row) => row.kept[column]))
        const notes = own.flatMap(({ note }) => (note ? [`- ${note}`] : []))
        const lines = own.map((row) => [row.case, ...used.map((column) => sign(row, column))])
        const parts = [`### ${names[format]}`, table(['', ...used.map((column) => titles[column])], lines)]
        return [...parts, ...(notes.length > 0 ? [notes.join('\n')] : [])].join('\n\n')
      })
      .join('\n\n')
  },
}
