import { quantisation, type YuvFormat } from './colour-format.ts'
import { type ColourPlane, component } from './colour-planes.ts'

/**
 * Luma alone, without gaps between rows: 0 is black, 1 is white. Nothing is clipped.
 *
 * @param planes those of a frame of which one holds luma, or a single one
 * @param format what is said of chroma does not matter
 */
export function lumaOf(
  planes: readonly ColourPlane[],
  format: Pick<YuvFormat, 'range' | 'bits' | 'shift'>,
): Float32Array {
  const { black, lumaScale } = quantisation({ ...format, matrix: 'bt709' })
  const { shift = 0 } = format
  const { data, width, height, stride, step, offset } = component(planes, 'y')
  const result = new Float32Array(width * height)
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0, from = offset + y * stride; x < width; x++, from += step)
      result[at++] = ((data[from]! >> shift) - black) / lumaScale
  return result
}
