import { type Moment, oneLine, progressLine, renderBar } from './progress-bar.ts'

/** Where progress is written to. */
export interface ProgressStream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

const frameMs = 80
const lineMs = 10_000

/**
 * Shows how far a run is: on a terminal as a bar that is redrawn in place, elsewhere as a line every ten seconds, so that
 * logs stay short.
 */
export class ProgressReporter {
  readonly #stream: ProgressStream
  readonly #label: string
  readonly #now: () => number
  readonly #started: number
  readonly #timer: NodeJS.Timeout | undefined
  #fraction: number | undefined
  #note = ''
  #drawn = false
  #lastAt: number

  /** @param now the clock, in milliseconds */
  constructor(stream: ProgressStream, label: string, now: () => number = () => performance.now()) {
    this.#stream = stream
    this.#label = label
    this.#now = now
    this.#started = now()
    this.#lastAt = this.#started
    // Redrawn without news as well, so that the clock runs while an op is busy.
    if (stream.isTTY) this.#timer = setInterval(() => this.#draw(), 250).unref()
  }

  /** Takes news of the run; a fraction never goes back. */
  update(fraction: number | undefined, note: string | undefined) {
    if (fraction !== undefined) this.#fraction = Math.max(this.#fraction ?? 0, fraction)
    if (note !== undefined) this.#note = note
    const now = this.#now()
    if (this.#stream.isTTY) {
      // What is done at once shows no bar at all.
      if (now - this.#lastAt >= frameMs) this.#draw()
    } else if (now - this.#lastAt >= lineMs) {
      this.#lastAt = now
      this.#stream.write(`${progressLine(this.#moment())}\n`)
    }
  }

  /** Writes a line of the run's log, above the bar if there is one. */
  log(line: string) {
    this.#stream.write(`${this.#drawn ? '\r\u001b[K' : ''}${oneLine(line)}\n`)
    if (this.#drawn) this.#draw()
  }

  #moment(): Moment {
    const elapsedMs = this.#now() - this.#started
    return { label: this.#label, fraction: this.#fraction, note: this.#note, elapsedMs }
  }

  #draw() {
    this.#lastAt = this.#now()
    this.#drawn = true
    // One column is left free: some terminals wrap when the last one is written.
    this.#stream.write(`\r${renderBar(this.#moment(), (this.#stream.columns ?? 80) - 1)}\u001b[K`)
  }

  /** Takes the bar away and stops drawing. */
  end() {
    clearInterval(this.#timer)
    if (this.#drawn) this.#stream.write('\r\u001b[K')
    this.#drawn = false
  }
}
