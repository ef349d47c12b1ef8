import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import {
  addToConfiguration,
  beginsAnew,
  lengthUnits,
  ppsId,
  readConfiguration,
  spsId,
  startCodeUnits,
  withLengths,
  withoutParameterSets,
} from './h264.ts'

/** Units whose last byte is not zero, as the standard has it, and in which no start code stands. */
const units = fc.array(
  fc.uint8Array({ minLength: 1, maxLength: 30 }).map((bytes) => bytes.map((byte) => byte | 1)),
  { minLength: 1, maxLength: 6 },
)

test('units survive the change from lengths to start codes and back', () => {
  fc.assert(
    fc.property(units, fc.constantFrom(1, 2, 4), (all, size) => {
      assert.deepEqual(
        lengthUnits(withLengths(all, size), size).map((unit) => [...unit]),
        all.map((unit) => [...unit]),
      )
      const stream = Buffer.concat(all.flatMap((unit) => [Buffer.from([0, 0, 0, 1]), unit]))
      assert.deepEqual(
        startCodeUnits(stream).map((unit) => [...unit]),
        all.map((unit) => [...unit]),
      )
    }),
  )
})

test('bytes that are no units do no harm', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      startCodeUnits(bytes)
      lengthUnits(bytes, 4)
      readConfiguration(bytes)
    }),
  )
  assert.equal(readConfiguration(Buffer.from([0, 0, 0, 1, 0x67, 1, 2, 3])), undefined)
})

/** Sets as x264 writes them at 64x48, with numbers 0 and 1. */
const sps = [Buffer.from('6764000aacb2041f790000030001000003003c0f1229', 'hex'), Buffer.from('674d400a4b', 'hex')]
const pps = [Buffer.from('68ebc3cb22c0', 'hex'), Buffer.from('684b', 'hex')]
const record = Buffer.concat([
  Buffer.from([1, 0x64, 0, 0x0a, 0xff, 0xe1, 0, sps[0]!.length]),
  sps[0]!,
  Buffer.from([1, 0, pps[0]!.length]),
  pps[0]!,
  Buffer.from([0xfd, 0xf8, 0xf8, 0]),
])

test('parameter sets are numbered as the standard has it', () => {
  assert.deepEqual(
    [sps.map(spsId), pps.map(ppsId)],
    [
      [0, 1],
      [0, 1],
    ],
  )
})

test('a configuration takes further parameter sets and keeps its own', () => {
  const both = addToConfiguration(record, { sps: [sps[1]!], pps: [pps[1]!] })
  const read = readConfiguration(both)!
  assert.deepEqual(
    [read.lengthSize, read.sps.map((set) => Buffer.from(set)), read.pps.map((set) => Buffer.from(set))],
    [4, sps, pps],
  )
  assert.deepEqual(both.subarray(-4), record.subarray(-4))
  assert.deepEqual(addToConfiguration(record, { sps: [], pps: [] }), record)
})

test('decoding begins anew only at a picture that resets the decoder', () => {
  const unit = (kind: number) => Uint8Array.of(0x60 | kind, 1)
  assert.equal(beginsAnew([unit(7), unit(8), unit(6), unit(5)]), true)
  assert.equal(beginsAnew([unit(6), unit(1)]), false)
  assert.equal(beginsAnew([]), false)
  assert.deepEqual(withoutParameterSets([unit(7), unit(8), unit(6), unit(5)]), [unit(6), unit(5)])
})
