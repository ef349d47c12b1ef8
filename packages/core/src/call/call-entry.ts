import type { CallPointer } from '../store/records.ts'
import { type Digest, toHex } from '../value/hash.ts'
import type { Origin, Ref } from '../value/ref.ts'

let sequence = 0

/** A call as this process knows it: the history of the refs it gave, and the answer to the next call like it. */
export class CallEntry implements Origin, CallPointer {
  readonly key: Digest
  /** Digest of the inputs' histories; empty when they all came from outside. */
  readonly history: Digest
  /** Number in this process. */
  readonly seq: number
  /** Number in the database; 0 until it is committed. */
  id: number
  /** By the op's output names, in their order. */
  outputs: readonly Ref[] = []

  constructor(key: Digest, history: Digest, id = 0) {
    this.key = key
    this.history = history
    this.id = id
    this.seq = ++sequence
  }

  get name(): string {
    return this.history === '' ? toHex(this.key) : `${toHex(this.key)}.${toHex(this.history)}`
  }

  /** Bytes that keeping this entry costs, about. */
  get weight(): number {
    let bytes = 400
    for (const { content } of this.outputs)
      bytes +=
        300 +
        (content.kind === 'inline'
          ? content.encoding.length
          : content.kind === 'data'
            ? (content.body?.length ?? 0)
            : 0)
    return bytes
  }
}

/** The last number given to a call in this process. */
export const lastCallSequence = (): number => sequence
