/** Invisible marks: payloads, the registry, and the ops that hide and find them. */

export { formatId, parseId } from './payload/id-text.ts'
export { mostTextBytes, type Payload, payloadBits } from './payload/payload.ts'
export {
  type Decoded,
  type DecodeOptions,
  decodeSoft,
  encodePayload,
  leastCodedLength,
} from './payload/payload-code.ts'
export { defaultPayloadBits, type PayloadBits, type PayloadId, payloadSizes } from './payload/payload-id.ts'
export { MarkKey } from './payload/secret-key.ts'
