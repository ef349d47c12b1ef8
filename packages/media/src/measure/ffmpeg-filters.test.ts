import assert from 'node:assert/strict'
import test from 'node:test'
import { av as loadAv } from '../av/library.ts'
import { frameOf } from '../testing/frame-of.ts'
import { blockSsim } from './block-ssim.ts'
import type { Plane } from './plane.ts'
import { PsnrMeter } from './psnr.ts'
import { SsimMeter } from './ssim-meter.ts'
import { pattern } from './testing/pattern.ts'

interface Kind {
  readonly format: string
  readonly bits: number
  /** Sizes of the planes. */
  readonly planes: readonly (readonly [number, number])[]
}

const kinds: readonly Kind[] = [
  {
    format: 'yuv420p',
    bits: 8,
    planes: [
      [64, 50],
      [32, 25],
      [32, 25],
    ],
  },
  { format: 'gray', bits: 8, planes: [[37, 29]] },
  {
    format: 'yuv444p10le',
    bits: 10,
    planes: [
      [40, 24],
      [40, 24],
      [40, 24],
    ],
  },
  {
    format: 'yuv422p12le',
    bits: 12,
    planes: [
      [48, 32],
      [24, 32],
      [24, 32],
    ],
  },
]

/** Two pictures; what spoils the second is stronger in later frames. */
function pictures({ planes, bits }: Kind, strength: number): [Plane[], Plane[]] {
  const pairs = planes.map(([width, height], index) => {
    const [original, spoilt] = pattern(width + index, height, bits)
    const data = spoilt.data.slice(0, width * height)
    const source = original.data.slice(0, width * height)
    for (let i = 0; i < data.length; i++) data[i] = source[i]! + Math.trunc((data[i]! - source[i]!) * strength)
    return [
      { data: source, width, height },
      { data, width, height },
    ] as [Plane, Plane]
  })
  return [pairs.map(([a]) => a), pairs.map(([, b]) => b)]
}

/** What FFmpeg's filter says of each frame, in the metadata that it leaves on it. */
async function filtered(name: 'psnr' | 'ssim', kind: Kind, pairs: readonly [Plane[], Plane[]][]) {
  const av = await loadAv()
  using graph = new av.FilterGraph()
  graph.alloc()
  const make = (filter: string, label: string, args?: string) =>
    graph.createFilter(av.Filter.getByName(filter)!, label, args)!
  const [width, height] = kind.planes[0]!
  const source = `video_size=${width}x${height}:pix_fmt=${kind.format}:time_base=1/25:pixel_aspect=1/1`
  const inputs = ['a', 'b'].map((label) => make('buffer', label, source))
  const [measure, sink] = [make(name, name), make('buffersink', 'sink')]
  inputs.forEach((input, pad) => {
    input.link(0, measure, pad)
  })
  measure.link(0, sink, 0)
  assert.ok(graph.configSync() >= 0)
  const found: Record<string, string>[] = []
  for (const [pts, pair] of pairs.entries()) {
    pair.forEach((planes, index) => {
      const bytes = Buffer.concat(planes.map(({ data }) => Buffer.from(data.buffer, data.byteOffset, data.byteLength)))
      using frame = frameOf(av, bytes, { width, height, format: kind.format, rate: 25, index: pts })
      assert.ok(inputs[index]!.buffersrcAddFrameSync(frame) >= 0)
    })
    using frame = new av.Frame()
    frame.alloc()
    if (sink.buffersinkGetFrameSync(frame) >= 0) found.push(frame.getMetadata().getAll())
  }
  for (const input of inputs) input.buffersrcAddFrameSync(null)
  for (;;) {
    using frame = new av.Frame()
    frame.alloc()
    if (sink.buffersinkGetFrameSync(frame) < 0) break
    found.push(frame.getMetadata().getAll())
  }
  return found
}

for (const kind of kinds) {
  const pairs = [0.5, 1, 0].map((strength) => pictures(kind, strength))
  const name = (index: number) => (kind.planes.length === 1 ? 'Y' : 'YUV'[index]!)

  test(`PSNR of ${kind.format} is that of FFmpeg's filter`, async () => {
    const told = await filtered('psnr', kind, pairs)
    assert.equal(told.length, pairs.length)
    const meter = new PsnrMeter(2 ** kind.bits - 1)
    told.forEach((tags, index) => {
      const got = meter.add(...pairs[index]!)
      close(got.all, tags['lavfi.psnr.psnr_avg']!, 0.006)
      got.planes.forEach((value, plane) => {
        close(value, tags[`lavfi.psnr.psnr.${name(plane).toLowerCase()}`]!, 0.006)
      })
    })
  })

  test(`SSIM by blocks of ${kind.format} is that of FFmpeg's filter`, async () => {
    const told = await filtered('ssim', kind, pairs)
    assert.equal(told.length, pairs.length)
    const meter = new SsimMeter((a, b) => blockSsim(a, b, 2 ** kind.bits - 1))
    told.forEach((tags, index) => {
      const got = meter.add(...pairs[index]!)
      close(got.all, tags['lavfi.ssim.All']!, 1e-4)
      got.planes.forEach((value, plane) => {
        close(value, tags[`lavfi.ssim.${name(plane)}`]!, 1e-4)
      })
    })
    assert.ok(
      Math.abs(meter.result.all - told.reduce((sum, tags) => sum + Number(tags['lavfi.ssim.All']), 0) / 3) < 1e-4,
    )
  })
}

function close(got: number, told: string, tolerance: number): void {
  const wanted = told === 'inf' ? Number.POSITIVE_INFINITY : Number(told)
  assert.ok(got === wanted || Math.abs(got - wanted) <= tolerance, `${got} is not ${told}`)
}
