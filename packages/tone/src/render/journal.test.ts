import assert from 'node:assert/strict'
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import { checksumOf, identityOf, Journal } from './journal.ts'
import { inFolder, noise, recordingOf } from './testing/sounds.ts'

describe('a journal', () => {
  it('knows what was written, and what was noted in between', () =>
    inFolder((folder) => {
      const path = join(folder, 'sound')
      const first = new Journal(path, 'k')
      first.add(3, { sum: 0xabc, recipe: 'r1', found: '{"a": 1}' })
      first.note('[1, 2]')
      first.add(3, { sum: 0xffffffff, recipe: '', found: '' })
      const again = new Journal(path, 'k')
      assert.deepEqual(again.entry(3), { sum: 0xffffffff, recipe: '', found: '' })
      assert.equal(again.entry(2), undefined)
      assert.deepEqual(again.notes, ['[1, 2]'])
    }))

  it('of something else is begun anew', () =>
    inFolder((folder) => {
      const path = join(folder, 'sound')
      new Journal(path, 'k').add(1, { sum: 5, recipe: '', found: '' })
      assert.equal(new Journal(path, 'other').entry(1), undefined)
      assert.equal(new Journal(path, 'k').entry(1), undefined)
    }))

  it('that was cut off anywhere knows a part of it, and nothing wrong', () =>
    inFolder((folder) => {
      const path = join(folder, 'sound')
      const whole = new Journal(path, 'k')
      for (let index = 0; index < 5; index++) whole.add(index, { sum: 1000 + index, recipe: 'ab', found: '{}' })
      const text = readFileSync(`${path}.journal`)
      for (let length = 0; length < text.length; length++) {
        writeFileSync(`${path}.journal`, text.subarray(0, length))
        const cut = new Journal(path, 'k')
        for (let index = 0; index < 5; index++) {
          const entry = cut.entry(index)
          if (entry) assert.deepEqual(entry, { sum: 1000 + index, recipe: 'ab', found: '{}' })
        }
        cut.add(7, { sum: 7, recipe: '', found: '' })
        assert.equal(new Journal(path, 'k').entry(7)?.sum, 7)
      }
    }))
})

it('the checksum of a part of a file is its CRC-32, and of what is not there none', () =>
  inFolder((folder) => {
    const path = join(folder, 'file')
    appendFileSync(path, 'hello world')
    assert.equal(checksumOf(path, { at: 6, bytes: 5 }), crc32('world'))
    assert.equal(checksumOf(path, { at: 6, bytes: 6 }), undefined)
    assert.equal(checksumOf(join(folder, 'none'), { at: 0, bytes: 1 }), undefined)
  }))

it('recordings of other samples, rates or layouts are told from each other', () =>
  inFolder((folder) => {
    const samples = noise(1000, 1)
    const pcm = recordingOf(join(folder, 'a'), [samples])
    const same = recordingOf(join(folder, 'b'), [samples])
    assert.equal(identityOf(pcm), identityOf(same))
    const other = recordingOf(join(folder, 'c'), [noise(1000, 2)])
    const faster = recordingOf(join(folder, 'd'), [samples], 48_000)
    for (const different of [other, faster]) assert.notEqual(identityOf(pcm), identityOf(different))
  }))
