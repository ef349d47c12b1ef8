import { closeSync, existsSync, fsyncSync, openSync, readFileSync, writeSync } from 'node:fs'

/** What a program did, written outside the store as it does it. */
export type Effect =
  /** The body of an op begins or ends; `attempt` is unique. */
  | { readonly what: 'begin' | 'end'; readonly op: string; readonly id: string; readonly attempt: string }
  /** A caller has the result in its hands; `hash` is that of its content. */
  | { readonly what: 'returned'; readonly op: string; readonly id: string; readonly hash: string }
  /** The store would not repeat an effect that may have happened. */
  | { readonly what: 'uncertain'; readonly op: string; readonly id: string }

/** An append-only file of {@link Effect}s, each pressed onto the disk before the program goes on. */
export class EffectLog {
  readonly #file: number

  constructor(path: string) {
    this.#file = openSync(path, 'a')
  }

  write(effect: Effect): void {
    writeSync(this.#file, `${JSON.stringify(effect)}\n`)
    fsyncSync(this.#file)
  }

  close(): void {
    closeSync(this.#file)
  }
}

/** All effects of a log; a last line that the kill cut short was not written. */
export function readEffects(path: string): Effect[] {
  if (!existsSync(path)) return []
  const lines = readFileSync(path, 'utf8').split('\n')
  return lines.slice(0, -1).map((line) => JSON.parse(line))
}
