import { chance } from './noise.ts'

/** Semitones above A2 of a slow turn through four chords, and the notes that are plucked over them. */
const chords = [
  [3, 7, 10, 14],
  [0, 7, 12, 15],
  [8, 12, 15, 19],
  [10, 14, 17, 22],
] as const
const chordSeconds = 1.75
const pluckSeconds = chordSeconds / 6

const frequency = (semitones: number): number => 110 * 2 ** (semitones / 12)
const wave = (cycles: number): number => Math.sin(2 * Math.PI * cycles)

/**
 * The music under the clip: a soft pad and plucked notes.
 *
 * @returns the value of a sample, -1 to 1
 */
export function music(time: number, channel: number, length: number): number {
  const chord = chords[Math.floor(time / chordSeconds) % chords.length]!
  const within = time % chordSeconds
  const swell = Math.min(1, within / 0.25, (chordSeconds - within) / 0.25)
  let value = 0
  for (const [voice, semitones] of chord.entries()) {
    const drift = 1 + (channel ? 0.0015 : -0.0015) * (voice % 2 ? 1 : -1)
    const cycles = frequency(semitones) * drift * time
    value += 0.035 * swell * (wave(cycles) + 0.35 * wave(2 * cycles) + 0.12 * wave(3 * cycles))
  }
  // Each pluck rings on into the next three.
  const now = Math.floor(time / pluckSeconds)
  for (let pluck = Math.max(0, now - 3); pluck <= now; pluck++) {
    const start = pluck * pluckSeconds
    const played = chords[Math.floor(start / chordSeconds) % chords.length]!
    const semitones = played[Math.floor(chance(pluck, 3) * 4)]! + 24 - (chance(pluck, 9) < 0.3 ? 12 : 0)
    const age = time - start
    const cycles = frequency(semitones) * age
    const side = 0.5 + 0.4 * Math.sin(pluck * 2.4) * (channel ? 1 : -1)
    value +=
      0.16 *
      side *
      Math.min(1, age / 0.004) *
      Math.exp(-age * 5) *
      (wave(cycles) + 0.4 * Math.exp(-age * 6) * wave(2 * cycles))
  }
  return 2 * value * Math.min(1, time / 0.4, Math.max(0, length - time) / 1.2)
}
