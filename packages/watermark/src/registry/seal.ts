import { createHash } from 'node:crypto'
import { encode } from '@colophon/core'

/** Eight bytes that tell whether the columns of a row are what was written: a damaged row passes once in 2^64. */
export const sealOf = (columns: readonly unknown[]): Uint8Array =>
  createHash('sha256').update(encode(columns)).digest().subarray(0, 8)

/** Whether a seal belongs to the columns. */
export const isSealed = (columns: readonly unknown[], seal: unknown): boolean =>
  seal instanceof Uint8Array && Buffer.compare(sealOf(columns), seal) === 0
