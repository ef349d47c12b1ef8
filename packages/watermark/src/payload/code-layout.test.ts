import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import fc from 'fast-check'
import { layOut } from './code-layout.ts'
import { MarkKey } from './secret-key.ts'

const key = MarkKey.from('layouts')
const counts = (sources: Uint16Array, of: number) => {
  const times = new Array<number>(of).fill(0)
  for (const source of sources) times[source]!++
  return times
}

suite('the layout of a code word', () => {
  test('uses all code bits evenly, and those of the first generators first', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 150 }),
        fc.integer({ min: 1, max: 6 }),
        fc.nat(2000),
        (bits, branches, length) => {
          const times = counts(layOut(key, bits, branches, length).sources, bits * branches)
          assert.ok(Math.max(...times) - Math.min(...times) <= 1)
          const perBranch = Array.from({ length: branches }, (_, branch) =>
            times.filter((_, i) => i % branches === branch).reduce((sum, count) => sum + count, 0),
          )
          for (let branch = 1; branch < branches; branch++) assert.ok(perBranch[branch]! <= perBranch[branch - 1]!)
        },
      ),
    )
  })

  test('leaves gaps that lie evenly around the circle', () => {
    for (const bits of [48, 80, 112, 144]) {
      for (const part of [0.25, 0.5, 0.75]) {
        const times = counts(layOut(key, bits, 1, Math.round(bits * part)).sources, bits)
        const used = times.flatMap((count, time) => (count > 0 ? [time] : []))
        const gaps = used.map((time, i) => ((used[(i + 1) % used.length]! - time + bits) % bits) - 1)
        assert.ok(Math.max(...gaps) <= 2 / part, `${bits} ${part} ${gaps}`)
      }
    }
  })

  test('turns half of the bits over, and is another for every key, size and length', () => {
    const { sources, signs } = layOut(key, 80, 6, 1640)
    assert.ok(signs.every((sign) => sign === 1 || sign === -1))
    assert.ok(Math.abs(signs.reduce((sum, sign) => sum + sign, 0)) < 5 * Math.sqrt(1640))
    const text = (layout: { sources: Uint16Array }) => layout.sources.subarray(0, 400).join()
    const others = [layOut(MarkKey.from('layoutt'), 80, 6, 1640), layOut(key, 112, 6, 1640), layOut(key, 80, 6, 1639)]
    assert.equal(new Set([{ sources }, ...others].map(text)).size, 4)
    assert.equal(text(layOut(MarkKey.from('layouts'), 80, 6, 1640)), text({ sources }))
  })
})
