import fc from 'fast-check'
import { mostTextBytes, type Payload } from '../payload.ts'
import { payloadSizes } from '../payload-id.ts'

/** Any id of any size. */
export const anyId = fc
  .constantFrom(...payloadSizes)
  .chain((bits) => fc.bigInt(0n, (1n << BigInt(bits)) - 1n).map((id) => ({ kind: 'id', id, bits }) as const))

const anyText = fc
  .string({ unit: 'binary', minLength: 1, maxLength: mostTextBytes })
  .filter(
    (text) => !text.includes('\0') && text.isWellFormed() && new TextEncoder().encode(text).length <= mostTextBytes,
  )
  .map((text) => ({ kind: 'text', text }) as const)

/** Any payload: an id of any size, or a text of any characters. */
export const anyPayload: fc.Arbitrary<Payload> = fc.oneof(anyId, anyText)
