import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { readFile, scanFile } from './read-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'colophon-read-file-'))
after(() => rmSync(folder, { recursive: true }))

const path = join(folder, 'file.bin')
const bytes = Buffer.from(Uint8Array.from({ length: 1_500_000 }, (_, index) => (index * 31) % 251))
writeFileSync(path, bytes)

const openFiles = (): number => readdirSync('/proc/self/fd').length

describe('a file is read', () => {
  it('whole, in pieces that may be kept', async () => {
    assert.ok(Buffer.concat(await Array.fromAsync(readFile(path))).equals(bytes))
  })

  it('in part', async () => {
    for (const [start, end] of [
      [0, 0],
      [5, 5],
      [0, 1],
      [65_535, 65_537],
      [100_000, 1_400_000],
      [1_499_999, 1_500_000],
    ] as const) {
      const read = Buffer.concat(await Array.fromAsync(readFile(path, { start, end })))
      assert.ok(read.equals(bytes.subarray(start, end)), `${start} to ${end}`)
    }
    assert.ok(Buffer.concat(await Array.fromAsync(readFile(path, { start: 70_000 }))).equals(bytes.subarray(70_000)))
    assert.equal(Buffer.concat(await Array.fromAsync(readFile(path, { start: 1_499_990, end: 9e9 }))).length, 10)
  })

  it('in pieces that share memory', async () => {
    let place = 0
    for await (const piece of scanFile(path)) {
      assert.ok(bytes.subarray(place, place + piece.length).equals(piece))
      place += piece.length
    }
    assert.equal(place, bytes.length)
  })

  it('no further than it is wanted, and closed', { skip: process.platform !== 'linux' }, async () => {
    const before = openFiles()
    for await (const piece of readFile(path)) if (piece.length > 0) break
    await assert.rejects(async () => {
      for await (const _ of scanFile(path)) throw new Error('enough')
    }, /enough/)
    assert.equal(openFiles(), before)
  })

  it('when it is there', async () => {
    await assert.rejects(Array.fromAsync(readFile(join(folder, 'none'))), { code: 'ENOENT' })
    await assert.rejects(Array.fromAsync(scanFile(folder)), { code: 'EISDIR' })
  })
})
