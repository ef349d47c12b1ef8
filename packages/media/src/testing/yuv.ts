export type Matrix = 'bt601' | 'bt709' | 'bt2020'

/** Weights of red and blue in luma (ITU-R BT.601, BT.709, BT.2020). */
const weights: Readonly<Record<Matrix, readonly [number, number]>> = {
  bt601: [0.299, 0.114],
  bt709: [0.2126, 0.0722],
  bt2020: [0.2627, 0.0593],
}

export interface YuvOptions {
  readonly matrix: Matrix
  readonly bits: 8 | 10
  readonly fullRange: boolean
}

/**
 * RGB to YUV 4:2:0 planes by the formulas of the standards, written apart from FFmpeg so that tests of its conversions have
 * something to be held to. Chroma is the mean of four pixels.
 *
 * @returns the planes Y, U, V one after the other; 10-bit values take two bytes, little-endian
 */
export function yuvPlanes(
  rgb: Uint8Array,
  { width, height }: { width: number; height: number },
  { matrix, bits, fullRange }: YuvOptions,
): Buffer {
  const [kr, kb] = weights[matrix]
  const most = 2 ** bits - 1
  const step = 2 ** (bits - 8)
  const [black, lumaRange, chromaRange] = fullRange ? [0, most, most] : [16 * step, 219 * step, 224 * step]
  const middle = 128 * step
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) }
  const luma = width * height
  const chroma = half.width * half.height
  const bytes = bits === 10 ? 2 : 1
  const planes = Buffer.alloc((luma + 2 * chroma) * bytes)
  const put = (index: number, value: number) => {
    const level = Math.max(0, Math.min(most, Math.round(value)))
    if (bytes === 2) planes.writeUInt16LE(level, index * 2)
    else planes[index] = level
  }
  const blue = new Float32Array(chroma)
  const red = new Float32Array(chroma)
  const counts = new Uint8Array(chroma)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const at = y * width + x
      const [r, g, b] = [rgb[3 * at]! / 255, rgb[3 * at + 1]! / 255, rgb[3 * at + 2]! / 255]
      const level = kr * r + (1 - kr - kb) * g + kb * b
      put(at, black + lumaRange * level)
      const cell = (y >> 1) * half.width + (x >> 1)
      blue[cell]! += (b - level) / (2 * (1 - kb))
      red[cell]! += (r - level) / (2 * (1 - kr))
      counts[cell]!++
    }
  }
  for (let cell = 0; cell < chroma; cell++) {
    put(luma + cell, middle + (chromaRange * blue[cell]!) / counts[cell]!)
    put(luma + chroma + cell, middle + (chromaRange * red[cell]!) / counts[cell]!)
  }
  return planes
}
