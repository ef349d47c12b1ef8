import { ColophonError } from '@colophon/core'
import type { EmbedParams } from '../params.ts'
import { parseId } from '../payload/id-text.ts'
import type { Payload } from '../payload/payload.ts'
import type { MarkKey } from '../payload/secret-key.ts'
import { messageId } from '../registry/message-id.ts'

/** What is hidden, and what it stands for. */
export interface Chosen {
  readonly payload: Payload
  /** The text that the payload stands for; null where an id alone was given. */
  readonly message: string | null
  /** Whether the registry must know the payload for the message to be had. */
  readonly registered: boolean
}

type Wanted = Pick<EmbedParams, 'message' | 'id' | 'recipient' | 'bits' | 'as'>

/**
 * Decides what is hidden. A text that takes no more bytes than an id of the asked size is hidden itself: it survives as much and needs no
 * registry. For a recipient it is an id always, since only then each one's copy differs.
 *
 * @param work content hash of the picture: the same message in another picture has another id, which leads back to that very call
 * @throws ColophonError WATERMARK_NOTHING_TO_HIDE, WATERMARK_ID_INVALID, WATERMARK_TEXT_INVALID, CALL_PARAM_INVALID
 */
export function choosePayload(wanted: Wanted, key: MarkKey, work: string): Chosen {
  const { message, id, recipient, bits, as } = wanted
  if (message === undefined && id === undefined && recipient === undefined)
    throw new ColophonError('WATERMARK_NOTHING_TO_HIDE', {})
  if (id !== undefined) {
    if (as === 'text') throw contradiction('a text is hidden in place of an id, not beside it; leave one of them out')
    return { payload: { kind: 'id', ...parseId(id) }, message: message ?? null, registered: message !== undefined }
  }
  if (as === 'text') {
    if (message === undefined) throw new ColophonError('WATERMARK_NOTHING_TO_HIDE', {})
    if (recipient !== undefined)
      throw contradiction('a text that is hidden itself is the same for every recipient; leave one of them out')
    return { payload: { kind: 'text', text: message }, message, registered: false }
  }
  if (as === 'auto' && recipient === undefined && message !== undefined && fitsIn(message, bits))
    return { payload: { kind: 'text', text: message }, message, registered: false }
  const number = messageId(key, { message: message ?? '', recipient, work, bits })
  return { payload: { kind: 'id', id: number, bits }, message: message ?? '', registered: true }
}

/** Whether a text takes no more bits than these. What cannot be hidden at all does not fit either. */
const fitsIn = (text: string, bits: number): boolean =>
  text.isWellFormed() && !text.includes('\0') && Buffer.byteLength(text) * 8 <= bits

const contradiction = (why: string): ColophonError =>
  new ColophonError('CALL_PARAM_INVALID', { op: 'watermark.image.embed', param: 'as', why })
