/** Steps of 10 ms in a window of 3 s. */
const windowSteps = 300
/** Windows whose mean square is not above -60 dB are silence. */
const gate = 1e-6

/**
 * How far peaks stand out: the median, over windows of 3 s one after the other, of the highest sample over the root mean square of all
 * channels, in dB. What is left at the end counts only if there is no whole window. 0 for silence.
 */
export class CrestMeter {
  readonly #crests: number[] = []
  #steps = 0
  #sum = 0
  #peak = 0

  /**
   * Takes in the next 10 ms.
   *
   * @param meanSquare of all samples of all channels
   * @param peak highest magnitude of a sample
   */
  add(meanSquare: number, peak: number): void {
    this.#sum += meanSquare
    if (peak > this.#peak) this.#peak = peak
    if (++this.#steps < windowSteps) return
    this.#end(this.#crests)
  }

  /** dB. */
  get median(): number {
    const crests = [...this.#crests]
    if (crests.length === 0 && this.#steps > 0) this.#end(crests)
    crests.sort((a, b) => a - b)
    const middle = crests.length / 2
    if (crests.length === 0) return 0
    return crests.length % 2 === 1 ? crests[Math.floor(middle)]! : (crests[middle - 1]! + crests[middle]!) / 2
  }

  #end(crests: number[]): void {
    const mean = this.#sum / this.#steps
    if (mean > gate) crests.push(10 * Math.log10((this.#peak * this.#peak) / mean))
    this.#steps = 0
    this.#sum = 0
    this.#peak = 0
  }
}
