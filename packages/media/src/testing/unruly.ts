/** Functions that a sandbox is tried with: some behave, others do what damaged files make decoders do. */
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { ColophonError } from '@colophon/core'
import type { Inside } from '../sandbox/messages.ts'

export const echo = async (value: unknown): Promise<unknown> => value
export const pid = async (): Promise<number> => process.pid
export const surroundings = async () => ({ env: { ...process.env }, cwd: process.cwd() })

export async function steps(count: number, { progress }: Inside): Promise<number> {
  for (let step = 1; step <= count; step++) progress(step / count, `step ${step}`)
  return count
}

export async function refuse(): Promise<never> {
  throw new ColophonError('MEDIA_DAMAGED', { name: 'The file', why: 'its header is upside down' })
}

export async function slip(): Promise<never> {
  throw new TypeError('this is no function')
}

export const die = (signal: NodeJS.Signals): Promise<never> => {
  process.kill(process.pid, signal)
  return new Promise(() => setInterval(() => {}, 1000))
}

export const spin = async (): Promise<never> => {
  for (;;);
}

export const wait = (): Promise<never> => new Promise(() => setInterval(() => {}, 1000))

/** Takes memory and uses it, a piece at a time, outside of V8's heap. */
export async function hoard(): Promise<never> {
  const held: Uint8Array[] = []
  for (;;) {
    held.push(new Uint8Array(2 ** 24).fill(1))
    await new Promise(setImmediate)
  }
}

/** Takes memory in V8's heap. */
export async function heap(): Promise<never> {
  const held: unknown[] = []
  for (;;) held.push(new Array(1000).fill(held.length))
}

/** Asks for memory at once that it does not use. */
export const claim = async (bytes: number): Promise<number> => new Uint8Array(bytes).length

const codeOf = (action: () => unknown): string => {
  try {
    action()
    return 'allowed'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

export const reads = async (path: string): Promise<string> => codeOf(() => readFileSync(path))
export const writes = async (path: string): Promise<string> => codeOf(() => writeFileSync(path, 'written'))
export const spawns = async (): Promise<string> => codeOf(() => spawnSync('/bin/true'))
export const connects = (port: number): Promise<string> =>
  new Promise((resolve) => {
    connect(port, '127.0.0.1')
      .on('connect', () => resolve('allowed'))
      .on('error', (error) => resolve((error as NodeJS.ErrnoException).code ?? String(error)))
  })
