import { threadId } from 'node:worker_threads'
import { ColophonError } from '@colophon/core'
import { moved } from '../workers/moved.ts'

/** Functions that tests run in threads. */
export const sum = (numbers: Float64Array): number => numbers.reduce((total, value) => total + value, 0)
export const doubled = (numbers: Float64Array) => {
  const result = numbers.map((value) => value * 2)
  return moved(result, [result.buffer])
}
export const fill = (shared: SharedArrayBuffer, value: number): void => void new Uint8Array(shared).fill(value)
export const whoami = async (): Promise<number> => threadId
export const failing = (): never => {
  throw new ColophonError('FILE_NOT_FOUND', { path: 'x' })
}
export const throwing = (): never => {
  throw new TypeError('no such thing')
}
export const leaving = (): never => process.exit(3)
export const greedy = (): number[][] => {
  const all: number[][] = []
  for (;;) all.push(new Array(100_000).fill(1.5))
}
/** Says that it began and never ends. */
export const endless = (shared: SharedArrayBuffer): void => {
  const flag = new Int32Array(shared)
  Atomics.store(flag, 0, 1)
  Atomics.notify(flag, 0)
  for (;;);
}
export const setNotFunction = 5
