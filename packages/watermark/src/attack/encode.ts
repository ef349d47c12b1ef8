import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Picture, readPicture, type WritePictureOptions, writePicture } from '@colophon/media'
import type { Step } from './step.ts'

type Encode = Extract<Step, { do: 'encode' }>

/** As pictures are exported for the web: 8 bits, 4:2:0, on white where they are transparent and the format is not. */
export const exportOptions = ({ format, quality }: Encode): WritePictureOptions => ({
  format,
  quality,
  lossless: false,
  chromaSubsampling: '4:2:0',
  progressive: false,
  bitDepth: 8,
  // More effort makes the file hardly smaller, and takes seven times as long.
  ...(format === 'avif' && { effort: 2 }),
  ...(format === 'jpeg' && { background: [255, 255, 255] }),
})

/** As copies are kept that no encoder has part in: every sample, or nearly. */
export const keptOptions = (
  { bitDepth }: Pick<Picture, 'bitDepth'>,
  format: 'png' | 'jpeg' | 'webp' | 'avif' | 'tiff',
): WritePictureOptions => {
  const wide = format === 'png' || format === 'tiff'
  return {
    format,
    bitDepth: wide && bitDepth > 8 ? 16 : 8,
    ...(format === 'webp' && { lossless: true }),
    ...((format === 'jpeg' || format === 'avif') && { quality: 95, chromaSubsampling: '4:4:4', lossless: false }),
    ...(format === 'avif' && { effort: 2 }),
    ...(format === 'jpeg' && { background: [255, 255, 255] }),
  }
}

/** Writes a file with a real encoder and reads it again. */
export async function reencode(picture: Picture, step: Encode): Promise<Picture> {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-attack-'))
  try {
    const path = join(folder, `copy.${step.format}`)
    await writePicture(picture, path, exportOptions(step))
    return await readPicture(path)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
