/** Tone: measure a recording, make it sound like another, bring it to a loudness. */

export type { Pcm } from './pcm/pcm.ts'
export { type Band, band, type Preset, preset, type Transfer } from './preset/preset.ts'
export { type Curve, levelWindows, type Profile, profile } from './profile.ts'
