import type { KeyedStream } from '../keyed-stream.ts'
import { mostTextBytes, type Payload } from '../payload.ts'
import { type PayloadId, payloadSizes } from '../payload-id.ts'
import { MarkKey } from '../secret-key.ts'

/** First code points of stretches that texts are made of: one to four bytes each, and what combines with others. */
const stretches = [
  0x20, 0x41, 0xc0, 0x300, 0x400, 0x600, 0x4e00, 0x8000, 0xac00, 0xfe00, 0xff01, 0x1f300, 0x1f600, 0xe0100,
]

/** An id of any size, its highest bits often zero, from a number. */
export function randomId(seed: number): PayloadId {
  const stream = MarkKey.from('random payloads').stream(`id ${seed}`)
  const bits = payloadSizes[stream.below(payloadSizes.length)]!
  const id = stream.bits(stream.below(bits + 1)).reduce((word, bit) => word * 2n + BigInt(bit), 0n)
  return { id, bits }
}

/** An id of any size, or a text of any length that fits, of many scripts; from a number. */
export function randomPayload(seed: number): Payload {
  const stream = MarkKey.from('random payloads').stream(`payload ${seed}`)
  return stream.below(2) === 0
    ? { kind: 'id', ...randomId(stream.uint32()) }
    : { kind: 'text', text: randomText(stream) }
}

function randomText(stream: KeyedStream): string {
  const most = 4 + stream.below(mostTextBytes - 3)
  for (let text = ''; ; ) {
    const next = text + String.fromCodePoint(stretches[stream.below(stretches.length)]! + stream.below(16))
    if (new TextEncoder().encode(next).length > most) return text
    text = next
  }
}
