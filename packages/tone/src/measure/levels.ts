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
  const count = Math.max(1, Math.round(window * rate))
  let [sum, windows] = [0, 0]
  eachMean(power, count, (mean) => {
    sum += mean
    windows++
  })
  const gate = (sum / Math.max(1, windows)) * 10 ** (-depth / 10)
  // Counted instead of sorted: of ten hours there are millions.
  const counts = new Uint32Array((most - least) * fineness)
  let total = 0
  eachMean(power, count, (mean) => {
    if (mean <= gate) return
    const step = Math.floor((loudnessOfPower(mean) - least) * fineness)
    counts[Math.min(step, counts.length - 1)]!++
    total++
  })
  if (total === 0) return new Array<number>(101).fill(least)
  return quantilesOf(counts, total)
}

/** Hundredths of a decibel, up to where no sound is. */
const fineness = 100
const most = 80

/** Levels at 0, 1, ... 100 %: linear between the two levels that each lies between. */
function quantilesOf(counts: Uint32Array, total: number): number[] {
  let [step, below] = [0, 0]
  /** The level that `rank` others lie below; ranks must rise. */
  const levelAt = (rank: number) => {
    while (below + counts[step]! <= rank) below += counts[step++]!
    return least + (step + (rank - below + 0.5) / counts[step]!) / fineness
  }
  return Array.from({ length: 101 }, (_, percent) => {
    const rank = (percent / 100) * (total - 1)
    const a = levelAt(Math.floor(rank))
    const [atStep, atBelow] = [step, below]
    const b = levelAt(Math.ceil(rank))
    step = atStep
    below = atBelow
    return a + (b - a) * (rank % 1)
  })
}

/** Means of `count` values each, from every value on; of all values if there are fewer. */
function eachMean(power: Float32Array, count: number, take: (mean: number) => void): void {
  const over = Math.min(count, power.length)
  if (over === 0) return
  let sum = 0
  for (let i = 0; i < over - 1; i++) sum += power[i]!
  for (let i = 0; i + over <= power.length; i++) {
    sum += power[i + over - 1]!
    take(Math.max(0, sum / over))
    sum -= power[i]!
    // What subtraction leaves behind after a loud passage would be heard in silence: now and then the sum is made anew.
    if (i % 512 === 511) {
      sum = 0
      for (let j = i + 1; j < i + over; j++) sum += power[j]!
    }
  }
}
