import { readFileSync, writeFileSync } from 'node:fs'

const status = '/proc/self/status'

/** Highest resident memory of this process, in bytes, from a moment on: as the kernel counts it, or sampled where it does not. */
export class PeakMemory {
  #sampled = 0
  readonly #timer: NodeJS.Timeout | undefined

  constructor() {
    if (!kernelCounts()) this.#timer = setInterval(() => this.#sample(), 20).unref()
  }

  /** Begins anew; gives what is resident now. */
  reset(): number {
    // 5: forget the highest value so far (proc(5)).
    if (kernelCounts()) writeFileSync('/proc/self/clear_refs', '5')
    this.#sampled = 0
    return process.memoryUsage.rss()
  }

  get peak(): number {
    this.#sample()
    if (!kernelCounts()) return this.#sampled
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(status, 'utf8'))?.[1]) * 1024
  }

  #sample(): void {
    this.#sampled = Math.max(this.#sampled, process.memoryUsage.rss())
  }

  end(): void {
    clearInterval(this.#timer)
  }
}

const kernelCounts = (): boolean => process.platform === 'linux'
