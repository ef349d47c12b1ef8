/** Steps of power in a second. */
const rate = 100
/** Levels this far below the mean, in dB, count for nothing. */
const depth = 30
/** LUFS below which nothing is told apart. */
const least = -120

const loudnessOfPower = (power: number): number => Math.max(least, -0.691 + 10 * Math.log10(Math.max(power, 1e-30)))

/**
 * Levels over a window that moves by 10 ms, in LUFS, at 0, 1, ... 100 % of those within 30 dB of their mean power. What is shorter than the
 * window is one level.
 *
 * @param power K-weighted power, 100 a second
 * @param window seconds
 * @returns 101 levels, rising; all -120 where there is nothing
 */
export function levelQuantiles(power: Float32Array, window: number): number[] {
  const means = slidingMeans(power, Math.max(1, Math.round(window * rate)))
  let sum = 0
  for (const mean of means) sum += mean
  const gate = (sum / Math.max(1, means.length)) * 10 ** (-depth / 10)
  const loud = means.filter((mean) => mean > gate).sort()
  if (loud.length === 0) return new Array<number>(101).fill(least)
  return Array.from({ length: 101 }, (_, percent) => {
    const rank = (percent / 100) * (loud.length - 1)
    const below = Math.floor(rank)
    const [a, b] = [loudnessOfPower(loud[below]!), loudnessOfPower(loud[Math.min(below + 1, loud.length - 1)]!)]
    return a + (b - a) * (rank - below)
  })
}

/** Means of `count` values each, from every value on. */
function slidingMeans(power: Float32Array, count: number): Float32Array {
  if (power.length === 0) return new Float32Array(0)
  const over = Math.min(count, power.length)
  const means = new Float32Array(power.length - over + 1)
  let sum = 0
  for (let i = 0; i < over - 1; i++) sum += power[i]!
  for (let i = 0; i < means.length; i++) {
    sum += power[i + over - 1]!
    means[i] = Math.max(0, sum / over)
    sum -= power[i]!
    // What subtraction leaves behind after a loud passage would be heard in silence: now and then the sum is made anew.
    if (i % 512 === 511) {
      sum = 0
      for (let j = i + 1; j < i + over; j++) sum += power[j]!
    }
  }
  return means
}
