import type { Facts } from '@colophon/core'

/** What sound alone is written as, by the format it came in; WAV for all others. */
const sounds: Readonly<Record<string, string>> = {
  flac: '.flac',
  mp3: '.mp3',
  mp4: '.m4a',
  mov: '.m4a',
  aac: '.m4a',
  asf: '.m4a',
  ogg: '.ogg',
  matroska: '.mka',
  webm: '.mka',
  aiff: '.aiff',
  caf: '.caf',
}

/** What a video is written as; Matroska, which holds everything, for all others. */
const videos: Readonly<Record<string, string>> = {
  mp4: '.mp4',
  mov: '.mov',
  webm: '.webm',
  avi: '.avi',
  mpegts: '.ts',
}

/** Extensions of files that have lost something when they were written. */
const lossy = ['.mp3', '.m4a', '.ogg', '.opus', '.mp4', '.mov', '.webm', '.avi', '.ts', '.mkv']

/** Extension, with its dot, of the file that a result is written to: as asked, otherwise as the recording came. */
export function extensionFor({ kind, format }: Facts, asked: string | undefined): string {
  if (asked) return `.${asked}`
  return kind === 'video' ? (videos[String(format)] ?? '.mkv') : (sounds[String(format)] ?? '.wav')
}

/** Whether a file of this extension does not, in general, hold the very samples that were written to it. */
export const isLossy = (extension: string): boolean => lossy.includes(extension)
