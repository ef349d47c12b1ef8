import { crc32 } from 'node:zlib'
import type { Random } from './random.ts'

/** Numbers at which sizes, counts and offsets go wrong. */
const extremes = [
  0n,
  1n,
  2n,
  0x7fn,
  0xffn,
  0x7fffn,
  0xffffn,
  0x10000n,
  0x7ffffffen,
  0x7fffffffn,
  0x80000000n,
  0xfffffff0n,
  0xffffffffn,
  0x7fffffffffffffffn,
  0x8000000000000000n,
  0xffffffffffffffffn,
]

type Mutation = (bytes: Buffer, random: Random, other: Buffer) => Buffer

/** Most of what decides about anything stands at the beginning; a place near it is chosen half of the time. */
const place = (bytes: Buffer, random: Random): number =>
  random.below(Math.max(1, random.chance(0.5) ? Math.min(bytes.length, 512) : bytes.length))

const replaced = (bytes: Buffer, from: number, to: number, by: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)])

const stretch = (bytes: Buffer, random: Random, most = 400): { from: number; to: number } => {
  const from = place(bytes, random)
  return { from, to: Math.min(bytes.length, from + 1 + random.below(most)) }
}

/** Places where four letters stand, as they do at the beginning of boxes and chunks. */
function letters(bytes: Buffer): number[] {
  const found: number[] = []
  const letter = (byte: number) => (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x41 && byte <= 0x5a) || byte === 0x20
  for (let at = 4; at + 8 <= bytes.length && at < 65_536; at++)
    if (letter(bytes[at]!) && letter(bytes[at + 1]!) && letter(bytes[at + 2]!) && letter(bytes[at + 3]!)) found.push(at)
  return found
}

function writeNumber(bytes: Buffer, at: number, width: number, value: bigint, little: boolean): void {
  for (let byte = 0; byte < width; byte++) {
    const shift = BigInt(8 * (little ? byte : width - 1 - byte))
    if (at + byte < bytes.length) bytes[at + byte] = Number((value >> shift) & 0xffn)
  }
}

const number: Mutation = (bytes, random) => {
  const near = BigInt(random.below(5) - 2)
  writeNumber(
    bytes,
    place(bytes, random),
    random.pick([1, 2, 3, 4, 4, 4, 8]),
    random.pick(extremes) + (random.chance(0.3) ? near : 0n),
    random.chance(0.4),
  )
  return bytes
}

/** Changes the size that stands before four letters (MP4) or behind them (RIFF). */
const size: Mutation = (bytes, random, other) => {
  const places = letters(bytes)
  if (places.length === 0) return number(bytes, random, other)
  const at = random.pick(places)
  const small = BigInt(random.below(64))
  const before = random.chance(0.7)
  writeNumber(bytes, before ? at - 4 : at + 4, 4, random.chance(0.5) ? small : random.pick(extremes), !before)
  return bytes
}

/** Gives a box or chunk another's letters. */
const letter: Mutation = (bytes, random, other) => {
  const places = letters(bytes)
  const from = letters(other)
  if (places.length === 0 || from.length === 0) return number(bytes, random, other)
  const source = random.pick(from)
  other.copy(bytes, random.pick(places), source, source + 4)
  return bytes
}

const flip: Mutation = (bytes, random) => {
  for (let count = 1 + random.below(8); count > 0; count--) bytes[place(bytes, random)]! ^= 1 << random.below(8)
  return bytes
}

const fill: Mutation = (bytes, random) => {
  const { from, to } = stretch(bytes, random, 64)
  return bytes.fill(random.pick([0, 0xff, random.below(256)]), from, to)
}

const noise: Mutation = (bytes, random) => {
  const { from, to } = stretch(bytes, random, 64)
  for (let at = from; at < to; at++) bytes[at] = random.below(256)
  return bytes
}

const remove: Mutation = (bytes, random) => {
  const { from, to } = stretch(bytes, random)
  return replaced(bytes, from, to, Buffer.alloc(0))
}

const repeat: Mutation = (bytes, random) => {
  const { from, to } = stretch(bytes, random)
  const part = bytes.subarray(from, to)
  return replaced(bytes, to, to, Buffer.concat(Array.from({ length: 1 + random.below(20) }, () => part)))
}

const swap: Mutation = (bytes, random) => {
  const { from, to } = stretch(bytes, random)
  const target = Math.max(0, place(bytes, random) - (to - from))
  const part = Buffer.from(bytes.subarray(target, target + to - from))
  bytes.copy(bytes, target, from, to)
  part.copy(bytes, from)
  return bytes
}

/** A part of another file in the place of one of this. */
const splice: Mutation = (bytes, random, other) => {
  const mine = stretch(bytes, random)
  const theirs = stretch(other, random)
  return replaced(bytes, mine.from, mine.to, other.subarray(theirs.from, theirs.to))
}

/** The beginning of one file with the end of another. */
const graft: Mutation = (bytes, random, other) =>
  Buffer.concat([bytes.subarray(0, place(bytes, random)), other.subarray(place(other, random))])

const truncate: Mutation = (bytes, random) => bytes.subarray(0, 1 + place(bytes, random))

const mutations: readonly (readonly [weight: number, Mutation])[] = [
  [6, number],
  [6, size],
  [2, letter],
  [5, flip],
  [2, fill],
  [2, noise],
  [2, remove],
  [2, repeat],
  [2, swap],
  [2, splice],
  [1, graft],
  [1, truncate],
]
const bag = mutations.flatMap(([weight, mutation]) => Array.from({ length: weight }, () => mutation))

/**
 * A file with one to five things wrong: the same for the same numbers.
 *
 * @param other a file to take parts from
 */
export function mutated(original: Buffer, other: Buffer, random: Random): Buffer {
  let bytes: Buffer = Buffer.from(original)
  if (random.chance(0.35)) gentle(bytes, random)
  else bytes = rough(bytes, other, random)
  // Else most of what is wrong would be found by a checksum, and what lies behind it would stay untried.
  if (random.chance(0.8)) repairSums(bytes)
  return bytes
}

/** Leaves the frame of the file as it is, so that a decoder sees what is wrong and not the first who looks at the size. */
function gentle(bytes: Buffer, random: Random): void {
  for (let count = 1 + random.below(10); count > 0; count--) {
    const at = random.below(bytes.length)
    if (random.chance(0.6)) bytes[at]! ^= 1 << random.below(8)
    else writeNumber(bytes, at, random.pick([1, 2, 4]), random.pick(extremes), random.chance(0.5))
  }
}

function rough(original: Buffer, other: Buffer, random: Random): Buffer {
  let bytes = original
  for (let count = 1 + random.below(random.chance(0.5) ? 1 : 5); count > 0; count--) {
    bytes = Buffer.from(random.pick(bag)(bytes, random, other))
    if (bytes.length === 0) bytes = Buffer.alloc(1)
  }
  return bytes
}

function repairSums(bytes: Buffer): void {
  if (bytes.subarray(1, 4).equals(Buffer.from('PNG'))) repairPng(bytes)
  if (bytes.subarray(0, 4).equals(Buffer.from('OggS'))) repairOgg(bytes)
}

function repairPng(bytes: Buffer): void {
  for (let at = 8; at + 12 <= bytes.length; ) {
    const end = at + 8 + bytes.readUInt32BE(at)
    if (end + 4 > bytes.length) return
    bytes.writeUInt32BE(crc32(bytes.subarray(at + 4, end)), end)
    at = end + 4
  }
}

/** CRC-32 with the polynomial 0x04c11db7, neither reflected nor inverted, over a page whose own sum is taken as 0 (RFC 3533, 6). */
function oggSum(page: Uint8Array): number {
  let sum = 0
  for (const byte of page) {
    sum ^= byte << 24
    for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1
  }
  return sum >>> 0
}

function repairOgg(bytes: Buffer): void {
  for (let at = bytes.indexOf('OggS'); at >= 0 && at + 27 <= bytes.length; at = bytes.indexOf('OggS', at + 4)) {
    const segments = bytes[at + 26]!
    const table = bytes.subarray(at + 27, at + 27 + segments)
    const end = at + 27 + segments + table.reduce((sum, length) => sum + length, 0)
    if (end > bytes.length) return
    bytes.writeUInt32LE(0, at + 22)
    bytes.writeUInt32LE(oggSum(bytes.subarray(at, end)), at + 22)
  }
}
