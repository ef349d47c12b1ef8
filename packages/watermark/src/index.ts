/** Invisible marks: payloads, the registry, and the ops that hide and find them. */

export { attackPicture } from './attack/apply.ts'
export { type Attack, attackNames, attacks } from './attack/attacks.ts'
export type { Step as AttackStep } from './attack/step.ts'
export { attack } from './attack.ts'
export { capacity } from './capacity.ts'
export { embed } from './embed.ts'
export { extract } from './extract.ts'
export { type DetectOptions, type DetectResult, detectLuma } from './image/detect-luma.ts'
export { type EmbedOptions, embedLuma } from './image/embed-luma.ts'
export { markCopies } from './image-copies.ts'
export { embedImage } from './image-embed.ts'
export { extractImage } from './image-extract.ts'
export { type EmbedParams, type ExtractParams, embedParams, extractParams } from './params.ts'
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
export { addLuma } from './picture/add-luma.ts'
export { pictureLuma } from './picture/picture-luma.ts'
export { type CapacityReport, capacityReport } from './report/capacity-report.ts'
export { type EmbedReport, embedReport } from './report/embed-report.ts'
export { type ExtractReport, extractReport } from './report/extract-report.ts'
export { testMark } from './test-mark.ts'
