import { KeyedStream } from '../../payload/keyed-stream.ts'
import { blurInto, type GreyPlane } from '../plane.ts'

/** A picture made of soft blobs, edges and grain: something of all that photographs have. The same for the same seed. */
export function scene(width: number, height: number, seed: number): GreyPlane {
  const stream = new KeyedStream(new Uint8Array(32).fill(seed))
  const data = new Float32Array(width * height)
  for (let at = 0; at < data.length; at++) data[at] = 900 * (stream.uniform() - 0.5)
  blurInto({ data, width, height }, 6, data)
  for (let edge = 0; edge < 12; edge++) {
    const angle = 2 * Math.PI * stream.uniform()
    const [nx, ny] = [Math.cos(angle), Math.sin(angle)]
    const distance = (stream.uniform() - 0.5) * Math.hypot(width, height) * 0.8
    const step = 60 * (stream.uniform() - 0.5)
    for (let y = 0, at = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++)
        if (nx * (x - width / 2) + ny * (y - height / 2) > distance) data[at]! += step
  }
  for (let at = 0; at < data.length; at++) {
    const grain = 4 * (stream.uniform() + stream.uniform() - 1)
    data[at] = Math.min(245, Math.max(10, Math.round(128 + data[at]! + grain)))
  }
  return { data, width, height }
}
