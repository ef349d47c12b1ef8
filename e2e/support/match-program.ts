/**
 * Makes one recording sound like another, and measures the memory of this process meanwhile. Its argument is a {@link MatchJob}; it prints
 * a line `at FRACTION` whenever it is a little further, and its last line is a {@link Matched}.
 */
import { createStore, file } from '@colophon/core'
import { match } from '@colophon/tone'
import { PeakMemory } from './peak-memory.ts'

export interface MatchJob {
  /** Folder of the store. What an interrupted attempt had done is found there by the next. */
  readonly store: string
  readonly target: string
  readonly reference: string
  readonly kind: 'speech' | 'music'
}

export interface Matched {
  /** SHA-256 of the result. */
  readonly hash: string
  readonly seconds: number
  /** Seconds since the beginning, resident bytes then, and the part of the work that was done. */
  readonly memory: readonly (readonly [seconds: number, bytes: number, done: number])[]
  readonly peak: number
}

/** Milliseconds between two looks at the memory. */
const often = 100

if (import.meta.main) {
  const { store: path, target, reference, kind } = JSON.parse(process.argv[2]!) as MatchJob
  const memory: [number, number, number][] = []
  let told = 0
  let done = 0
  const began = performance.now()
  const seconds = () => (performance.now() - began) / 1000
  const looking = setInterval(() => memory.push([seconds(), process.memoryUsage.rss(), done]), often)
  const peak = new PeakMemory()
  const store = await createStore(path)
  const { media } = await store.run(() => match({ target: file(target), references: [file(reference)], kind }), {
    onProgress: ({ fraction }) => {
      done = fraction
      if (fraction < told + 0.01) return
      told = fraction
      console.log(`at ${fraction.toFixed(3)}`)
    },
  })
  const matched: Matched = { hash: media.hash, seconds: seconds(), memory, peak: peak.peak }
  clearInterval(looking)
  peak.end()
  await store.close()
  console.log(JSON.stringify(matched))
}
