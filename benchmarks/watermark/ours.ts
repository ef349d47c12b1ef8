import type { Picture } from '@colophon/media'
import { detectLuma, MarkKey, markPicture, pictureLuma } from '@colophon/watermark'

/** What was found in a picture. */
export interface Found {
  readonly found: boolean
  /** Of a payload that is a 64-bit id. */
  readonly id: bigint | undefined
  readonly pValue: number
  readonly z: number
  readonly bitErrors: number | null
}

/** Our marks, from pixels to pixels, as the ops make and find them. */
export const ours = {
  /**
   * Hides a 64-bit id with the ops' defaults.
   *
   * @throws ColophonError WATERMARK_NO_CAPACITY
   */
  embed(picture: Picture, id: bigint, secret: string): Picture {
    return markPicture(picture, { kind: 'id', id, bits: 64 }, MarkKey.from(secret))
  },

  /** Looks for a mark with the full search. */
  detect(picture: Picture, secret: string): Found {
    const { payload, pValue, z, bitErrors } = detectLuma(pictureLuma(picture), MarkKey.from(secret))
    const id = payload?.kind === 'id' && payload.bits === 64 ? payload.id : undefined
    return { found: payload !== undefined, id, pValue, z, bitErrors: payload ? bitErrors : null }
  },
}
