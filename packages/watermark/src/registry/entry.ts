import { ColophonError } from '@colophon/core'
import { formatId } from '../payload/id-text.ts'
import { type IdBits, idSizes } from './message-id.ts'

/** What a mark carries, as the registry keeps it: an id with its size, or a short text that was hidden itself. */
export type MarkPayload =
  | { readonly kind: 'id'; readonly id: bigint; readonly bits: IdBits }
  | { readonly kind: 'text'; readonly text: string }

/** How an entry came in. */
export const sources = ['embedded', 'imported'] as const
export type EntrySource = (typeof sources)[number]

/** A file that carries a mark. */
export interface MarkedCopy {
  /** Content hash of the file (64 hexadecimal digits), which `BlobRef.hash` gives. */
  readonly content: string
  /** Kind of media: `image`, `audio`, `video`, `text`. */
  readonly media: string
  /** Public name of the call that made it. */
  readonly call?: string | undefined
  /** Perceptual fingerprint, as `imageFingerprint` gives it. */
  readonly fingerprint?: Uint8Array | undefined
  /** When it was registered. */
  readonly time?: Date | undefined
}

/** Bits that another tool hides for a message, from a file of candidates. */
export interface CandidateBits {
  /** The candidate's key in the file. */
  readonly key: string
  /** A 0 or a 1 in each byte. */
  readonly bits: Uint8Array
  readonly modality: string
  readonly task?: string | undefined
}

/** What is registered. */
export interface NewEntry {
  readonly payload: MarkPayload
  readonly message: string
  readonly recipient?: string | undefined
  /** Default `embedded`. */
  readonly source?: EntrySource | undefined
  /** Default now. */
  readonly time?: Date | undefined
  readonly copy?: MarkedCopy | undefined
  readonly candidate?: CandidateBits | undefined
}

/** What the registry knows of a payload. */
export interface Entry {
  /** Number of its row, in order of arrival. */
  readonly row: number
  readonly payload: MarkPayload
  readonly message: string
  readonly recipient?: string
  readonly source: EntrySource
  readonly time: Date
  /** The files that carry it, in order of arrival. */
  readonly copies: readonly MarkedCopy[]
  readonly candidate?: CandidateBits
}

/** Longest message, in bytes of UTF-8. */
export const mostMessageBytes = 1 << 16
const mostOtherBytes = 1024

const invalid = (why: string): ColophonError => new ColophonError('WATERMARK_REGISTRY_ENTRY_INVALID', { why })

const checkText = (name: string, text: string, most: number): void => {
  if (typeof text !== 'string') throw invalid(`its ${name} is no text`)
  if (!text.isWellFormed()) throw invalid(`its ${name} has half of a surrogate pair`)
  const bytes = Buffer.byteLength(text)
  if (bytes > most) throw invalid(`its ${name} is ${bytes} bytes long, and ${most} are the most`)
}

/** @throws WATERMARK_REGISTRY_ENTRY_INVALID, with what is wrong with the entry */
export const checkEntry = (entry: NewEntry): void => {
  const { payload, message, recipient, time, copy, candidate } = entry
  checkText('message', message, mostMessageBytes)
  if (recipient !== undefined) checkText('recipient', recipient, mostOtherBytes)
  if (payload.kind === 'text') checkText('hidden text', payload.text, mostOtherBytes)
  else if (!idSizes.includes(payload.bits)) throw invalid(`an id has ${idSizes.join(', ')} bits, not ${payload.bits}`)
  else if (payload.id < 0n || payload.id >> BigInt(payload.bits) !== 0n)
    throw invalid(`its id does not fit in ${payload.bits} bits`)
  for (const at of [time, copy?.time]) if (at && Number.isNaN(at.getTime())) throw invalid('its time is no time')
  if (copy && !/^[0-9a-f]{64}$/.test(copy.content))
    throw invalid('the content hash of its copy is not 64 hexadecimal digits')
  if (copy) checkText('kind of media', copy.media, mostOtherBytes)
  if (copy?.call !== undefined) checkText('call', copy.call, mostOtherBytes)
  if (candidate) {
    checkText('candidate key', candidate.key, mostOtherBytes)
    checkText('modality', candidate.modality, mostOtherBytes)
    if (candidate.task !== undefined) checkText('task', candidate.task, mostOtherBytes)
    if (candidate.bits.some((bit) => bit > 1)) throw invalid('its bits are not all 0 or 1')
  }
}

/** A payload as bytes: an id most significant byte first, a text in UTF-8. The length of an id's bytes is its size. */
export const payloadBytes = (payload: MarkPayload): Uint8Array =>
  payload.kind === 'text'
    ? Buffer.from(payload.text)
    : Buffer.from(payload.id.toString(16).padStart(payload.bits / 4, '0'), 'hex')

/** The reverse of {@link payloadBytes}. @returns undefined for bytes that are none */
export const payloadOf = (kind: 'id' | 'text', bytes: Uint8Array): MarkPayload | undefined => {
  const buffer = Buffer.from(bytes)
  if (kind === 'text') return { kind, text: buffer.toString() }
  const bits = (bytes.length * 8) as IdBits
  return idSizes.includes(bits) ? { kind, id: BigInt(`0x${buffer.toString('hex')}`), bits } : undefined
}

/** A payload as people see it: an id as `formatId` writes it, a text in quotes. */
export const payloadText = (payload: MarkPayload): string =>
  payload.kind === 'text' ? JSON.stringify(payload.text) : formatId(payload)

/** A message in an error: short, and with its recipient. */
export const messageName = ({ message, recipient }: { message: string; recipient?: string | undefined }): string => {
  const characters = [...message]
  const short = characters.length > 60 ? `${characters.slice(0, 57).join('')}…` : message
  return `${message === '' ? 'no message' : JSON.stringify(short)}${recipient === undefined ? '' : ` (to ${JSON.stringify(recipient)})`}`
}
