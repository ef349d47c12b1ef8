/** Noise that is the same everywhere: a linear congruential generator (D. E. Knuth, TAOCP 2, 3.3.4). */
function noiseFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return state / 2 ** 31
  }
}

/**
 * Two sounds of 10 s that have little in common but their length: notes that die away over coloured noise, one dark and wide, the other
 * bright and narrow. `distances.golden.json` has what SciPy says of them.
 */
export function twoSounds(sampleRate: number, stereo: boolean): Float32Array[][] {
  const length = 10 * sampleRate
  return [
    { seed: 1, colour: 0.95, width: 0.6, note: 110, decay: 6 },
    { seed: 7, colour: 0.4, width: 0.2, note: 330, decay: 14 },
  ].map(({ seed, colour, width, note, decay }) => {
    const noise = noiseFrom(seed)
    const [mid, side] = [new Float32Array(length), new Float32Array(length)]
    let [low, wide] = [0, 0]
    for (let i = 0; i < length; i++) {
      const time = i / sampleRate
      const since = time % 0.5
      low = colour * low + (1 - colour) * noise()
      wide = colour * wide + (1 - colour) * noise()
      const tone = Math.sin(2 * Math.PI * note * (1 + Math.floor(time / 0.5) * 0.25) * time)
      mid[i] = Math.exp(-decay * since) * (0.4 * tone + 0.5 * low) + 0.05 * low
      side[i] = width * (0.3 * Math.exp(-since) * wide + 0.02 * tone)
    }
    return stereo ? [1, -1].map((sign) => mid.map((value, i) => value + sign * side[i]!)) : [mid]
  })
}
