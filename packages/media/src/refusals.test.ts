import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import test from 'node:test'
import { ColophonError, createStore, type ErrorCode, file } from '@colophon/core'
import sharp from 'sharp'
import { probe } from './probe.ts'
import { box, bytesFrom, element, u32 } from './testing/bytes.ts'
import { encodeMedia } from './testing/encode.ts'
import { barsTrack, tone } from './testing/paint.ts'
import { scratch } from './testing/scratch.ts'
import { thumbnail } from './thumbnail.ts'

const path = scratch()
const put = (name: string, content: Uint8Array | string): string => {
  writeFileSync(path(name), content)
  return name
}

async function refused(op: 'probe' | 'thumbnail', name: string, code: ErrorCode, message: RegExp): Promise<void> {
  const call = op === 'probe' ? probe({ file: file(path(name)) }) : thumbnail({ media: file(path(name)) })
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof ColophonError, String(error))
    assert.equal(error.code, code, `${name}: ${error.message}`)
    assert.match(error.message, message)
    assert.equal(error.exitCode, 3)
    return true
  })
}

async function bothRefuse(name: string, code: ErrorCode, message: RegExp): Promise<void> {
  await refused('probe', name, code, message)
  await refused('thumbnail', name, code, message)
}

test('missing and empty files and folders are refused before anything is read', async () => {
  await bothRefuse('nowhere.mp4', 'FILE_NOT_FOUND', /nowhere\.mp4/)
  await bothRefuse(put('empty.mp4', ''), 'FILE_EMPTY', /empty\.mp4/)
  mkdirSync(path('folder.mp4'))
  await bothRefuse('folder.mp4', 'FILE_IS_DIRECTORY', /folder\.mp4/)
})

test('what is no media is not recognised, whatever it is called', async () => {
  await bothRefuse(
    put('text.mp4', 'This is text.\n'),
    'MEDIA_NOT_RECOGNISED',
    /text\.mp4 is not a media file.*plain text/,
  )
  await bothRefuse(put('noise.mkv', Buffer.from([1, 2, 3, 4, 5, 6, 7, 8])), 'MEDIA_NOT_RECOGNISED', /noise\.mkv/)
  await bothRefuse(
    put('drawing.png', '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:secret.png"/></svg>'),
    'MEDIA_NOT_RECOGNISED',
    /markup/,
  )
})

test('files that name other files are refused, and the other file is not read', async () => {
  await encodeMedia(path('secret.ts'), { muxer: 'mpegts', video: barsTrack({ encoder: 'mpeg2video', rate: 25 }) })
  const secret = path('secret.ts')
  const lists: Record<string, string> = {
    'list.m3u8': `#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n${secret}\n#EXT-X-ENDLIST\n`,
    'list.mp4': `#EXTM3U\n#EXT-X-VERSION:3\n#EXTINF:2,\nfile:${secret}\n`,
    'concat.txt': `ffconcat version 1.0\nfile '${secret}'\n`,
    'meta.txt': ';FFMETADATA1\ntitle=x\n',
    'list.pls': `[playlist]\nFile1=${secret}\n`,
    'dash.mpd': '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"/>',
    'images%d.png': 'no picture',
  }
  for (const [name, content] of Object.entries(lists)) await bothRefuse(put(name, content), 'MEDIA_NOT_RECOGNISED', /./)
})

test('data of an MOV that lie in another file are not fetched', async () => {
  await encodeMedia(path('whole.mov'), { muxer: 'mov', video: barsTrack(), audio: tone('pcm_s16le') })
  const movie = readFileSync(path('whole.mov'))
  // The data reference of each track says "in this file": a type and a flag. Made an alias, it names a file elsewhere.
  for (let at = movie.indexOf('url '); at >= 0; at = movie.indexOf('url ', at + 1))
    movie.write('alis\0\0\0\0', at, 'latin1')
  put('elsewhere.mov', movie)
  const { report } = await probe({ file: file(path('elsewhere.mov')) })
  assert.equal((await report.value()).kind, 'video')
})

test('files that break off are damaged, and the message says so', async () => {
  await encodeMedia(path('whole.mp4'), { muxer: 'mp4', video: barsTrack() })
  await encodeMedia(path('fast.mp4'), { muxer: 'mp4', video: barsTrack(), options: { movflags: 'faststart' } })
  await encodeMedia(path('whole.mkv'), { muxer: 'matroska', video: barsTrack() })
  await encodeMedia(path('whole.wav'), { muxer: 'wav', audio: tone('pcm_s16le') })
  const picture = sharp({
    create: {
      width: 200,
      height: 100,
      channels: 3,
      background: '#483',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })
  for (const name of ['whole.png', 'whole.jpg', 'whole.webp'] as const) await picture.clone().toFile(path(name))
  for (const whole of ['whole.mp4', 'fast.mp4', 'whole.mkv', 'whole.wav', 'whole.png', 'whole.jpg', 'whole.webp']) {
    const content = readFileSync(path(whole))
    for (const share of [0.3, 0.6, 0.95]) {
      const cut = `cut-${share}-${whole}`
      put(cut, content.subarray(0, Math.floor(content.length * share)))
      await bothRefuse(cut, 'MEDIA_DAMAGED', /cut-.*is damaged or cut short: .*(missing|cannot be read)/)
    }
  }
})

test('damage within a picture or a video is told, or looked past where frames remain', async () => {
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
  const png = await sharp({ create: { width: 200, height: 100, channels: 3, background: '#483', noise } })
    .png()
    .toBuffer()
  png.fill(0x55, 200, 2000)
  await refused('thumbnail', put('spoilt.png', png), 'MEDIA_DAMAGED', /cannot be decoded/)
  await encodeMedia(path('sound.mp4'), { muxer: 'mp4', video: barsTrack() })
  const movie = readFileSync(path('sound.mp4'))
  const [data, index] = [movie.indexOf('mdat') + 4, movie.indexOf('moov') - 4]
  movie.fill(0, data, index)
  await refused('thumbnail', put('hollow.mp4', movie), 'MEDIA_DAMAGED', /no frame of its video can be decoded/)
})

test('a video without frames, and a file without streams', async () => {
  await encodeMedia(path('none.mkv'), { muxer: 'matroska', video: barsTrack({ frames: 0 }) })
  await refused('thumbnail', 'none.mkv', 'MEDIA_DAMAGED', /End of file/)
  await encodeMedia(path('some.mp4'), { muxer: 'mp4', video: barsTrack() })
  const movie = readFileSync(path('some.mp4'))
  for (const table of ['stts', 'stsc', 'stco', 'stss']) movie.writeUInt32BE(0, movie.indexOf(table) + 8)
  movie.writeUInt32BE(0, movie.indexOf('stsz') + 12)
  await refused('thumbnail', put('none.mp4', movie), 'MEDIA_DAMAGED', /no frame of its video can be decoded/)
  const bare = bytesFrom(box('ftyp', 'isom', u32(0), 'isom'), box('moov', box('mvhd', u32(0), Buffer.alloc(96))))
  await bothRefuse(put('bare.mp4', bare), 'MEDIA_NOT_RECOGNISED', /no picture and no sound/)
  const hollow = bytesFrom(element('1a45dfa3', element('4282', 'matroska')), element('18538067', Buffer.alloc(0)))
  await bothRefuse(put('hollow.mkv', hollow), 'MEDIA_DAMAGED', /./)
})

test('a header that claims a monstrous picture is refused before anything is decoded', async () => {
  const chunk = (type: string, content: Buffer) =>
    bytesFrom(u32(content.length), type, content, u32(crc(bytesFrom(type, content))))
  const header = bytesFrom(u32(30_000), u32(30_000), [8, 2, 0, 0, 0])
  const bomb = bytesFrom(
    [0x89],
    'PNG\r\n\x1a\n',
    chunk('IHDR', header),
    chunk('IDAT', Buffer.alloc(40)),
    chunk('IEND', Buffer.alloc(0)),
  )
  await bothRefuse(put('bomb.png', bomb), 'MEDIA_TOO_LARGE', /bomb\.png has 900000000 pixels/)
})

/** The CRC-32 of PNG chunks. */
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff
  for (const byte of bytes) {
    value ^= byte
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  }
  return ~value >>> 0
}

test('FFmpeg writes nothing to standard error', async () => {
  put('broken.mp4', bytesFrom(box('ftyp', 'isom', u32(0)), box('moov', box('trak', Buffer.alloc(20, 255)))))
  const program = `
    import { file } from '@colophon/core'
    import { probe, thumbnail } from '@colophon/media'
    for (const name of ${JSON.stringify(['broken.mp4', 'hollow.mp4', 'spoilt.png'].map(path))})
      for (const call of [() => probe({ file: file(name) }), () => thumbnail({ media: file(name) })])
        await call().catch((error) => console.log(error.code))`
  const output = execFileSync(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', program],
    {
      cwd: import.meta.dirname,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  assert.ok(output.includes('MEDIA_DAMAGED'))
})

test('a refused file leaves nothing in the store', async () => {
  const store = await createStore()
  await assert.rejects(
    store.run(() => thumbnail({ media: file(path('text.mp4')) })),
    { code: 'MEDIA_NOT_RECOGNISED' },
  )
  assert.equal((await store.stats()).results, 0)
  await store.close()
})
