import { asciiOf, viewOf } from '../read/bytes.ts'

/**
 * The description of an ICC colour profile, e.g. "Display P3" (ICC.1, tag `desc` of type `desc` or `mluc`); undefined if there is
 * none that can be read.
 */
export function iccDescription(profile: Uint8Array): string | undefined {
  if (profile.length < 132) return undefined
  const view = viewOf(profile)
  const tags = Math.min(view.getUint32(128), 100)
  for (let at = 132; at + 12 <= Math.min(132 + 12 * tags, profile.length); at += 12) {
    if (asciiOf(profile, at, 4) !== 'desc') continue
    const tag = profile.subarray(view.getUint32(at + 4), view.getUint32(at + 4) + view.getUint32(at + 8))
    return clean(textOf(tag))
  }
  return undefined
}

function textOf(tag: Uint8Array): string {
  if (tag.length < 28) return ''
  const view = viewOf(tag)
  const type = asciiOf(tag, 0, 4)
  if (type === 'desc') return asciiOf(tag, 12, Math.min(view.getUint32(8), tag.length - 12))
  if (type !== 'mluc' || view.getUint32(8) === 0) return ''
  const start = view.getUint32(24)
  return new TextDecoder('utf-16be').decode(tag.subarray(start, start + view.getUint32(20)))
}

const clean = (text: string): string | undefined => text.replace(/\0.*$/s, '').trim() || undefined

/** The colour space whose samples an ICC profile describes, e.g. `RGB`, `GRAY` (ICC.1, 7.2.6). */
export const iccSpace = (profile: Uint8Array): string => (profile.length < 20 ? '' : asciiOf(profile, 16, 4).trim())
