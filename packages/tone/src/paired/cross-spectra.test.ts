import assert from 'node:assert/strict'
import test from 'node:test'
import { CrossSpectra, type Transfer } from './cross-spectra.ts'
import { randomFrom } from './testing/chain.ts'

const length = 256
const frames = 60

/** White noise. */
function noise(seed: number): Float32Array {
  const random = randomFrom(seed)
  return Float32Array.from({ length }, () => random() + random() - 1)
}

const sum = (a: Float32Array, b: Float32Array, gain: number) => a.map((value, n) => value + gain * b[n]!)
const times = (a: Float32Array, gain: number) => a.map((value) => gain * value)

/** @param side of the target, made of its mid and noise @param made mid and side of the reference */
function transferOf(
  side: (mid: Float32Array, other: Float32Array) => Float32Array,
  made: (mid: Float32Array, side: Float32Array) => { mid: Float32Array; side: Float32Array },
): Transfer {
  const spectra = new CrossSpectra(length, true)
  for (let frame = 0; frame < frames; frame++) {
    const mid = noise(2 * frame)
    const target = { mid, side: side(mid, noise(2 * frame + 1)) }
    spectra.add(target, made(target.mid, target.side), 1)
  }
  return spectra.transfer()
}

/** The real part of all bins but those at the ends lies this near to a value. */
function near(bins: { readonly re: Float64Array } | null, wanted: number, tolerance: number): void {
  for (const value of bins!.re.slice(2, -2)) assert.ok(Math.abs(value - wanted) < tolerance, `${value}, not ${wanted}`)
}

test('of a sound in one channel alone, where mid and side are the same, each leads to itself', () => {
  const transfer = transferOf(
    (mid) => mid,
    (mid, side) => ({ mid: times(mid, 1.5), side: times(side, 0.7) }),
  )
  near(transfer.mid, 1.5, 1e-3)
  near(transfer.side, 0.7, 1e-3)
  near(transfer.cross, 0, 1e-3)
  assert.ok(transfer.coherence.slice(2, -2).every((part) => part > 0.999))
})

test('where mid and side are nearly the same neither takes what is the other’s', () => {
  const transfer = transferOf(
    (mid, other) => sum(mid, other, 0.02),
    (mid, side) => ({ mid: sum(times(mid, 1.5), noise(Math.round(1e6 * mid[7]!)), 0.05), side: times(side, 0.7) }),
  )
  near(transfer.mid, 1.5, 0.1)
  near(transfer.side, 0.7, 0.01)
})

test('a side that is all but silent takes nothing from the mid', () => {
  const transfer = transferOf(
    (_, other) => times(other, 1e-5),
    (mid, side) => ({ mid: times(mid, 2), side }),
  )
  near(transfer.mid, 2, 1e-3)
})

test('what leads from mid to side is found where both are well apart', () => {
  const transfer = transferOf(
    (_, other) => other,
    (mid, side) => ({ mid, side: sum(side, mid, 0.4) }),
  )
  near(transfer.mid, 1, 1e-3)
  near(transfer.side, 1, 0.02)
  near(transfer.cross, 0.4, 0.02)
})
