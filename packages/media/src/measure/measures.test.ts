import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { halved, msSsim } from './ms-ssim.ts'
import type { Plane } from './plane.ts'
import { mse, PsnrMeter, psnr, psnrOf } from './psnr.ts'
import { SnrMeter, segmentalSnr, siSdr, snr } from './snr.ts'
import { ssim } from './ssim.ts'
import { pattern, signals } from './testing/pattern.ts'
import golden from './testing/vectors.golden.json' with { type: 'json' }

/** Whether two numbers differ by less than a part in so many. */
function near(got: number, wanted: number, part = 1e-9): void {
  assert.ok(Math.abs(got - wanted) <= part * Math.abs(wanted), `${got} is not ${wanted}`)
}

test('PSNR and SSIM are those of scikit-image, at 8, 10 and 16 bits', () => {
  for (const { width, height, bits, ...wanted } of golden.images) {
    const [a, b] = pattern(width, height, bits)
    const peak = 2 ** bits - 1
    near(mse(a, b), wanted.mse)
    near(psnr(a, b, peak), wanted.psnr)
    near(ssim(a, b, peak), wanted.ssim)
  }
})

test('MS-SSIM is that of pytorch-msssim, at odd sizes with the halving of the paper', () => {
  const vectors = [...golden.images.filter(({ msSsim }) => msSsim !== undefined), ...golden.oddMsSsim]
  assert.ok(vectors.length >= 3)
  for (const { width, height, bits, msSsim: wanted } of vectors) {
    const [a, b] = pattern(width, height, bits)
    near(msSsim(a, b, 2 ** bits - 1), wanted!, 1e-6)
  }
})

test('SNR, segmental SNR and SI-SDR are what their formulas give in NumPy', () => {
  const { length, ...wanted } = golden.sound
  const [a, b] = signals(length)
  near(snr(a, b), wanted.snr)
  near(segmentalSnr(a, b, 8000), wanted.segmentalSnr)
  near(siSdr(a, b), wanted.siSdr)
})

const plane = (width: number, height: number) =>
  fc
    .uint8Array({ minLength: width * height, maxLength: width * height })
    .map((data): Plane => ({ data, width, height }))

test('a picture is the same as itself, and as its channels taken out of interleaved samples', () => {
  fc.assert(
    fc.property(plane(16, 14), plane(16, 14), (a, b) => {
      assert.equal(psnr(a, a), Number.POSITIVE_INFINITY)
      assert.equal(ssim(a, a), 1)
      const together = new Uint16Array(2 * 18 * 14 + 1)
      for (let y = 0; y < 14; y++)
        for (let x = 0; x < 16; x++) {
          together[1 + y * 36 + x * 2] = a.data[y * 16 + x]!
          together[2 + y * 36 + x * 2] = b.data[y * 16 + x]!
        }
      const view = (offset: number): Plane => ({ data: together, width: 16, height: 14, stride: 36, step: 2, offset })
      assert.equal(mse(view(1), view(2)), mse(a, b))
      assert.equal(ssim(view(1), view(2)), ssim(a, b))
    }),
  )
})

test('measures do not mind which picture comes first, and scale with the range of the samples', () => {
  fc.assert(
    fc.property(plane(13, 12), plane(13, 12), (a, b) => {
      near(ssim(a, b), ssim(b, a), 1e-12)
      const wide = (p: Plane): Plane => ({ ...p, data: Uint16Array.from(p.data, (value) => value * 257) })
      near(ssim(wide(a), wide(b), 65535), ssim(a, b), 1e-9)
      assert.equal(mse(a, b), mse(b, a))
    }),
  )
})

test('MS-SSIM of a picture with itself is 1, and of unrelated ones a number from 0', () => {
  const [a] = pattern(176, 170)
  assert.equal(msSsim(a, a), 1)
  const negative: Plane = { ...a, data: (a.data as Uint8Array).map((value) => 255 - value) }
  assert.equal(msSsim(a, negative), 0)
})

test('halving takes means of four and repeats a last odd row and column', () => {
  const { data, width, height } = halved({ data: Uint8Array.of(1, 2, 3, 5, 6, 7, 9, 10, 11), width: 3, height: 3 })
  assert.deepEqual([...data, width, height], [3.5, 5, 9.5, 11, 2, 2])
})

test('PSNR of frames averages their errors, weighed by the pixels of the planes', () => {
  const meter = new PsnrMeter(255)
  const flat = (width: number, level: number): Plane => ({
    data: new Uint8Array(width * 4).fill(level),
    width,
    height: 4,
  })
  const first = meter.add([flat(8, 10), flat(4, 10)], [flat(8, 12), flat(4, 10)])
  near(first.planes[0]!, psnrOf(4, 255))
  assert.equal(first.planes[1], Number.POSITIVE_INFINITY)
  meter.add([flat(8, 10), flat(4, 10)], [flat(8, 10), flat(4, 16)])
  near(meter.result.planes[0]!, psnrOf(2, 255))
  near(meter.result.planes[1]!, psnrOf(18, 255))
  near(meter.result.all, psnrOf((2 * 2 + 18) / 3, 255))
})

test('SNR in pieces is SNR at once', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999 }), (cut) => {
      const [a, b] = signals(1000)
      const meter = new SnrMeter()
      meter.add(a.subarray(0, cut), b.subarray(0, cut))
      meter.add(a.subarray(cut), b.subarray(cut))
      near(meter.result, snr(a, b))
    }),
  )
})

test('SI-SDR does not mind how loud the test is; SNR does', () => {
  const [a, b] = signals(500)
  const louder = b.map((value) => 3 * value)
  near(siSdr(a, louder), siSdr(a, b))
  assert.ok(snr(a, louder) < snr(a, b))
})

test('no noise and silence have ratios too', () => {
  const [a, b] = signals(500)
  const silence = new Float64Array(500)
  assert.equal(snr(a, a), Number.POSITIVE_INFINITY)
  assert.equal(snr(silence, b), Number.NEGATIVE_INFINITY)
  assert.equal(snr(silence, silence), Number.POSITIVE_INFINITY)
  assert.equal(segmentalSnr(a, a, 8000), 35)
  assert.equal(segmentalSnr(silence, b, 8000), -10)
  assert.ok(Number.isNaN(segmentalSnr([1], [1], 8000)))
})

test('what cannot be compared is refused', () => {
  const [small] = pattern(10, 12)
  const [other] = pattern(12, 10)
  assert.throws(() => psnr(small, other), /10x12 and 12x10 cannot be compared/)
  assert.throws(() => ssim(small, small), /at least 11x11/)
  assert.throws(() => msSsim(pattern(160, 200)[0], pattern(160, 200)[0]), /at least 161x161/)
  assert.throws(() => mse({ ...small, data: new Uint8Array(119) }, small), /needs 120 numbers and has 119/)
  assert.throws(() => snr([1, 2], [1]), /2 and 1 samples/)
  assert.throws(() => new PsnrMeter().add([small], [small, small]), /1 and 2 planes/)
})
