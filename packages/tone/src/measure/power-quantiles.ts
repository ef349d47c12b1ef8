/**
 * Quantiles of powers above a least one, exactly, without sorting or copying them: positive 32-bit floating-point numbers are in the order of
 * their bits, so the upper half of the bits is counted first, and then the lower half of those that share the upper half that is wanted.
 *
 * @param power at least 0 each
 * @param least what is not above it does not count
 * @param parts 0 to 1; value number floor(part * count) from below is given for each, the last at the most
 * @returns none where nothing is above
 */
export function powerQuantiles(power: Float32Array, least: number, parts: readonly number[]): number[] {
  const bits = new Int32Array(power.buffer, power.byteOffset, power.length)
  const upper = new Uint32Array(2 ** 15)
  let count = 0
  for (let i = 0; i < power.length; i++)
    if (power[i]! > least) {
      upper[bits[i]! >>> 16]!++
      count++
    }
  if (count === 0) return []
  return parts.map((part) => {
    let rank = Math.min(count - 1, Math.floor(part * count))
    let high = 0
    while (rank >= upper[high]!) rank -= upper[high++]!
    const lower = new Uint32Array(2 ** 16)
    for (let i = 0; i < power.length; i++)
      if (bits[i]! >>> 16 === high && power[i]! > least) lower[bits[i]! & 0xffff]!++
    let low = 0
    while (rank >= lower[low]!) rank -= lower[low++]!
    return new Float32Array(Int32Array.of((high << 16) | low).buffer)[0]!
  })
}
