import assert from 'node:assert/strict'
import test from 'node:test'
import { box, u32, u64 } from '../testing/bytes.ts'
import { movieHeader, movieInFront, movieWithChapters } from './movie-box.ts'

const header = (next: number) => box('mvhd', u32(0), u32(0), u32(0), u32(600), u32(1500), Buffer.alloc(76), u32(next))
const media = (handler: string, ...tables: Buffer[]) =>
  box('mdia', box('hdlr', u32(0), u32(0), handler, Buffer.alloc(13)), box('minf', box('stbl', ...tables)))
const added = box('trak', 'chapters')
const list = box('chpl', 'list')
const withChapters = (movie: Buffer, all = true) =>
  Buffer.concat(movieWithChapters(movie, { track: added, ...(all && { list }) }))

test('the header tells scale, duration and the next number', () => {
  assert.deepEqual(movieHeader(header(3)), { scale: 600, duration: 2.5, nextTrack: 3 })
  const wide = box('mvhd', u32(1 << 24), u64(0), u64(0), u32(600), u64(1500), Buffer.alloc(76), u32(4))
  assert.deepEqual(movieHeader(wide), { scale: 600, duration: 2.5, nextTrack: 4 })
  assert.equal(movieHeader(box('mvhd', u32(0))), undefined)
})

test('each track gets one box of references, in which others stay; tracks of time codes get none', () => {
  const reference = box('tref', box('tmcd', u32(2)))
  const movie = Buffer.concat([
    header(3),
    box('trak', box('tkhd'), reference, media('vide')),
    box('trak', box('tkhd'), media('tmcd')),
    box('udta', box('name', 'x'), box('chpl', 'old')),
    box('free'),
  ])
  const wanted = box(
    'moov',
    header(4),
    box('trak', box('tkhd'), box('tref', box('tmcd', u32(2)), box('chap', u32(3))), media('vide')),
    box('trak', box('tkhd'), media('tmcd')),
    added,
    box('udta', box('name', 'x'), list),
    box('free'),
  )
  assert.deepEqual(withChapters(movie), wanted)
})

test('user data are there only where they hold something', () => {
  const trak = box('trak', media('soun'))
  const marked = box('trak', box('tref', box('chap', u32(3))), media('soun'))
  const movie = Buffer.concat([header(3), trak])
  assert.deepEqual(withChapters(movie), box('moov', header(4), marked, added, box('udta', list)))
  assert.deepEqual(withChapters(movie, false), box('moov', header(4), marked, added))
  const old = Buffer.concat([movie, box('udta', box('chpl', 'old'))])
  assert.deepEqual(withChapters(old, false), box('moov', header(4), marked, added))
})

test('a list alone changes nothing but the user data', () => {
  const trak = box('trak', media('soun'))
  const movie = Buffer.concat([header(3), trak])
  assert.deepEqual(Buffer.concat(movieWithChapters(movie, { list })), box('moov', header(3), trak, box('udta', list)))
})

const small = (...positions: number[]) => box('stco', u32(0), u32(positions.length), ...positions.map(u32))
const large = (...positions: number[]) => box('co64', u32(0), u32(positions.length), ...positions.map(u64))

test('an index in front points as much further as it is long', () => {
  const movie = (by: number) =>
    box(
      'moov',
      header(3),
      box('trak', media('vide', box('stsz', 'sizes'), small(48 + by, 1000 + by))),
      box('trak', media('soun', large(2 ** 33 + by))),
    )
  const length = movie(0).length
  assert.deepEqual(movieInFront(movie(0)), movie(length))
})

test('positions get 64 bits where 32 are not enough', () => {
  const last = 2 ** 32 - 10
  const wide = (by: number) => box('moov', box('trak', media('vide', large(48 + by, last + by), box('stss', 'x'))))
  const movie = box('moov', box('trak', media('vide', small(48, last), box('stss', 'x'))))
  assert.deepEqual(movieInFront(movie), wide(wide(0).length))
})
