/** A loudness to bring a recording to, and the true peak that it stays under. */
export interface LoudnessTarget {
  /** LUFS */
  readonly loudness: number
  /** dBTP */
  readonly ceiling: number
  /** Who asks for it. */
  readonly source: string
}

/**
 * Loudness targets by name.
 *
 * - `r128`: EBU R 128 (2023): −23.0 LUFS, −1 dBTP for linear audio.
 * - `atsc`: ATSC A/85 (2013): −24 LKFS, −2 dBTP.
 * - `arib`: ARIB TR-B32 (Japan): −24 LKFS, −1 dBTP.
 * - `op59`: Free TV Australia OP-59: −24 LKFS, −2 dBTP.
 * - `streaming`: what music services turn to by default: −14 LUFS, and −1 dBTP, so that lossy coding does not clip (Spotify, YouTube).
 * - `apple`: Sound Check of Apple Music: −16 LUFS, −1 dBTP.
 * - `podcast`: Apple Podcasts: −16 LUFS ± 1, −1 dBTP.
 * - `mobile`: the loudest that AES TD1004 (2015) wants streams and files for hand-held devices to be: −16 LUFS, −1 dBTP.
 * - `speech`: AES TD1008 (2021), speech: −18 LUFS, −1 dBTP.
 * - `music`: AES TD1008 (2021), music by the track: −16 LUFS, −1 dBTP.
 * - `replaygain`: the reference of ReplayGain 2.0: −18 LUFS; −1 dBTP.
 */
export const loudnessTargets = {
  r128: { loudness: -23, ceiling: -1, source: 'EBU R 128' },
  atsc: { loudness: -24, ceiling: -2, source: 'ATSC A/85' },
  arib: { loudness: -24, ceiling: -1, source: 'ARIB TR-B32' },
  op59: { loudness: -24, ceiling: -2, source: 'Free TV Australia OP-59' },
  streaming: { loudness: -14, ceiling: -1, source: 'Spotify, YouTube' },
  apple: { loudness: -16, ceiling: -1, source: 'Apple Music Sound Check' },
  podcast: { loudness: -16, ceiling: -1, source: 'Apple Podcasts' },
  mobile: { loudness: -16, ceiling: -1, source: 'AES TD1004' },
  speech: { loudness: -18, ceiling: -1, source: 'AES TD1008, speech' },
  music: { loudness: -16, ceiling: -1, source: 'AES TD1008, music' },
  replaygain: { loudness: -18, ceiling: -1, source: 'ReplayGain 2.0' },
} as const satisfies Record<string, LoudnessTarget>

export type LoudnessTargetName = keyof typeof loudnessTargets

export const loudnessTargetNames = Object.keys(loudnessTargets) as [LoudnessTargetName, ...LoudnessTargetName[]]
