import { createHmac } from 'node:crypto'
import { type Read, Secret } from '@colophon/core'

/**
 * Makes what a mark was made or looked for with part of the result's identity: a fingerprint of the key itself, and not only its name and version, which
 * are the same when someone sets another value. So an answer of one key is never given for another. The fingerprint (128 bits of an
 * HMAC) tells nothing of a key that cannot be guessed.
 */
export const keyRead: Read = {
  description: 'a fingerprint of the key',
  read: ({ key }) => {
    if (!(key instanceof Secret)) return { digest: 'none', value: undefined }
    const code = createHmac('sha256', key.reveal()).update('colophon watermark: which key').digest('hex')
    return { digest: code.slice(0, 32), value: undefined }
  },
}
