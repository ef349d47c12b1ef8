import { blurInto, blurred, type GreyPlane } from './plane.ts'

/**
 * How much a change may be at each pixel before it is seen, as a factor: little on smooth areas, more where the picture itself is
 * busy (contrast masking), and more at the dark and light ends (luminance masking), after A. B. Watson, DCT quantization matrices
 * visually optimized for individual images, SPIE 1913, 1993.
 *
 * @param luma 0 to 255, at canonical scale
 * @returns between 1 and 16.2
 */
export function visibilityMask({ data, width, height }: GreyPlane): Float32Array {
  const mean = blurred({ data, width, height }, 1.5).data
  const squares = new Float32Array(data.length)
  for (let at = 0; at < data.length; at++) squares[at] = data[at]! * data[at]!
  blurInto({ data: squares, width, height }, 1.5, squares)
  for (let at = 0; at < data.length; at++) {
    const variance = Math.max(0, squares[at]! - mean[at]! * mean[at]!)
    squares[at] = 1 + 0.55 * variance ** 0.45
  }
  blurInto({ data: squares, width, height }, 2, squares)
  for (let at = 0; at < data.length; at++)
    squares[at] = Math.min(12, squares[at]!) * (1 + 0.7 * Math.abs(mean[at]! / 255 - 0.5))
  return squares
}
