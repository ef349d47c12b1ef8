import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { box, bytesFrom, u32 } from '../testing/bytes.ts'
import { sniff } from './sniff.ts'

const nameOf = (bytes: Uint8Array): string | undefined => {
  const sniffed = sniff(bytes)
  return 'format' in sniffed ? sniffed.format.name : undefined
}
const refusalOf = (bytes: Uint8Array): string | undefined => {
  const sniffed = sniff(bytes)
  return 'refused' in sniffed ? sniffed.refused : undefined
}

/** Frames of MPEG-1 layer III, 128 kbit/s at 44.1 kHz: 417 bytes each. */
const mp3Frames = (count: number) =>
  Buffer.concat(Array.from({ length: count }, () => bytesFrom([0xff, 0xfb, 0x90, 0x00], Buffer.alloc(413))))
const adtsFrames = (count: number) =>
  Buffer.concat(
    Array.from({ length: count }, () => bytesFrom([0xff, 0xf1, 0x50, 0x80, 0x02, 0x1f, 0xfc], Buffer.alloc(9))),
  )
const id3 = (size: number) => bytesFrom('ID3', [3, 0, 0, 0, 0, size >> 7, size & 127], Buffer.alloc(size))

test('formats are told by their first bytes', () => {
  const zeros = Buffer.alloc(64)
  const cases: [string, Uint8Array][] = [
    ['jpeg', bytesFrom([0xff, 0xd8, 0xff, 0xe0], zeros)],
    ['png', bytesFrom([0x89], 'PNG\r\n\x1a\n', zeros)],
    ['gif', bytesFrom('GIF89a', zeros)],
    ['webp', bytesFrom('RIFF', u32(64), 'WEBPVP8 ', zeros)],
    ['tiff', bytesFrom('II*\0', zeros)],
    ['tiff', bytesFrom('MM\0*', zeros)],
    ['avif', box('ftyp', 'avif', u32(0), 'mif1avif')],
    ['avif', box('ftyp', 'mif1', u32(0), 'mif1avif')],
    ['mp4', box('ftyp', 'isom', u32(0), 'isomavc1')],
    ['mp4', box('ftyp', 'M4A ', u32(0))],
    ['mov', box('ftyp', 'qt  ', u32(0))],
    ['mov', bytesFrom(box('wide'), box('mdat', zeros))],
    ['matroska', bytesFrom([0x1a, 0x45, 0xdf, 0xa3, 0x93, 0x42, 0x82, 0x88], 'matroska')],
    ['webm', bytesFrom([0x1a, 0x45, 0xdf, 0xa3, 0x93, 0x42, 0x82, 0x84], 'webm')],
    ['avi', bytesFrom('RIFF', u32(64), 'AVI LIST', zeros)],
    ['wav', bytesFrom('RIFF', u32(64), 'WAVEfmt ', zeros)],
    ['wav', bytesFrom('RF64', u32(64), 'WAVEds64', zeros)],
    ['aiff', bytesFrom('FORM', u32(64), 'AIFFCOMM', zeros)],
    ['ogg', bytesFrom('OggS', zeros)],
    ['flac', bytesFrom('fLaC', zeros)],
    ['flac', bytesFrom(id3(20), 'fLaC', zeros)],
    ['mp3', mp3Frames(3)],
    ['mp3', bytesFrom(id3(300), mp3Frames(1))],
    ['aac', adtsFrames(3)],
    ['aac', bytesFrom(id3(20), adtsFrames(3))],
    ['mpegts', Buffer.concat(Array.from({ length: 4 }, () => bytesFrom('G', Buffer.alloc(187))))],
    ['mpegts', Buffer.concat(Array.from({ length: 4 }, () => bytesFrom(u32(7), 'G', Buffer.alloc(187))))],
    ['mpeg', bytesFrom([0, 0, 1, 0xba], zeros)],
    ['flv', bytesFrom('FLV', [1, 5], zeros)],
  ]
  for (const [name, bytes] of cases) assert.equal(nameOf(bytes), name)
})

test('text is refused, and the refusal says what it looks like', () => {
  assert.equal(refusalOf(Buffer.alloc(0)), 'it is empty')
  assert.match(refusalOf(Buffer.from('Hello world, this is a text file.\n'))!, /plain text/)
  assert.match(refusalOf(Buffer.from('The free encyclopedia and more words'))!, /plain text/)
  assert.match(refusalOf(Buffer.from('\ufeff#EXTM3U\n#EXTINF:1,\nfile:secret.ts\n'))!, /playlist/)
  assert.match(refusalOf(Buffer.from('ffconcat version 1.0\nfile secret.mp4\n'))!, /list of other files/)
  assert.match(refusalOf(Buffer.from(';FFMETADATA1\ntitle=x\n'))!, /list of other files/)
  assert.match(refusalOf(Buffer.from('<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'))!, /markup/)
  assert.match(refusalOf(Buffer.from('\xff\xfeH\0e\0l\0l\0o\0', 'latin1'))!, /no format that is read/)
})

test('HEIC pictures are refused by name', () => {
  assert.match(refusalOf(box('ftyp', 'heic', u32(0), 'mif1heic'))!, /HEIC/)
  assert.match(refusalOf(box('ftyp', 'mif1', u32(0), 'heic'))!, /HEIC/)
})

test('any bytes are either recognised or refused with a reason', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      const sniffed = sniff(bytes)
      assert.ok('format' in sniffed || sniffed.refused.length > 0)
    }),
  )
})

test('text is never taken for media', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 400, unit: 'grapheme-ascii' }), (text) => {
      fc.pre(!/^(GIF8|OggS|fLaC|caff|ID3|RIFF|FORM|FLV|.{4}(ftyp|moov|mdat))/s.test(text) && !text.startsWith('G'))
      assert.equal(nameOf(Buffer.from(text)), undefined)
    }),
  )
})
